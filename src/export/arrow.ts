/** A query's result as an Arrow IPC file: batch by batch, so that its length does not matter. */
import { DuckDBListType, type DuckDBResult, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api'
import * as arrow from 'apache-arrow'
import { cellText } from '../render/rows.ts'

/** What has no Arrow type of its own here (structures, maps, dates with time zones) becomes its text. */
const TYPES: Partial<Record<DuckDBTypeId, () => arrow.DataType>> = {
  [DuckDBTypeId.BOOLEAN]: () => new arrow.Bool(),
  [DuckDBTypeId.TINYINT]: () => new arrow.Int8(),
  [DuckDBTypeId.SMALLINT]: () => new arrow.Int16(),
  [DuckDBTypeId.INTEGER]: () => new arrow.Int32(),
  [DuckDBTypeId.BIGINT]: () => new arrow.Int64(),
  [DuckDBTypeId.UTINYINT]: () => new arrow.Uint8(),
  [DuckDBTypeId.USMALLINT]: () => new arrow.Uint16(),
  [DuckDBTypeId.UINTEGER]: () => new arrow.Uint32(),
  [DuckDBTypeId.UBIGINT]: () => new arrow.Uint64(),
  [DuckDBTypeId.FLOAT]: () => new arrow.Float32(),
  [DuckDBTypeId.DOUBLE]: () => new arrow.Float64(),
  [DuckDBTypeId.DECIMAL]: () => new arrow.Float64(),
  // As DuckDB does for Parquet: sums are 128 bits wide, and Arrow has no such integer.
  [DuckDBTypeId.HUGEINT]: () => new arrow.Float64(),
  [DuckDBTypeId.UHUGEINT]: () => new arrow.Float64(),
}

function arrowType(type: DuckDBType): arrow.DataType {
  if (type instanceof DuckDBListType) return new arrow.List(new arrow.Field('item', arrowType(type.valueType), true))
  return TYPES[type.typeId]?.() ?? new arrow.Utf8()
}

/** A value as the vector of that type takes it. */
function arrowValue(value: unknown, type: arrow.DataType): unknown {
  if (value === null || value === undefined) return null
  if (type instanceof arrow.Utf8) return cellText(value, '')
  if (type instanceof arrow.Float64) return Number(value)
  if (type instanceof arrow.List) return (value as unknown[]).map((item) => arrowValue(item, type.valueType))
  return value
}

/** Writes the result in the Arrow IPC file format. Returns the number of rows. */
export async function writeArrow(
  result: DuckDBResult,
  write: (bytes: Uint8Array) => Promise<void> | void,
): Promise<number> {
  const names = result.deduplicatedColumnNames()
  const types = result.columnTypes().map(arrowType)
  const schema = new arrow.Schema(names.map((name, i) => new arrow.Field(name, types[i] as arrow.DataType, true)))
  const writer = new arrow.RecordBatchFileWriter()
  writer.reset(undefined, schema)
  let rows = 0
  const drain = writing(writer, write)
  for await (const batch of result.yieldRowsJs()) {
    if (batch.length === 0) continue
    rows += batch.length
    writer.write(toBatch(schema, batch))
  }
  writer.close()
  await drain
  return rows
}

async function writing(
  writer: arrow.RecordBatchFileWriter,
  write: (bytes: Uint8Array) => Promise<void> | void,
): Promise<void> {
  for await (const bytes of writer) await write(bytes)
}

function toBatch(schema: arrow.Schema, rows: readonly (readonly unknown[])[]): arrow.RecordBatch {
  const children = schema.fields.map((field, i) => {
    const values = rows.map((row) => arrowValue(row[i], field.type))
    return arrow.vectorFromArray(values, field.type).data[0] as arrow.Data
  })
  const struct = arrow.makeData({ type: new arrow.Struct(schema.fields), length: rows.length, nullCount: 0, children })
  return new arrow.RecordBatch(schema, struct)
}
