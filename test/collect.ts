/** A Sink that keeps what a parser writes, as plain values. */
import { type Column, RowWriter } from '../src/batch.ts'
import type { CaptureFacts, Input, Parser, Problem, Sink } from '../src/parser.ts'
import type { TableSpec } from '../src/schema.ts'
import { Strings } from '../src/strings.ts'

/** A value of a row: TEXT and VARCHAR as text, BLOB as hexadecimal, LIST and ULIST as `[1, 2]`, 64 bits as bigint. */
export type Value = number | bigint | string | null

export type Row = Record<string, Value>

export interface Collected {
  /** Rows by `schema.table`, in the order in which they were written. */
  tables: Record<string, Row[]>
  /** The tables as they were declared. */
  specs: TableSpec[]
  problems: Problem[]
  facts: Partial<CaptureFacts>
  /** Records skipped, by reason. */
  skips: Record<string, number>
}

const DICTIONARY = ['TEXT', 'BLOB', 'LIST', 'ULIST']

/** Runs a parser over an input (or bytes) to its end. */
export async function collect(
  parser: Parser,
  input: Input | Uint8Array,
  known: readonly TableSpec[] = [],
): Promise<Collected> {
  await parser.prepare?.()
  const { sink, result } = collectingSink(known)
  const source =
    input instanceof Uint8Array
      ? { size: input.length, read: (offset: number, length: number) => input.subarray(offset, offset + length) }
      : input
  for (const _ of parser.parse(source, sink));
  return result()
}

/** The sink and, when the parser is done, what it collected. */
export function collectingSink(known: readonly TableSpec[] = []): { sink: Sink; result(): Collected } {
  const strings = new Strings()
  const texts = () => strings.fresh
  const writers = new Map<string, { writer: RowWriter; rows: Row[] }>()
  const collected: Collected = { tables: {}, specs: [], problems: [], facts: {}, skips: {} }
  const sink: Sink = {
    known,
    strings,
    table(spec: TableSpec) {
      const name = `${spec.schema}.${spec.name}`
      const known = writers.get(name)
      if (known) return known.writer
      const rows: Row[] = []
      const keep = (from: RowWriter) => {
        for (let row = 0; row < from.row; row++)
          rows.push(Object.fromEntries(from.columns.map((column) => [column.spec.name, valueAt(column, row, texts())])))
      }
      const writer = new RowWriter(spec, keep)
      writers.set(name, { writer, rows })
      collected.specs.push(spec)
      return writer
    },
    problem: (problem) => void collected.problems.push(problem),
    facts: (facts) => void Object.assign(collected.facts, facts),
    skip: (reason, count = 1) => {
      collected.skips[reason] = (collected.skips[reason] ?? 0) + count
    },
  }
  const result = () => {
    for (const [name, { writer, rows }] of writers) {
      writer.flush()
      collected.tables[name] = rows
    }
    return collected
  }
  return { sink, result }
}

function valueAt(column: Column, row: number, texts: readonly string[]): Value {
  if (column.nulls?.[row]) return null
  const value = column.values[row] as number | bigint | string
  return DICTIONARY.includes(column.spec.type) ? (texts[value as number] ?? `no string ${value}`) : value
}
