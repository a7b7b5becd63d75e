/** Files and standard input as random-access bytes. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  createWriteStream,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TraceError } from './errors.ts'
import type { Input } from './parser.ts'

/** A file that is open for reading. */
export interface OpenInput extends Input {
  /** As the user named it; `-` is standard input. */
  readonly path: string
  close(): void
}

/** Bytes read at once: readSync is fastest with pieces of 1 to 4 MB. */
const WINDOW = 1 << 20

/** How much of the beginning a parser may look at to recognise its format. */
export const HEAD_BYTES = 64 * 1024

/** Opens a file; `-` copies standard input to a temporary file first, because formats are read at random. */
export async function openInput(path: string, stdin: NodeJS.ReadableStream = process.stdin): Promise<OpenInput> {
  if (path !== '-') return openFile(path, path)
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, 'stdin')
    writeFileSync(copy, '', { mode: 0o600 })
    await pipeline(stdin, createWriteStream(copy))
    const input = openFile(copy, '-')
    return {
      ...input,
      close: () => {
        input.close()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error instanceof TraceError ? error : systemError(error, '-')
  }
}

function openFile(path: string, name: string): OpenInput {
  const fd = openRegular(path, name)
  const { size } = fstatSync(fd)
  const window = new Uint8Array(WINDOW)
  let start = 0
  let filled = 0
  const read = (offset: number, length: number): Uint8Array => {
    if (offset >= start && offset + length <= start + filled)
      return window.subarray(offset - start, offset - start + length)
    const target = length > WINDOW ? new Uint8Array(Math.min(length, Math.max(0, size - offset))) : window
    const got = readFully(fd, target, offset, name)
    if (target !== window) return target.subarray(0, got)
    start = offset
    filled = got
    return window.subarray(0, Math.min(length, got))
  }
  return { path: name, size, read, close: () => closeSync(fd) }
}

function openRegular(path: string, name: string): number {
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) {
      throw new TraceError('is a directory, a recording was expected', {
        file: name,
        hint: `name the files: ${name}/*.dat`,
      })
    }
    return openSync(path, 'r')
  } catch (error) {
    throw error instanceof TraceError ? error : systemError(error, name)
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

const SYSTEM_ERRORS: Record<string, [message: string, hint: string]> = {
  ENOENT: ['no such file', 'check the path'],
  EACCES: ['permission denied', 'trace-cmd writes as root: sudo chown "$USER" the file, or copy it'],
  EPERM: ['not permitted', 'check who owns the file'],
  ENOSPC: ['no space left on the device', 'free some space, or set TMPDIR to a larger disk'],
  EIO: ['the device reported a read error', 'copy the file to another disk'],
  EISDIR: ['is a directory, a recording was expected', 'name the files in it'],
}

/** An error of the operating system in words that help. */
export function systemError(error: unknown, file: string): TraceError {
  const { code = '', message } = error as NodeJS.ErrnoException
  const [text, hint] = SYSTEM_ERRORS[code] ?? [message, undefined]
  return new TraceError(text, hint === undefined ? { file } : { file, hint })
}

/** SHA-256 of the whole input, in hexadecimal. */
export function sha256(input: Input): string {
  const hash = createHash('sha256')
  for (let at = 0; at < input.size; at += WINDOW) hash.update(input.read(at, Math.min(WINDOW, input.size - at)))
  return hash.digest('hex')
}
