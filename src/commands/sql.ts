/** tracealyze sql: one statement. */
import Table from 'cli-table3'
import { openDatabase, sqlError } from '../database.ts'
import { printable } from '../format.ts'
import type { Streams } from '../streams.ts'

export interface SqlCommandOptions {
  readonly format: 'table' | 'csv' | 'json'
  readonly write: boolean
  readonly db: string
}

export async function sqlCommand(statement: string, options: SqlCommandOptions, streams: Streams): Promise<void> {
  const database = await openDatabase(options.db, { readOnly: !options.write })
  try {
    const result = await database.connection.runAndReadAll(statement).catch((error) => {
      throw sqlError(error)
    })
    const names = result.deduplicatedColumnNames()
    const rows = result.getRowsJS() as unknown[][]
    streams.out.write(renderRows(names, rows, options.format))
  } finally {
    database.close()
  }
}

/** Rows as a table, CSV (RFC 4180) or JSON (one array of objects). */
export function renderRows(
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  format: SqlCommandOptions['format'],
): string {
  if (format === 'json') {
    const objects = rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])))
    return `${JSON.stringify(objects, (_, value) => plain(value), 2)}\n`
  }
  if (format === 'csv') {
    return [names, ...rows].map((row) => `${row.map((cell) => csvCell(text(cell, ''))).join(',')}\r\n`).join('')
  }
  const isNumber = names.map((_, i) =>
    rows.every((row) => row[i] === null || typeof row[i] === 'number' || typeof row[i] === 'bigint'),
  )
  const table = new Table({
    head: names.map(printable),
    style: { head: [], border: [], compact: true },
    colAligns: isNumber.map((n) => (n ? 'right' : 'left')),
  })
  table.push(...rows.map((row) => row.map((cell) => printable(text(cell, 'NULL')))))
  return `${table.toString()}\n${rows.length} row${rows.length === 1 ? '' : 's'}\n`
}

/** A value as JSON holds it: a bigint as a number where that is exact, else as text. */
function plain(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : String(value)
}

function text(value: unknown, none: string): string {
  if (value === null || value === undefined) return none
  if (typeof value === 'object' && !(value instanceof Date)) return JSON.stringify(value, (_, v) => plain(v))
  return value instanceof Date ? value.toISOString() : String(value)
}

const csvCell = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
