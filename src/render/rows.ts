/** Rows of a query as text: each form has a head, a text per row, and an end, so that long results can be streamed. */
import Table from 'cli-table3'
import { printable } from '../format.ts'

export const ROW_FORMS = ['table', 'line', 'csv', 'json', 'ndjson', 'markdown'] as const
export type RowForm = (typeof ROW_FORMS)[number]

type Cells = readonly unknown[]

/** A form that needs no other row to print one. */
export interface StreamForm {
  readonly head: (names: readonly string[]) => string
  readonly row: (names: readonly string[], cells: Cells, isFirst: boolean) => string
  readonly end: string
}

export const STREAM_FORMS: Readonly<Record<Exclude<RowForm, 'table'>, StreamForm>> = {
  csv: {
    head: (names) => csvLine(names),
    row: (_, cells) => csvLine(cells.map((cell) => cellText(cell, ''))),
    end: '',
  },
  json: {
    head: () => '[',
    row: (names, cells, isFirst) => `${isFirst ? '' : ','}\n  ${indent(jsonRow(names, cells, 2))}`,
    end: '\n]\n',
  },
  ndjson: { head: () => '', row: (names, cells) => `${jsonRow(names, cells)}\n`, end: '' },
  line: {
    head: () => '',
    row: (names, cells, isFirst) => {
      const width = Math.max(0, ...names.map((name) => name.length))
      const lines = names.map(
        (name, i) => `${printable(name).padStart(width)} = ${printable(cellText(cells[i], 'NULL'))}`,
      )
      return `${isFirst ? '' : '\n'}${lines.join('\n')}\n`
    },
    end: '',
  },
  markdown: {
    head: (names) => `${markdownLine(names)}${markdownLine(names.map(() => '---'))}`,
    row: (_, cells) => markdownLine(cells.map((cell) => cellText(cell, 'NULL'))),
    end: '',
  },
}

/** Rows in one of the forms. */
export function renderRows(names: readonly string[], rows: readonly Cells[], form: RowForm): string {
  if (form === 'table') return renderTable(names, rows)
  const { head, row, end } = STREAM_FORMS[form]
  if (form === 'json' && rows.length === 0) return '[]\n'
  return head(names) + rows.map((cells, i) => row(names, cells, i === 0)).join('') + end
}

function renderTable(names: readonly string[], rows: readonly Cells[]): string {
  const isNumber = names.map((_, i) =>
    rows.every((row) => row[i] === null || typeof row[i] === 'number' || typeof row[i] === 'bigint'),
  )
  const table = new Table({
    head: names.map(printable),
    style: { head: [], border: [], compact: true },
    colAligns: isNumber.map((n) => (n ? 'right' : 'left')),
  })
  table.push(...rows.map((row) => row.map((cell) => printable(cellText(cell, 'NULL')))))
  return `${table.toString()}\n${rows.length} row${rows.length === 1 ? '' : 's'}\n`
}

/** A value as JSON holds it: a bigint as a number where that is exact, else as text; bytes as DuckDB prints them. */
export function jsonValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return blobText(value)
  if (typeof value !== 'bigint') return value
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : String(value)
}

/** A BLOB as DuckDB casts it to VARCHAR, and back: `\xFF` for what is not plain ASCII. */
const blobText = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^ -~]|["'\\]/g, (c) => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

export function cellText(value: unknown, none: string): string {
  if (value === null || value === undefined) return none
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return blobText(value)
  return typeof value === 'object' ? toJson(value) : String(value)
}

const jsonRow = (names: readonly string[], cells: Cells, space = 0): string =>
  toJson(Object.fromEntries(names.map((name, i) => [name, cells[i]])), space)

/** `this[key]`: what the value was before its toJSON(), which Buffers have. */
const toJson = (value: object, space = 0): string =>
  JSON.stringify(
    value,
    function (this: Record<string, unknown>, key, plain) {
      const value = this[key]
      return jsonValue(value instanceof Uint8Array ? value : plain)
    },
    space,
  )

const indent = (text: string): string => text.replaceAll('\n', '\n  ')

/** RFC 4180. */
const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`

/** A row of a Markdown table: nothing in a cell can end it or become markup. */
const markdownLine = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => printable(cell).replace(/[\\|`*_<>[\]]/g, (c) => `\\${c}`)).join(' | ')} |\n`
