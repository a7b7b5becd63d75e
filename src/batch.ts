/** Rows on their way from a parser to storage: typed arrays, one per column, reused. */
import type { ColumnSpec, ColumnType, TableSpec } from './schema.ts'

/** Rows per batch: DuckDB's vector size, so that a batch becomes one data chunk. */
export const BATCH_ROWS = 2048

export type Values =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float64Array
  | string[]

/**
 * One column of a batch. Parsers write `values[row]`; for 64-bit columns rather `words[2 * row]` (low half) and
 * `words[2 * row + 1]` (high half), which needs no BigInt.
 */
export interface Column {
  readonly spec: ColumnSpec
  readonly values: Values
  /** Whether it has 64 bits. */
  readonly wide: boolean
  /** The same memory as 32-bit words, low half first on every host that Node supports; empty for narrower columns. */
  readonly words: Int32Array
  /** 1 where the value is NULL; present for nullable columns. Cleared by the batch after it was handed on. */
  readonly nulls: Uint8Array | undefined
}

/** The rows of one table, filled by a parser and handed on whenever it is full. */
export class RowWriter {
  readonly spec: TableSpec
  readonly columns: readonly Column[]
  /** The row to write next. */
  row = 0
  /** Rows handed on so far. */
  done = 0
  private readonly onFull: (writer: RowWriter) => void

  constructor(spec: TableSpec, onFull: (writer: RowWriter) => void) {
    this.spec = spec
    this.columns = spec.columns.flatMap(elementColumns).map(createColumn)
    this.onFull = onFull
  }

  /** Ends the row that was written. */
  next(): void {
    if (++this.row === BATCH_ROWS) this.flush()
  }

  /** Hands on the rows written so far. */
  flush(): void {
    if (this.row === 0) return
    this.onFull(this)
    this.done += this.row
    this.row = 0
    for (const column of this.columns) column.nulls?.fill(0)
  }

  get total(): number {
    return this.done + this.row
  }
}

/** A fixed array of `length` elements is `length` columns `name[0]`, `name[1]`... */
export function elementColumns(spec: ColumnSpec): ColumnSpec[] {
  if (spec.length === undefined) return [spec]
  const { length, ...element } = spec
  return Array.from({ length }, (_, i) => ({ ...element, name: `${spec.name}[${i}]` }))
}

function createColumn(spec: ColumnSpec): Column {
  const values = createValues(spec.type)
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array
  const words =
    Array.isArray(values) || values.BYTES_PER_ELEMENT < 4 ? new Int32Array(0) : new Int32Array(values.buffer)
  return { spec, values, wide, words, nulls: spec.nullable ? new Uint8Array(BATCH_ROWS) : undefined }
}

const createValues = (type: ColumnType): Values =>
  type === 'VARCHAR' ? new Array<string>(BATCH_ROWS).fill('') : new (arrayOf(type))(BATCH_ROWS)

interface NumberArray {
  new (length: number): Exclude<Values, string[]>
  new (buffer: ArrayBufferLike, offset: number, length: number): Exclude<Values, string[]>
}

/** The array that holds a column's numbers: the values, or ids of texts. */
export function arrayOf(type: ColumnType): NumberArray {
  switch (type) {
    case 'TINYINT':
      return Int8Array
    case 'BOOLEAN':
    case 'UTINYINT':
      return Uint8Array
    case 'SMALLINT':
      return Int16Array
    case 'USMALLINT':
      return Uint16Array
    case 'UINTEGER':
      return Uint32Array
    case 'BIGINT':
      return BigInt64Array
    case 'UBIGINT':
      return BigUint64Array
    case 'DOUBLE':
      return Float64Array
    default:
      return Int32Array
  }
}
