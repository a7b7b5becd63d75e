/** Puts the batches of a parser into the database: one appender per table, data chunks reused. */

import * as duckdb from '@duckdb/node-api'
import { DuckDBDataChunk } from '@duckdb/node-api'
import { BATCH_ROWS, elementColumns, RowWriter } from './batch.ts'
import type { Catalogue, StoragePlace } from './catalogue.ts'
import type { Database } from './database.ts'
import type { ColumnSpec, TableSpec } from './schema.ts'
import type { Strings } from './strings.ts'
import { type Batch, discard, TableAppender } from './table-appender.ts'

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

  /** Closes the appenders without storing more, before a rollback. Never throws. */
  abandon(): void {
    for (const { appender } of this.targets.values()) appender?.discard()
  }

  private async storeStrings(): Promise<void> {
    const { firstId, texts } = this.strings.takeFresh()
    if (texts.length === 0) return
    const appender = await this.database.connection.createAppender('strings', 'store')
    try {
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
    } catch (error) {
      discard(appender)
      throw error
    }
  }
}

const cloneBatch = ({ rows, columns }: Batch): Batch => ({
  rows,
  columns: columns.map(({ values, nulls }) => ({ values: values.slice(), nulls: nulls?.slice() })),
})
