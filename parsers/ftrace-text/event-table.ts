/** One event's table, and how its text becomes the values of a row. */
import type { Column, RowWriter } from '../../src/batch.ts'
import { COMMON_COLUMNS } from '../../src/kernel-events.ts'
import type { Sink } from '../../src/parser.ts'
import type { ColumnSpec, TableSpec } from '../../src/schema.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Field, type FieldOptions } from './field.ts'
import { Template } from './template.ts'

/** Reads the text [start, end) of an event into a row. */
export type Reader = (event: EventTable, bytes: Uint8Array, start: number, end: number, row: number) => void

/** What is known of an event before its first line is read. */
export interface EventFormat {
  readonly schema: string
  readonly name: string
  /** The columns behind ts, cpu and tid, as trace.dat declares them. */
  readonly columns: readonly ColumnSpec[]
  readonly fields?: Readonly<Record<string, FieldOptions>>
  readonly read: Reader
  /** Lines behind it that are nothing else belong to its text. */
  readonly multiline?: boolean
  /**
   * Its text is what somebody wrote, behind the function that printed it, which `read` looks at. Every line behind it that
   * is no event belongs to it, as far as `Log` can tell.
   */
  readonly message?: boolean
  /** Reads the text with these lines. */
  readonly readLines?: (event: EventTable, text: string, row: number) => void
  /** A call or return of function_graph. */
  readonly isCall?: boolean
}

/** function_graph may tell neither time nor thread nor CPU. */
const ROW_COLUMNS: readonly ColumnSpec[] = COMMON_COLUMNS.map((column) => ({ ...column, nullable: true }))

const INSTANCE: ColumnSpec = {
  name: 'instance',
  type: 'TEXT',
  nullable: true,
  comment: 'The ftrace instance that recorded it (trace-cmd record -B); NULL for the top buffer.',
}

const TEXT: ColumnSpec = {
  name: 'text',
  type: 'VARCHAR',
  nullable: true,
  comment: 'The text of the event as the recording has it; NULL where it was read from a binary recording.',
}

export class EventTable {
  readonly name: Uint8Array
  readonly writer: RowWriter
  readonly fields: readonly Field[]
  readonly read: Reader
  readonly multiline: boolean
  readonly message: boolean
  readonly instance: Column | undefined
  /** The field that holds the flags before the time. */
  readonly flags: Field | undefined
  readonly text: Column
  readonly template = new Template()
  readonly readLines: EventFormat['readLines']
  readonly isCall: boolean
  /** The number of the line being read. */
  line = 0
  private readonly nulls: readonly Uint8Array[]

  constructor(format: EventFormat, sink: Sink, texts: TextIds, instances: boolean) {
    const own = format.columns.map((column) => ({ ...column, nullable: true }))
    const before = [...ROW_COLUMNS, ...(instances ? [INSTANCE] : [])]
    const columns = [...before, ...own, ...(own.some((c) => c.name === 'text') ? [] : [TEXT])]
    const spec: TableSpec = { schema: format.schema, name: format.name, columns }
    this.writer = sink.table(spec)
    this.name = new Uint8Array(Buffer.from(format.name, 'latin1'))
    this.read = format.read
    this.readLines = format.readLines
    this.message = format.message ?? false
    this.multiline = format.multiline ?? this.message
    this.isCall = format.isCall ?? false
    const named = (name: string) => this.writer.columns.find((c) => c.spec.name === name)
    this.instance = instances ? named('instance') : undefined
    this.text = named('text') as Column
    this.fields = this.writer.columns
      .slice(before.length)
      .filter((column) => column !== this.text)
      .map((column) => new Field(column, format.fields?.[column.spec.name] ?? {}, texts))
    this.flags = this.fields.find((field) => field.name === 'common_flags')
    this.nulls = this.fields.map((field) => field.column.nulls as Uint8Array)
  }

  /** Begins a row whose fields are all NULL. */
  clear(row: number): void {
    const { nulls } = this
    for (let i = 0; i < nulls.length; i++) (nulls[i] as Uint8Array)[row] = 1
  }

  /** The index of the field that the text calls so, or -1; `guess` is looked at first. */
  fieldCalled(bytes: Uint8Array, start: number, end: number, guess: number): number {
    const { fields } = this
    if (guess < fields.length && (fields[guess] as Field).isCalled(bytes, start, end)) return guess
    for (let i = 0; i < fields.length; i++) if ((fields[i] as Field).isCalled(bytes, start, end)) return i
    return -1
  }

  /** Stores a value; one that the column cannot hold is NULL and counted. */
  set(index: number, bytes: Uint8Array, start: number, end: number, row: number): void {
    const field = this.fields[index]
    if (field && start < end && !field.set(bytes, start, end, row)) field.misfit(this.line, bytes, start, end)
  }

  /** Stores the text between two quotes, which may be empty. */
  setQuoted(index: number, bytes: Uint8Array, start: number, end: number, row: number): void {
    const field = this.fields[index]
    if (field && !field.set(bytes, start, end, row)) field.misfit(this.line, bytes, start, end)
  }

  /** Stores a text that does not stand in the bytes of the recording. */
  setText(index: number, text: string, row: number): void {
    const bytes = new Uint8Array(Buffer.from(text))
    this.set(index, bytes, 0, bytes.length, row)
  }
}
