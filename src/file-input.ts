/** Files as random-access bytes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Input } from './parser.ts'
import { systemError } from './system-error.ts'

/** A file that is open for reading. */
export interface FileInput extends Input {
  /** Where the bytes really are: a temporary file for standard input. */
  readonly path: string
  close(): void
}

/** Bytes read at once: readSync is fastest with pieces of 1 to 4 MB. */
export const WINDOW = 1 << 20
/** Read at least, so that small pieces one behind the other cost few calls. */
const SMALL = 1 << 16

/** Opens a file; errors call it `name`. `windowSize`: bytes that are read ahead and kept in memory. */
export function openFile(path: string, name: string, windowSize = WINDOW): FileInput {
  const fd = openForReading(path, name)
  const { size } = fstatSync(fd)
  const window = new Uint8Array(windowSize)
  let start = 0
  let filled = 0
  const read = (offset: number, length: number): Uint8Array => {
    if (offset >= start && offset + length <= start + filled)
      return window.subarray(offset - start, offset - start + length)
    // Not more than asked for: the CPUs of a trace are read in turns, far apart.
    const wanted = Math.max(length, Math.min(windowSize, SMALL))
    const target =
      length > windowSize ? new Uint8Array(Math.min(length, Math.max(0, size - offset))) : window.subarray(0, wanted)
    const got = readFully(fd, target, offset, name)
    if (length > windowSize) return target.subarray(0, got)
    start = offset
    filled = got
    return window.subarray(0, Math.min(length, got))
  }
  return { path, size, read, close: () => closeSync(fd) }
}

function openForReading(path: string, name: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw systemError(error, name)
  }
}

function readFully(fd: number, target: Uint8Array, offset: number, name: string): number {
  let got = 0
  try {
    while (got < target.length) {
      const count = readSync(fd, target, got, target.length - got, offset + got)
      if (count === 0) break
      got += count
    }
  } catch (error) {
    throw systemError(error, name)
  }
  return got
}
