/** Reading logs of strace in tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { strace } from '../../parsers/strace/index.ts'
import { SPLIT, STATES } from '../../parsers/strace/tables.ts'
import { type Collected, collect, type Row, type Value } from '../collect.ts'

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
    ...callsAsRead(tables),
    signals: tables['strace.signals'] ?? [],
    exits: tables['strace.exits'] ?? [],
    summary: tables['main.strace_summary'] ?? [],
  }
}

/** The calls as the views show them: each with its content (tables.ts). */
export function callsAsRead(tables: Record<string, Row[]>): Pick<Log, 'calls' | 'ready'> {
  const rows = (name: string) => tables[`strace.${name}`] ?? []
  const contents = new Map<Value | undefined, Row>(rows('contents').map(({ content, ...said }) => [content, said]))
  const polled = new Map<Value | undefined, Row[]>()
  for (const { content, ...row } of rows('ready')) {
    const before = polled.get(content)
    if (before) before.push(row)
    else polled.set(content, [row])
  }
  const read = rows('calls').map(({ content, state, ...call }) => {
    const said = contents.get(content) as Row
    const [name, split] = [STATES[Number(state) % SPLIT] as string, Number(state) >= SPLIT]
    return { content, call: { ...call, ...said, state: name, was_split: Number(split) } as Row }
  })
  return {
    calls: read.map(({ call }) => call),
    ready: read.flatMap(({ content, call: { ts = null, seq = null, tid = null, name = null, ret = null } }) =>
      (polled.get(content) ?? []).map((row) => ({ ts, seq, tid, name, ...row, ret })),
    ),
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
