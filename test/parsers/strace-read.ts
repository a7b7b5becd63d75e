/** Reading logs of strace in tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { strace } from '../../parsers/strace/index.ts'
import { type Collected, collect, type Row } from '../collect.ts'

export interface Log extends Collected {
  calls: Row[]
  ready: Row[]
  signals: Row[]
  exits: Row[]
  summary: Row[]
}

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))

/** Reads a log, each line with its newline. */
export const readLines = (...lines: string[]): Promise<Log> => readBytes(bytesOf(`${lines.join('\n')}\n`))

export async function readBytes(bytes: Uint8Array): Promise<Log> {
  const collected = await collect(strace, bytes)
  const { tables } = collected
  return {
    ...collected,
    calls: tables['strace.calls'] ?? [],
    ready: tables['strace.ready'] ?? [],
    signals: tables['strace.signals'] ?? [],
    exits: tables['strace.exits'] ?? [],
    summary: tables['main.strace_summary'] ?? [],
  }
}

/** The only call of a log of one line. */
export async function readCall(line: string): Promise<Row> {
  const { calls, problems } = await readLines(line)
  if (calls.length !== 1) throw new Error(`${calls.length} calls: ${JSON.stringify(problems)}`)
  return calls[0] as Row
}

/** Lines that the parser says it read: rows, what it joined or skipped, and problems. */
export function linesAccounted(log: Log): number {
  const rows = log.calls.length + log.signals.length + log.exits.length + log.summary.length
  const skipped = Object.values(log.skips).reduce((sum, n) => sum + n, 0)
  return rows + skipped + log.problems.reduce((sum, p) => sum + (p.skipped ?? 0), 0)
}

export function countLines(bytes: Uint8Array): number {
  let lines = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0
  for (const byte of bytes) if (byte === 10) lines++
  return lines
}

const SHARED = resolve(import.meta.dirname, '../../../shared')

/** Recordings are beside the repository only where it is developed. */
export const hasShared = existsSync(SHARED)

/** Files of folders under shared/ whose name matches, as paths below it. */
export const sharedFiles = (folders: readonly string[], name: RegExp): string[] =>
  folders.flatMap((folder) =>
    (hasShared ? readdirSync(resolve(SHARED, folder)) : [])
      .filter((file) => name.test(file))
      .map((file) => `${folder}/${file}`),
  )

export const readShared = (path: string): Uint8Array => new Uint8Array(readFileSync(resolve(SHARED, path)))
