/** The tables of `store`: what they are called, which columns they have, and how these are stored. */
import type { ColumnSpec, ColumnType, ViewSpec } from './schema.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** A column as the catalogue knows it: the union over all captures. */
export interface StoredColumn {
  name: string
  type: ColumnType
  length: number | undefined
  comment: string
}

export interface StoredTable {
  readonly schema: string
  readonly name: string
  readonly detail: boolean
  comment: string
  columns: StoredColumn[]
  /** Known of tables that `ensure` was asked for. */
  part?: boolean | undefined
  view?: ViewSpec | undefined
}

/** Which physical column of `store` a column of a batch goes to. */
export interface PhysicalColumn {
  readonly name: string
  readonly type: ColumnType
}

export const storageName = (table: { schema: string; name: string }): string =>
  `store.${quoteName(`${table.schema}.${table.name}`)}`

export const storedColumn = (c: ColumnSpec): StoredColumn => ({
  name: c.name,
  type: c.type,
  length: c.length,
  comment: c.comment ?? '',
})

export const elements = (column: StoredColumn): PhysicalColumn[] =>
  column.length === undefined
    ? [{ name: column.name, type: column.type }]
    : Array.from({ length: column.length }, (_, i) => ({ name: `${column.name}[${i}]`, type: column.type }))

export function createStatements(tables: readonly StoredTable[]): string[] {
  if (tables.length === 0) return []
  const rows = tables.map((t) => `(${quoteText(t.schema)}, ${quoteText(t.name)}, ${t.detail}, ${quoteText(t.comment)})`)
  return [
    ...tables.map((table) => {
      const columns = table.columns.flatMap(elements).map((c) => `${quoteName(c.name)} ${storageType(c.type)}`)
      return `CREATE TABLE ${storageName(table)} (${['capture INTEGER', ...columns].join(', ')})`
    }),
    `INSERT INTO store.tables VALUES ${rows.join(', ')}`,
    ...insertColumns(tables),
  ]
}

export function insertColumns(tables: readonly StoredTable[]): string[] {
  const rows = tables.flatMap((t) =>
    t.columns.map(
      (c) =>
        `(${[t.schema, t.name, c.name, c.type].map(quoteText).join(', ')}, ${c.length ?? 'NULL'}, ${quoteText(c.comment)})`,
    ),
  )
  return rows.length === 0 ? [] : [`INSERT INTO store.columns VALUES ${rows.join(', ')}`]
}

/** The type in which a column's values are stored. */
export const storageType = (type: ColumnType): string =>
  type === 'TEXT' || type === 'BLOB' || type === 'LIST' || type === 'ULIST' ? 'INTEGER' : type
