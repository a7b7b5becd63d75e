/** Recordings that are compressed within: `TRACE:` and zlib data, as `atrace -z` writes. */
import { constants, unzipSync } from 'node:zlib'
import type { Input } from '../../src/parser.ts'
import { decodeText } from '../../src/strings.ts'

/** Where `TRACE:` is looked for. */
const HEAD = 4096

/** Bytes that compressed data may become. */
const MOST_BYTES = 1 << 30

/** Where zlib data begins behind a line `TRACE:`; -1 if there is none. */
export function compressedAt(head: Uint8Array): number {
  const match = /^TRACE:\r?\n/m.exec(Buffer.from(head.subarray(0, HEAD)).toString('latin1'))
  if (!match) return -1
  const at = match.index + match[0].length
  const [a = 0, b = 0] = head.subarray(at, at + 2)
  return (a & 0x0f) === 8 && ((a << 8) | b) % 31 === 0 ? at : -1
}

/** The bytes of zlib or gzip data, as far as it goes. */
export function decompress(data: Uint8Array): Uint8Array {
  const bytes = unzipSync(data, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_BYTES })
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export const inputOf = (bytes: Uint8Array): Input => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
})

/** Lines before the compressed data. */
export const linesBefore = (head: Uint8Array, at: number): number => decodeText(head, 0, at).split('\n').length - 1
