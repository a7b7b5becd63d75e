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

/** A value as JSON holds it: a bigint as a number where that is exact, else as text. */
export function jsonValue(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : String(value)
}

export function cellText(value: unknown, none: string): string {
  if (value === null || value === undefined) return none
  if (typeof value === 'object' && !(value instanceof Date)) return JSON.stringify(value, (_, v) => jsonValue(v))
  return value instanceof Date ? value.toISOString() : String(value)
}

const jsonRow = (names: readonly string[], cells: Cells, space = 0): string =>
  JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i]])), (_, value) => jsonValue(value), space)

const indent = (text: string): string => text.replaceAll('\n', '\n  ')

/** RFC 4180. */
const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`

/** A row of a Markdown table: nothing in a cell can end it or become markup. */
const markdownLine = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => printable(cell).replace(/[\\|`*_<>[\]]/g, (c) => `\\${c}`)).join(' | ')} |\n`
