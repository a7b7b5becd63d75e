/** Puts the batches of a parser into the database: one appender per table, data chunks reused. */

import * as duckdb from '@duckdb/node-api'
import { type DuckDBAppender, DuckDBDataChunk, type DuckDBType } from '@duckdb/node-api'
import { BATCH_ROWS, type Column, elementColumns, RowWriter, type Values } from './batch.ts'
import type { Catalogue, StoragePlace } from './catalogue.ts'
import type { Database } from './database.ts'
import type { ColumnSpec, TableSpec } from './schema.ts'
import { type PhysicalColumn, storageType } from './stored-tables.ts'
import type { Strings } from './strings.ts'

type Vector = ReturnType<DuckDBDataChunk['getColumnVector']> & { items: Exclude<Values, string[]>; flush(): void }

/** Some rows of a table. */
export interface Batch {
  readonly rows: number
  readonly columns: readonly Pick<Column, 'values' | 'nulls'>[]
}

interface Target {
  readonly spec: TableSpec
  /** The columns of a batch. */
  readonly columns: readonly ColumnSpec[]
  readonly writer: RowWriter | undefined
  /** Rows that were stored. */
  rows: number
  readonly pending: Batch[]
  appender: TableAppender | undefined
}

/** Loads one capture. `table()` may be called at any time; `settle()` must be awaited now and then. */
export class Loader {
  private readonly database: Database
  private readonly catalogue: Catalogue
  private readonly strings: Strings
  private readonly capture: number
  private readonly targets = new Map<TableSpec, Target>()
  /** Those without a table yet. */
  private unsettled: Target[] = []

  constructor(database: Database, catalogue: Catalogue, strings: Strings, capture: number) {
    this.database = database
    this.catalogue = catalogue
    this.strings = strings
    this.capture = capture
  }

  /** The tables of events that the database has. */
  get known(): TableSpec[] {
    return this.catalogue.events
  }

  /** The writer of a table, for a parser in this thread. */
  table(spec: TableSpec): RowWriter {
    const known = this.targets.get(spec)?.writer
    if (known) return known
    const writer = new RowWriter(spec, (w) => this.accept(target, { rows: w.row, columns: w.columns }))
    const target = this.open(spec, writer)
    return writer
  }

  /** A table for batches that come from elsewhere. Returns what stores them. */
  batches(spec: TableSpec): (batch: Batch) => void {
    const target = this.open(spec)
    return (batch) => this.accept(target, batch)
  }

  private open(spec: TableSpec, writer?: RowWriter): Target {
    const columns = spec.columns.flatMap(elementColumns)
    const target: Target = { spec, columns, writer, rows: 0, pending: [], appender: undefined }
    this.targets.set(spec, target)
    this.unsettled.push(target)
    return target
  }

  private accept(target: Target, batch: Batch): void {
    target.rows += batch.rows
    if (target.appender) target.appender.append(batch)
    else target.pending.push(cloneBatch(batch))
  }

  /** Whether every table that was asked for is there. */
  get isSettled(): boolean {
    return this.unsettled.length === 0
  }

  /** Makes the tables that were asked for since the last call, and stores what waits for them. */
  async settle(): Promise<void> {
    if (this.strings.fresh.length >= BATCH_ROWS) await this.storeStrings()
    if (this.unsettled.length === 0) return
    const fresh = this.unsettled
    this.unsettled = []
    const places = await this.catalogue.ensure(fresh.map((target) => target.spec))
    for (const [i, target] of fresh.entries()) {
      const { physical, targets } = places[i] as StoragePlace
      const name = `${target.spec.schema}.${target.spec.name}`
      const appender = await this.database.connection.createAppender(name, 'store')
      target.appender = new TableAppender(appender, physical, targets, target.columns, this.capture)
      for (const batch of target.pending) target.appender.append(batch)
      target.pending.length = 0
    }
  }

  /** Stores everything that is left. Returns the rows per table. */
  async finish(): Promise<{ spec: TableSpec; rows: number }[]> {
    await this.settle()
    for (const { writer } of this.targets.values()) writer?.flush()
    for (const { appender } of this.targets.values()) appender?.close()
    await this.storeStrings()
    return [...this.targets.values()].map(({ spec, rows }) => ({ spec, rows }))
  }

  /** Closes the appenders without storing more, before a rollback. */
  abandon(): void {
    for (const { appender } of this.targets.values()) appender?.close()
  }

  private async storeStrings(): Promise<void> {
    const { firstId, texts } = this.strings.takeFresh()
    if (texts.length === 0) return
    const appender = await this.database.connection.createAppender('strings', 'store')
    for (let at = 0; at < texts.length; at += BATCH_ROWS) {
      const part = texts.slice(at, at + BATCH_ROWS)
      const chunk = DuckDBDataChunk.create([duckdb.INTEGER, duckdb.VARCHAR], part.length)
      chunk.setColumnValues(
        0,
        part.map((_, i) => firstId + at + i),
      )
      chunk.setColumnValues(1, part)
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
  }
}

const cloneBatch = ({ rows, columns }: Batch): Batch => ({
  rows,
  columns: columns.map(({ values, nulls }) => ({ values: values.slice(), nulls: nulls?.slice() })),
})

const duckdbType = (column: PhysicalColumn): DuckDBType =>
  (duckdb as unknown as Record<string, DuckDBType>)[storageType(column.type)] as DuckDBType

/** Appends batches of one writer to one physical table. */
class TableAppender {
  private readonly appender: DuckDBAppender
  private readonly types: DuckDBType[]
  /** For each physical column behind `capture` the column of the batch, or -1: NULL. */
  private readonly sources: number[]
  private readonly converted: boolean[]
  private readonly hasText: boolean
  private readonly capture: number
  private full: DuckDBDataChunk | undefined

  constructor(
    appender: DuckDBAppender,
    physical: readonly PhysicalColumn[],
    targets: readonly string[],
    columns: readonly ColumnSpec[],
    capture: number,
  ) {
    this.appender = appender
    this.capture = capture
    this.types = physical.map(duckdbType)
    this.sources = physical.slice(1).map((p) => targets.indexOf(p.name))
    this.hasText = physical.some((p) => storageType(p.type) === 'VARCHAR')
    this.converted = this.sources.map((source, i) => {
      const column = columns[source]
      return column !== undefined && storageType(column.type) !== storageType((physical[i + 1] as PhysicalColumn).type)
    })
  }

  append(batch: Batch): void {
    const chunk = this.chunkOf(batch.rows)
    this.sources.forEach((source, i) => {
      const column = batch.columns[source]
      if (!column) return
      const vector = chunk.getColumnVector(i + 1) as Vector
      if (Array.isArray(column.values)) setTexts(vector, column.values, column.nulls, batch.rows)
      else {
        setNumbers(vector, column.values, batch.rows, this.converted[i] as boolean)
        if (column.nulls) setNulls(vector, column.nulls, batch.rows)
        vector.flush()
      }
    })
    this.appender.appendDataChunk(chunk)
  }

  /** A chunk of so many rows with `capture` and the absent columns filled in; the full one is made once. */
  private chunkOf(rows: number): DuckDBDataChunk {
    const reusable = rows === BATCH_ROWS && !this.hasText
    if (reusable && this.full) return this.full
    const chunk = DuckDBDataChunk.create(this.types, rows)
    const capture = chunk.getColumnVector(0) as Vector
    ;(capture.items as Int32Array).fill(this.capture)
    capture.flush()
    this.sources.forEach((source, i) => {
      if (source >= 0) return
      const vector = chunk.getColumnVector(i + 1)
      for (let row = 0; row < rows; row++) vector.setItem(row, null)
      vector.flush()
    })
    if (reusable) this.full = chunk
    return chunk
  }

  close(): void {
    this.appender.closeSync()
  }
}

function setNumbers(vector: Vector, values: Exclude<Values, string[]>, rows: number, converted: boolean): void {
  const { items } = vector
  if (items === undefined) {
    // BOOLEAN vectors have no items.
    for (let row = 0; row < rows; row++) vector.setItem(row, values[row] !== 0)
  } else if (!converted) {
    const part = rows === values.length ? values : values.subarray(0, rows)
    ;(items as Int32Array).set(part as Int32Array)
  } else if (items instanceof BigInt64Array || items instanceof BigUint64Array) {
    for (let row = 0; row < rows; row++) items[row] = BigInt(values[row] as number)
  } else {
    for (let row = 0; row < rows; row++) items[row] = Number(values[row])
  }
}

/** Writes the validity mask: one bit per row, 1 where there is a value. */
function setNulls(vector: Vector, nulls: Uint8Array, rows: number): void {
  const mask = new BigUint64Array(Math.ceil(rows / 64)).fill(-1n)
  const halves = new Int32Array(mask.buffer)
  for (let row = 0; row < rows; row++) {
    if (nulls[row] === 1) halves[row >> 5] = (halves[row >> 5] as number) & ~(1 << (row & 31))
  }
  ;(vector as unknown as { validity: { data: BigUint64Array | null } }).validity.data = mask
}

function setTexts(vector: Vector, texts: readonly string[], nulls: Uint8Array | undefined, rows: number): void {
  for (let row = 0; row < rows; row++) vector.setItem(row, nulls?.[row] === 1 ? null : (texts[row] as string))
  vector.flush()
}
