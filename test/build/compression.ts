/** Compressed blocks of version 7 files. */
import zlib from 'node:zlib'
import { ByteWriter, type Endian } from './byte-writer.ts'

/** `zstd-stored`: valid zstd frames that store the data as it is; `zstd` too where Node has no zstd (before 22.15). */
export type Compression = 'none' | 'zlib' | 'zstd' | 'zstd-stored'

/** The name and version that the file's header gives. */
export function compressionHeader(compression: Compression): { name: string; version: string } {
  if (compression === 'none') return { name: 'none', version: '' }
  if (compression === 'zlib') return { name: 'zlib', version: '1.2.13' }
  return { name: 'zstd', version: '1.5.4' }
}

/** `u32 compressed size, u32 size, data`. */
export function compressBlock(data: Uint8Array, compression: Compression, endian: Endian): Uint8Array {
  const packed = compress(data, compression)
  return new ByteWriter(endian).u32(packed.length).u32(data.length).raw(packed).done()
}

/** `u32 count` and so many blocks of at most `chunkSize` bytes. */
export function compressChunks(
  data: Uint8Array,
  compression: Compression,
  endian: Endian,
  chunkSize: number,
): Uint8Array {
  const count = Math.ceil(data.length / chunkSize)
  const writer = new ByteWriter(endian).u32(count)
  for (let i = 0; i < count; i++)
    writer.raw(compressBlock(data.subarray(i * chunkSize, (i + 1) * chunkSize), compression, endian))
  return writer.done()
}

function compress(data: Uint8Array, compression: Compression): Uint8Array {
  if (compression === 'zlib') return zlib.deflateSync(data)
  const zstd = (zlib as { zstdCompressSync?: (data: Uint8Array) => Uint8Array }).zstdCompressSync
  return compression === 'zstd' && zstd ? zstd(data) : storeZstd(data)
}

const MAX_BLOCK = 128 * 1024

/** A zstd frame (RFC 8878) of raw blocks: magic, "single segment, 4-byte content size", then blocks of at most 128 KiB. */
export function storeZstd(data: Uint8Array): Uint8Array {
  const frame = new ByteWriter('little').u32(0xfd2fb528).u8(0xa0).u32(data.length)
  let at = 0
  do {
    const size = Math.min(MAX_BLOCK, data.length - at)
    const last = at + size === data.length ? 1 : 0
    frame.integer((size << 3) | last, 3).raw(data.subarray(at, at + size))
    at += size
  } while (at < data.length)
  return frame.done()
}
