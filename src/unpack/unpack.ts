/** Compressed files: recognised by their first bytes, unpacked piece by piece. */
import type { Input } from '../parser.ts'

export type Compression = 'gzip' | 'xz' | 'zstd'

/** Compressed bytes given to a decompressor at once; of the most compressible data they hold about 64 MB. */
const PIECE = 1 << 16

const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte)

/** How a file that begins with these bytes is compressed. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (startsWith(head, 0x1f, 0x8b, 8)) return 'gzip'
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)) return 'xz'
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  // A skippable frame, with which pzstd begins.
  const isSkippable =
    head[0] !== undefined && (head[0] & 0xf0) === 0x50 && startsWith(head.subarray(1), 0x2a, 0x4d, 0x18)
  return isSkippable ? 'zstd' : undefined
}

/** Unpacks a file. `onRead` is told the offset up to which it was read. Throws when the data is damaged or ends early. */
export async function* unpack(
  compression: Compression,
  input: Input,
  onRead: (offset: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const pieces = piecesOf(input, onRead)
  // Each decompressor is loaded where it is needed: most recordings are not compressed as a whole.
  if (compression === 'gzip') yield* (await import('./gzip.ts')).gunzip(pieces)
  else if (compression === 'xz') yield* (await import('./xz.ts')).unxz(pieces)
  else yield* (await import('./zstd.ts')).unzstd(pieces, PIECE)
}

/** The bytes in order; a piece is valid until the next one is asked for. */
function* piecesOf(input: Input, onRead: (offset: number) => void): Generator<Uint8Array> {
  for (let at = 0; at < input.size; ) {
    const piece = input.read(at, Math.min(PIECE, input.size - at))
    if (piece.length === 0) return
    at += piece.length
    onRead(at)
    yield piece
  }
}
