/**
 * Which tables and columns the database holds, and how they are stored.
 *
 * Every table that parsers write is stored as `store."<schema>.<name>"`, numbers only (texts, bytes and lists are ids
 * into `store.strings`), and read through the view `<schema>.<name>`. Recordings whose kernels disagree share a table:
 * columns are added, types widened.
 */
import type { Database } from './database.ts'
import { type ColumnSpec, type ColumnType, eventSchema, type TableSpec } from './schema.ts'
import { quoteName, quoteText } from './sql-text.ts'
import {
  createStatements,
  elements,
  insertColumns,
  type PhysicalColumn,
  type StoredColumn,
  type StoredTable,
  storageName,
  storageType,
  storedColumn,
} from './stored-tables.ts'
import { listStatements, viewStatements } from './stored-views.ts'

/** Where the columns of a spec are stored. */
export interface StoragePlace {
  /** The columns of the physical table, in order. */
  readonly physical: readonly PhysicalColumn[]
  /** For every element column of the spec the name of the physical column that it goes to. */
  readonly targets: readonly string[]
}

const CAPTURE_COLUMN: PhysicalColumn = { name: 'capture', type: 'INTEGER' }

export class Catalogue {
  private readonly database: Database
  private readonly tables = new Map<string, StoredTable>()
  private readonly changed = new Set<StoredTable>()
  private added = false

  private constructor(database: Database) {
    this.database = database
  }

  static async load(database: Database): Promise<Catalogue> {
    const catalogue = new Catalogue(database)
    const tables = await database.rows(
      'SELECT schema_name, table_name, detail, comment FROM store.tables ORDER BY rowid',
    )
    for (const row of tables) {
      const [schema, name] = [String(row.schema_name), String(row.table_name)]
      const table = { schema, name, detail: row.detail === true, comment: String(row.comment), columns: [] }
      catalogue.tables.set(key(schema, name), table)
    }
    const columns = await database.rows(
      'SELECT schema_name, table_name, column_name, type, length, comment FROM store.columns ORDER BY rowid',
    )
    for (const row of columns) {
      catalogue.tables.get(key(String(row.schema_name), String(row.table_name)))?.columns.push({
        name: String(row.column_name),
        type: String(row.type) as ColumnType,
        length: row.length === null ? undefined : Number(row.length),
        comment: String(row.comment),
      })
    }
    return catalogue
  }

  /** All tables, in the order of their creation. */
  get all(): readonly StoredTable[] {
    return [...this.tables.values()]
  }

  /** The tables of events that kernels declare. */
  get events(): TableSpec[] {
    return this.all
      .filter(({ schema, detail }) => schema === eventSchema(schema) && !detail)
      .map(({ schema, name, columns }) => ({
        schema,
        name,
        columns: columns.map(({ length, ...column }) => (length === undefined ? column : { ...column, length })),
      }))
  }

  /** Makes the tables hold the columns of their specs; all of them in one go. */
  async ensure(specs: readonly TableSpec[]): Promise<StoragePlace[]> {
    const fresh = specs.filter((spec) => this.add(spec))
    const statements = createStatements(fresh.map((spec) => this.tableOf(spec)))
    const targets = specs.map((spec) => this.alter(spec, statements))
    if (statements.length > 0) await this.database.run(statements.join(';\n'))
    const places: StoragePlace[] = []
    for (const [i, spec] of specs.entries()) {
      const table = this.tableOf(spec)
      // A table that was just made has its columns in the order of its spec.
      const isFresh = fresh.includes(spec) && specs.every((s) => s === spec || this.tableOf(s) !== table)
      const physical = isFresh
        ? [CAPTURE_COLUMN, ...table.columns.flatMap(elements)]
        : await this.physicalColumns(table)
      places.push({ physical, targets: targets[i] as string[] })
    }
    return places
  }

  private tableOf(spec: TableSpec): StoredTable {
    return this.tables.get(key(spec.schema, spec.name)) as StoredTable
  }

  /** Adds the table that a spec asks for; false if there is one. */
  private add(spec: TableSpec): boolean {
    if (this.tableOf(spec)) return false
    const { schema, name, detail = false, comment = '' } = spec
    const table: StoredTable = { schema, name, detail, comment, columns: spec.columns.map(storedColumn) }
    this.tables.set(key(schema, name), table)
    this.added = true
    this.changed.add(table)
    return true
  }

  /** Adds what makes a table hold the spec's columns as well. Returns the names of the columns that they go to. */
  private alter(spec: TableSpec, statements: string[]): string[] {
    const table = this.tableOf(spec)
    table.part = spec.part
    table.view = spec.view
    const changes: string[] = []
    const targets = spec.columns.flatMap((column) => {
      const merged = this.merge(table, column, changes)
      return elements({ ...merged, length: column.length }).map((c) => c.name)
    })
    if (changes.length > 0) {
      this.changed.add(table)
      const [schema, name] = [quoteText(spec.schema), quoteText(spec.name)]
      const forget = `DELETE FROM store.columns WHERE schema_name = ${schema} AND table_name = ${name}`
      statements.push(...changes, forget, ...insertColumns([table]))
    }
    return targets
  }

  /** Finds or makes the stored column for a column of a spec; adds the statements that this needs. */
  private merge(table: StoredTable, column: ColumnSpec, statements: string[]): StoredColumn {
    const storage = storageName(table)
    const wanted = storedColumn(column)
    for (const name of [column.name, `${column.name}_${column.type.toLowerCase()}`]) {
      const known = table.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())
      const add = (columns: PhysicalColumn[]) => {
        for (const c of columns) {
          statements.push(`ALTER TABLE ${storage} ADD COLUMN ${quoteName(c.name)} ${storageType(c.type)}`)
        }
      }
      if (!known) {
        const fresh = { ...wanted, name }
        table.columns.push(fresh)
        add(elements(fresh))
        return fresh
      }
      const type = widen(known.type, column.type)
      if (type === undefined || (known.length === undefined) !== (column.length === undefined)) continue
      if (type !== known.type) {
        for (const c of elements(known)) {
          statements.push(`ALTER TABLE ${storage} ALTER ${quoteName(c.name)} TYPE ${storageType(type)}`)
        }
        known.type = type
      }
      if ((column.length ?? 0) > (known.length ?? 0)) {
        const before = elements(known).length
        known.length = column.length
        add(elements(known).slice(before))
      }
      return known
    }
    throw new Error(`column ${column.name} of ${table.schema}.${table.name} cannot be stored as ${column.type}`)
  }

  private async physicalColumns(table: StoredTable): Promise<PhysicalColumn[]> {
    const types = new Map([[CAPTURE_COLUMN.name, CAPTURE_COLUMN.type]])
    for (const c of table.columns.flatMap(elements)) types.set(c.name, c.type)
    // An empty result tells the order sooner than duckdb_columns(), which describes every table.
    const result = await this.database.connection.run(`FROM ${storageName(table)} LIMIT 0`)
    return result.columnNames().map((name) => ({ name, type: types.get(name) as ColumnType }))
  }

  /** Makes the views of tables that were added or altered, and what lists all tables. Returns whether anything changed. */
  async refreshViews(): Promise<boolean> {
    if (this.changed.size === 0) return false
    const statements = [...this.changed].flatMap(viewStatements)
    if (this.added) statements.push(...listStatements(this.all))
    await this.database.run(statements.join(';\n'))
    this.changed.clear()
    this.added = false
    return true
  }
}

const key = (schema: string, name: string): string => `${schema}.${name}`.toLowerCase()

const INTEGERS: readonly ColumnType[][] = [
  ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT'],
  ['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT'],
]

/** The type that holds the values of both, or undefined if there is none. */
export function widen(a: ColumnType, b: ColumnType): ColumnType | undefined {
  if (a === b) return a
  const [signed, unsigned] = INTEGERS as [ColumnType[], ColumnType[]]
  for (const list of [signed, unsigned]) {
    if (list.includes(a) && list.includes(b)) return list[Math.max(list.indexOf(a), list.indexOf(b))]
  }
  const [s, u] = signed.includes(a) ? [a, b] : [b, a]
  if (!signed.includes(s) || !unsigned.includes(u) || u === 'UBIGINT') return undefined
  return signed[Math.max(signed.indexOf(s), unsigned.indexOf(u) + 1)]
}
