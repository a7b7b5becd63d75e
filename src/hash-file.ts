/** SHA-256 of a file, piece by piece. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const PIECE = 1 << 20

/** A file that is being hashed, as far as one likes. */
export interface FileHash {
  /** Bytes hashed so far. */
  readonly done: number
  /** Hashes the next piece; false at the end. */
  step(): boolean
  /** Hashes the rest; in hexadecimal. The file is closed then. */
  digest(): string
}

export function openFileHash(path: string): FileHash {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(PIECE)
  const fd = openSync(path, 'r')
  let done = 0
  const step = (): boolean => {
    const count = readSync(fd, buffer)
    hash.update(buffer.subarray(0, count))
    done += count
    return count > 0
  }
  return {
    get done() {
      return done
    },
    step,
    digest: () => {
      try {
        while (step());
      } finally {
        closeSync(fd)
      }
      return hash.digest('hex')
    },
  }
}
