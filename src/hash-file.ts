/** SHA-256 of a file, piece by piece. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const PIECE = 1 << 20

/** In hexadecimal. */
export function hashFile(path: string): string {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(PIECE)
  const fd = openSync(path, 'r')
  try {
    for (let count = readSync(fd, buffer); count > 0; count = readSync(fd, buffer))
      hash.update(buffer.subarray(0, count))
  } finally {
    closeSync(fd)
  }
  return hash.digest('hex')
}
