/** Reading a recording without a database: its typed batches, one after the other. */

import * as arrow from 'apache-arrow'
import { type Data, makeData, type Table, vectorFromArray } from 'apache-arrow'
import { type Column, RowWriter } from './batch.ts'
import { recognise } from './ingest.ts'
import { type OpenInput, openInput } from './input.ts'
import type { CaptureFacts, Parser, Problem } from './parser.ts'
import type { TableSpec } from './schema.ts'
import { Strings } from './strings.ts'

/** Rows of one table of the recording, as an Arrow table: texts as Utf8, times and 64-bit fields as Int64 / Uint64. */
export interface RecordingBatch {
  readonly spec: TableSpec
  readonly table: Table
}

export interface RecordingEnd {
  readonly facts: Partial<CaptureFacts>
  readonly problems: readonly Problem[]
  /** Records that are no row of their own, by reason. */
  readonly skips: Readonly<Record<string, number>>
}

/** An open recording. Its batches can be iterated once; that closes it. */
export interface Recording {
  /** The parser that recognised it, e.g. `trace-dat`. */
  readonly format: string
  /** Every table's rows, up to 2048 at a time. The generator returns what the recording says of itself and what could not be read. */
  batches(): AsyncGenerator<RecordingBatch, RecordingEnd>
  close(): void
}

/** Opens a recording; `-` is standard input. Throws TraceError where the file is no known recording. */
export async function openRecording(path: string): Promise<Recording> {
  const input = await openInput(path)
  try {
    const parser = recognise(input)
    await parser.prepare?.()
    return { format: parser.name, batches: () => readBatches(input, parser), close: () => input.close() }
  } catch (error) {
    input.close()
    throw error
  }
}

async function* readBatches(input: OpenInput, parser: Parser): AsyncGenerator<RecordingBatch, RecordingEnd> {
  try {
    const strings = new TextStore()
    const writers = new Map<TableSpec, RowWriter>()
    const ready: RecordingBatch[] = []
    const problems: Problem[] = [...input.problems]
    const skips: Record<string, number> = {}
    let facts: Partial<CaptureFacts> = {}
    const emit = (writer: RowWriter) => ready.push({ spec: writer.spec, table: toArrow(writer, strings) })
    const sink = {
      known: [],
      strings: strings.interner,
      table(spec: TableSpec): RowWriter {
        const writer = writers.get(spec) ?? new RowWriter(spec, emit)
        writers.set(spec, writer)
        return writer
      },
      problem: (problem: Problem) => problems.push(problem),
      facts: (more: Partial<CaptureFacts>) => {
        facts = { ...facts, ...more }
      },
      skip: (reason: string, count = 1) => {
        skips[reason] = (skips[reason] ?? 0) + count
      },
    }
    for (const _ of parser.parse(input, sink)) yield* ready.splice(0)
    for (const writer of writers.values()) writer.flush()
    yield* ready.splice(0)
    return { facts, problems, skips }
  } finally {
    input.close()
  }
}

/** The dictionary, kept whole so that batches can be turned into texts. */
class TextStore {
  readonly interner = new Strings()
  private readonly texts: string[] = []

  text(id: number): string {
    const { firstId, texts } = this.interner.takeFresh()
    for (const [i, text] of texts.entries()) this.texts[firstId + i] = text
    return this.texts[id] ?? ''
  }
}

const TEXTS = new Set(['VARCHAR', 'TEXT', 'BLOB', 'LIST', 'ULIST'])

function toArrow(writer: RowWriter, strings: TextStore): Table {
  const columns = writer.columns.map((column) => [column.spec.name, toVector(column, writer.row, strings)] as const)
  return new arrow.Table(Object.fromEntries(columns))
}

function toVector(column: Column, rows: number, strings: TextStore) {
  const isNull = (i: number) => column.nulls?.[i] === 1
  const { values, spec } = column
  if (TEXTS.has(spec.type)) {
    const texts = Array.from({ length: rows }, (_, i) => {
      if (isNull(i)) return null
      return Array.isArray(values) ? (values[i] as string) : strings.text(Number(values[i]))
    })
    return vectorFromArray(texts, new arrow.Utf8())
  }
  if (spec.type === 'BOOLEAN') {
    return vectorFromArray(
      Array.from({ length: rows }, (_, i) => (isNull(i) ? null : values[i] === 1)),
      new arrow.Bool(),
    )
  }
  const numbers = values as Exclude<Column['values'], string[]>
  const type = ARROW_TYPES[spec.type]?.() as arrow.Int
  if (!column.nulls) return new arrow.Vector([makeData({ type, data: numbers.slice(0, rows) as never }) as Data])
  return vectorFromArray(
    Array.from({ length: rows }, (_, i) => (isNull(i) ? null : numbers[i])),
    type,
  )
}

const ARROW_TYPES: Record<string, () => arrow.DataType> = {
  TINYINT: () => new arrow.Int8(),
  UTINYINT: () => new arrow.Uint8(),
  SMALLINT: () => new arrow.Int16(),
  USMALLINT: () => new arrow.Uint16(),
  INTEGER: () => new arrow.Int32(),
  UINTEGER: () => new arrow.Uint32(),
  BIGINT: () => new arrow.Int64(),
  UBIGINT: () => new arrow.Uint64(),
  DOUBLE: () => new arrow.Float64(),
}
