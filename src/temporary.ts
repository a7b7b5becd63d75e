/** Private temporary files, which are gone when the program ends, however it ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { open, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TraceError } from './errors.ts'
import { systemError } from './system-error.ts'

export interface TemporaryFile {
  readonly path: string
  readonly size: number
  remove(): void
}

/** The disk is looked at each time this much was written. */
const CHECK_EVERY = 64 * 1024 * 1024

/** What is left free on the disk for other programs. */
const RESERVE = 256 * 1024 * 1024

/**
 * Writes bytes to a temporary file that only this user can read; each piece is written before the next one is asked for.
 * `name` is the file that errors are about. Throws what `pieces` throws; nothing is left behind then.
 */
export async function spool(
  name: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<TemporaryFile> {
  const folder = createFolder(name)
  try {
    const path = join(folder, 'data')
    return { path, size: await write(path, name, pieces, signal), remove: () => removeFolder(folder) }
  } catch (error) {
    removeFolder(folder)
    throw error
  }
}

/** A folder that is gone when the program ends, or before; `name` is what errors are about. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = createFolder(name)
  return { path, remove: () => removeFolder(path) }
}

async function write(
  path: string,
  name: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  let size = 0
  let check = CHECK_EVERY
  try {
    for await (const piece of pieces) {
      if (signal?.aborted) throw new TraceError('stopped; the database is as it was before')
      for (let at = 0; at < piece.length; ) {
        const { bytesWritten } = await file.write(piece, at).catch((error: unknown) => {
          throw systemError(error, name)
        })
        at += bytesWritten
      }
      size += piece.length
      if (size < check) continue
      check = size + CHECK_EVERY
      await refuseToFill(path, name, size)
    }
  } finally {
    await file.close()
  }
  return size
}

async function refuseToFill(path: string, name: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(path)
  if (bavail * bsize > RESERVE) return
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`
  throw new TraceError(
    `would fill the disk: ${megabytes(size)} are unpacked in ${tmpdir()}, and ${megabytes(bavail * bsize)} are left`,
    { file: name, hint: 'set TMPDIR to a folder on a larger disk' },
  )
}

const folders = new Set<string>()

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function createFolder(name: string): string {
  let folder: string
  try {
    folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  } catch (error) {
    throw new TraceError(`needs a temporary file, which cannot be made in ${tmpdir()}: ${(error as Error).message}`, {
      file: name,
      hint: 'set TMPDIR to a folder that can be written',
    })
  }
  if (folders.size === 0) {
    process.on('exit', removeAll)
    for (const signal of SIGNALS) process.on(signal, onSignal)
  }
  folders.add(folder)
  return folder
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
  if (folders.size === 0) {
    process.off('exit', removeAll)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

function removeAll(): void {
  for (const folder of folders) removeFolder(folder)
}

/** Where nobody else handles the signal it ends the program, as it would without this. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  removeAll()
  process.kill(process.pid, signal)
}
