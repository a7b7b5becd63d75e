/** Reading text of ftrace in tests. */
import { gunzipSync } from 'node:zlib'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { type Collected, collect, type Row } from '../collect.ts'
import { bytesOf, readShared } from './strace-read.ts'

/** Reads lines, each with its newline. */
export const readText = (...lines: string[]): Promise<Collected> =>
  collect(ftraceText, bytesOf(lines.map((line) => `${line}\n`).join('')))

/** The only row of lines that hold one event, with its table as `table`. */
export async function readEvent(...lines: string[]): Promise<Row> {
  const { tables, problems } = await readText(...lines)
  const rows = eventRows(tables)
  if (rows.length !== 1) throw new Error(`${rows.length} rows: ${JSON.stringify(problems)}`)
  return rows[0] as Row
}

/** The row of an event with this text, in an ordinary line. */
export const readEventText = (text: string): Promise<Row> =>
  readEvent(`            bash-2272    [001] ...1.   611.699482: ${text}`)

function eventRows(tables: Collected['tables']): Row[] {
  return Object.entries(tables).flatMap(([table, rows]) =>
    table.startsWith('main.') ? [] : rows.map((row) => ({ ...row, table })),
  )
}

/** Lines that the parser says it read: events, marks of lost events, what it skipped, and problems. */
export function linesAccounted({ tables, skips, problems }: Collected): number {
  const rows = Object.entries(tables)
    .filter(([name]) => name !== 'main.comms')
    .reduce((sum, [, { length }]) => sum + length, 0)
  const skipped = Object.values(skips).reduce((sum, n) => sum + n, 0)
  return rows + skipped + problems.reduce((sum, p) => sum + (p.skipped ?? 0), 0)
}

/** A file under shared/, decompressed. */
export function readPlain(path: string): Uint8Array {
  const bytes = readShared(path)
  return path.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : bytes
}

export const sniffs = (bytes: Uint8Array): boolean => ftraceText.sniff(bytes.subarray(0, 65536))
