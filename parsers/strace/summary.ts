/** The tables of strace -c and -C (call_summary_pers() in count.c). */
import type { Column, RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { straceSummary } from '../../src/tables.ts'
import type { ColumnsOf } from '../text/columns.ts'

/** Titles of columns; the time and the calls may be any of them (-U). */
const TITLES =
  /^ *(?:% time|seconds|usecs\/call|calls|errors|syscall|shortest|longest|wall-(?:total|min|max|avg))(?: +(?:% time|seconds|usecs\/call|calls|errors|syscall|shortest|longest|wall-(?:total|min|max|avg)))* *$/
const TITLE = /% time|\S+/g
const DIVIDER = /^-{3,}(?: +-{3,})*\s*$/
const NUMBER = /^-?(?:\d+(?:[.,]\d+)?|nan|inf)$/

export type SummaryLine = 'row' | 'heading' | 'total' | 'other'

interface Layout {
  readonly titles: readonly string[]
  /** Where each column ends, from the line of dashes. */
  ends: readonly number[]
  /** Where each column begins. */
  starts: readonly number[]
}

export class SummaryReader {
  /** Inside of a table: each line has to be given to `line` first. */
  active = false
  section = 0
  private layout: Layout | undefined
  private phase: 'divider' | 'rows' | 'total' = 'divider'
  private readonly sink: Sink
  private writer: RowWriter | undefined

  constructor(sink: Sink) {
    this.sink = sink
  }

  get total(): number {
    return this.writer?.total ?? 0
  }

  /** Whether the line is the head of a table; `next` is the line behind it. */
  isHead(text: string): boolean {
    return text.includes('syscall') && TITLES.test(text)
  }

  begin(text: string): void {
    this.layout = { titles: text.match(TITLE) ?? [], ends: [], starts: [] }
    this.phase = 'divider'
    this.active = true
    this.section++
  }

  /** Takes a line of a table; `other` ends the table, and the line is to be read as something else. */
  line(text: string): SummaryLine {
    const layout = this.layout as Layout
    if (DIVIDER.test(text)) {
      if (this.phase === 'divider') {
        const columns = [...text.matchAll(/-+/g)]
        layout.starts = columns.map((m) => m.index)
        layout.ends = columns.map((m) => m.index + m[0].length)
      }
      this.phase = this.phase === 'divider' ? 'rows' : 'total'
      return 'heading'
    }
    const cells = this.phase === 'divider' ? undefined : cellsOf(text, layout)
    const name = cells?.get('syscall')
    if (!cells || name === undefined) {
      this.active = false
      return 'other'
    }
    if (this.phase === 'total') {
      this.active = false
      return name === 'total' ? 'total' : 'other'
    }
    this.write(name, cells)
    return 'row'
  }

  private write(name: string, cells: Map<string, string>): void {
    const writer = this.writer ?? this.sink.table(straceSummary)
    this.writer = writer
    const [syscall, calls, errors, seconds, percent, average, section] = writer.columns as ColumnsOf<7>
    const { row } = writer
    ;(syscall.values as Int32Array)[row] = this.sink.strings.idOf(name)
    // An empty cell is none; a column that was not asked for (-U) is not known.
    const count = (title: string) => cells.get(title) ?? (this.layout?.titles.includes(title) ? '0' : undefined)
    setCount(calls, row, count('calls'))
    setCount(errors, row, count('errors'))
    setDouble(seconds, row, cells.get('seconds') ?? cells.get('wall-total'))
    setDouble(percent, row, cells.get('% time'))
    setCount(average, row, cells.get('usecs/call') ?? cells.get('wall-avg'))
    ;(section.values as Int32Array)[row] = this.section
    writer.next()
  }
}

/** The cells of a row by title; undefined if the line is no row. Empty cells (no errors) are absent. */
function cellsOf(text: string, layout: Layout): Map<string, string> | undefined {
  const { titles } = layout
  const tokens = [...text.matchAll(/\S+/g)]
  const places =
    tokens.length === titles.length
      ? titles.map((_, i) => i)
      : (placesByPosition(tokens, layout) ??
        (tokens.length === titles.length - 1
          ? titles.map((_, i) => i).filter((i) => titles[i] !== 'errors')
          : undefined))
  if (!places || places.length !== tokens.length) return undefined
  const cells = new Map<string, string>()
  for (let i = 0; i < tokens.length; i++) {
    const title = titles[places[i] as number] as string
    const value = tokens[i]?.[0] as string
    if (title === 'syscall' ? !/^[\w?]+$/.test(value) : !NUMBER.test(value)) return undefined
    cells.set(title, value)
  }
  return cells
}

/** The column in which each token ends (numbers are flush right) or, for names, begins. */
function placesByPosition(tokens: readonly RegExpExecArray[], layout: Layout): number[] | undefined {
  const places: number[] = []
  for (const token of tokens) {
    const first = token.index
    const last = first + token[0].length
    const place = layout.titles.findIndex((title, i) =>
      title === 'syscall' ? layout.starts[i] === first : layout.ends[i] === last,
    )
    if (place < 0 || places.includes(place)) return undefined
    places.push(place)
  }
  return places
}

function setDouble(column: Column, row: number, text: string | undefined): void {
  const value = text === undefined ? Number.NaN : Number(text.replace(',', '.'))
  if (Number.isFinite(value)) (column.values as Float64Array)[row] = value
  else (column.nulls as Uint8Array)[row] = 1
}

function setCount(column: Column, row: number, text: string | undefined): void {
  if (text !== undefined && /^-?\d{1,18}$/.test(text)) (column.values as BigInt64Array)[row] = BigInt(text)
  else (column.nulls as Uint8Array)[row] = 1
}
