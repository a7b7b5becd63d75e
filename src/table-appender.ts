/** Appends batches to one table of the database, through one data chunk. */
import * as duckdb from '@duckdb/node-api'
import { type DuckDBAppender, DuckDBDataChunk, type DuckDBType } from '@duckdb/node-api'
import { BATCH_ROWS, type Column, type Values } from './batch.ts'
import type { ColumnSpec } from './schema.ts'
import { type PhysicalColumn, storageType } from './stored-tables.ts'

/** Some rows of a table. */
export interface Batch {
  readonly rows: number
  readonly columns: readonly Pick<Column, 'values' | 'nulls'>[]
}

/** A vector of the chunk: `items` (not of texts and booleans) and `validity` are copies that `flush` hands over. */
type Vector = ReturnType<DuckDBDataChunk['getColumnVector']> & {
  items: Exclude<Values, string[]>
  validity: { data: BigUint64Array | null }
  flush(): void
}

/** A column of the chunk that batches fill: from their column `source`. */
interface Filled {
  readonly vector: Vector
  readonly source: number
  /** Whether the types differ. */
  readonly converted: boolean
  readonly mask: BigUint64Array
}

/** A data chunk of so many rows. */
interface Chunk {
  readonly chunk: DuckDBDataChunk
  readonly rows: number
  /** `capture`, and the columns that no batch has: NULL. */
  readonly constant: readonly Vector[]
  readonly filled: readonly Filled[]
}

export class TableAppender {
  private readonly appender: DuckDBAppender
  private readonly create: (rows: number) => Chunk
  /** The one of full batches, made once. */
  private full: Chunk | undefined

  /** `targets`: for each of the batches' `columns` the name of the physical one. */
  constructor(
    appender: DuckDBAppender,
    physical: readonly PhysicalColumn[],
    targets: readonly string[],
    columns: readonly ColumnSpec[],
    capture: number,
  ) {
    this.appender = appender
    this.create = (rows) => createChunk(physical, targets, columns, capture, rows)
  }

  append({ rows, columns }: Batch): void {
    if (rows === BATCH_ROWS) this.full ??= this.create(rows)
    const chunk = rows === BATCH_ROWS ? (this.full as Chunk) : this.create(rows)
    fill(chunk, columns)
    this.appender.appendDataChunk(chunk.chunk)
  }

  close(): void {
    this.appender.closeSync()
  }

  /** Closes it without what it has not stored yet. */
  discard(): void {
    discard(this.appender)
  }
}

/** An appender that failed would store what it holds once more when it is collected, in whatever transaction runs then. */
export function discard(appender: DuckDBAppender): void {
  try {
    appender.clear()
    appender.closeSync()
  } catch {
    // the transaction that it failed in is rolled back
  }
}

function createChunk(
  physical: readonly PhysicalColumn[],
  targets: readonly string[],
  columns: readonly ColumnSpec[],
  capture: number,
  rows: number,
): Chunk {
  const chunk = DuckDBDataChunk.create(physical.map(duckdbType), rows)
  const constant: Vector[] = []
  const filled: Filled[] = []
  for (const [i, { name, type }] of physical.entries()) {
    const vector = chunk.getColumnVector(i) as Vector
    const source = i === 0 ? -1 : targets.indexOf(name)
    const column = columns[source]
    const mask = new BigUint64Array(Math.ceil(rows / 64))
    if (column) filled.push({ vector, source, converted: storageType(column.type) !== storageType(type), mask })
    else {
      if (i === 0) (vector.items as Int32Array).fill(capture)
      else vector.validity.data = mask
      constant.push(vector)
    }
  }
  return { chunk, rows, constant, filled }
}

function fill({ chunk, rows, constant, filled }: Chunk, columns: Batch['columns']): void {
  // Else texts pile up, and what was NULL once stays NULL. The vectors go on to write into the chunk.
  chunk.reset()
  chunk.rowCount = rows
  for (const vector of constant) vector.flush()
  for (const { vector, source, converted, mask } of filled) {
    const { values, nulls } = columns[source] as Batch['columns'][number]
    if (Array.isArray(values)) setTexts(vector, values, nulls, rows)
    else setNumbers(vector, values, rows, converted)
    // DuckDB is faster where there is no mask.
    vector.validity.data = nulls && nulls.indexOf(1) >= 0 ? maskOf(nulls, rows, mask) : null
    vector.flush()
  }
}

const duckdbType = (column: PhysicalColumn): DuckDBType =>
  (duckdb as unknown as Record<string, DuckDBType>)[storageType(column.type)] as DuckDBType

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

function setTexts(vector: Vector, texts: readonly string[], nulls: Uint8Array | undefined, rows: number): void {
  for (let row = 0; row < rows; row++) if (nulls?.[row] !== 1) vector.setItem(row, texts[row] as string)
}

/** Makes the validity mask: one bit per row, 1 where there is a value. */
function maskOf(nulls: Uint8Array, rows: number, mask: BigUint64Array): BigUint64Array {
  const halves = new Int32Array(mask.buffer)
  halves.fill(-1)
  for (let row = 0; row < rows; row++) {
    if (nulls[row] === 1) halves[row >> 5] = (halves[row >> 5] as number) & ~(1 << (row & 31))
  }
  return mask
}
