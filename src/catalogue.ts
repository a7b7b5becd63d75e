/**
 * Which tables and columns the database holds, and how they are stored.
 *
 * Every table that parsers write is stored as `store."<schema>.<name>"`, numbers only (texts, bytes and lists are ids
 * into `store.strings`), and read through the view `<schema>.<name>`. Recordings whose kernels disagree share a table:
 * columns are added, types widened.
 */
import type { Database } from './database.ts'
import { type ColumnSpec, type ColumnType, eventSchema, type TableSpec, type ViewSpec } from './schema.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** A column as the catalogue knows it: the union over all captures. */
interface StoredColumn {
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

const storageName = (table: { schema: string; name: string }): string =>
  `store.${quoteName(`${table.schema}.${table.name}`)}`

const storedColumn = (c: ColumnSpec): StoredColumn => ({
  name: c.name,
  type: c.type,
  length: c.length,
  comment: c.comment ?? '',
})

const elements = (column: StoredColumn): PhysicalColumn[] =>
  column.length === undefined
    ? [{ name: column.name, type: column.type }]
    : Array.from({ length: column.length }, (_, i) => ({ name: `${column.name}[${i}]`, type: column.type }))

function createStatements(tables: readonly StoredTable[]): string[] {
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

function insertColumns(tables: readonly StoredTable[]): string[] {
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

/** The views through which a stored table is read, with their comments. */
function viewStatements(table: StoredTable): string[] {
  const { part, view } = table
  if (!part && !view) return readView(table, table.columns, storedSelect(table))
  const stored = `CREATE OR REPLACE VIEW store.${quoteName(`${table.schema}_${table.name}`)} AS ${storedSelect(table)}`
  if (!view) return [stored]
  const ids = `CREATE OR REPLACE VIEW store.${quoteName(`${table.schema}_${table.name}_ids`)} AS ${view.ids}`
  return [stored, ids, ...readView(table, view.columns, view.select)]
}

/** What is stored, with its texts. */
function storedSelect(table: StoredTable): string {
  const joins: string[] = []
  const text = (column: string): string => {
    const alias = `s${joins.length}`
    joins.push(`LEFT JOIN store.strings AS ${alias} ON ${alias}.id = t.${quoteName(column)}`)
    return `${alias}.text`
  }
  const value = (c: StoredColumn, name: string): string => {
    if (c.type === 'TEXT') return text(name)
    if (c.type === 'BLOB') return `unhex(${text(name)})`
    if (c.type === 'LIST') return `${text(name)}::BIGINT[]`
    if (c.type === 'ULIST') return `${text(name)}::UBIGINT[]`
    return `t.${quoteName(name)}`
  }
  const columns = table.columns.map((c) => {
    const parts = elements(c).map((e) => value(c, e.name))
    return `${c.length === undefined ? parts[0] : `[${parts.join(', ')}]`} AS ${quoteName(c.name)}`
  })
  return `SELECT ${['t.capture', ...columns].join(', ')} FROM ${storageName(table)} AS t ${joins.join(' ')}`
}

function readView(
  { schema, name, comment }: StoredTable,
  columns: readonly Pick<ColumnSpec, 'name' | 'comment'>[],
  select: string,
): string[] {
  const view = `${quoteName(schema)}.${quoteName(name)}`
  return [
    `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`,
    `CREATE OR REPLACE VIEW ${view} AS ${select}`,
    `COMMENT ON VIEW ${view} IS ${quoteText(comment || `Events ${schema}:${name}, one row each.`)}`,
    `COMMENT ON COLUMN ${view}.capture IS 'The recording: captures.capture.'`,
    ...columns.map((c) => `COMMENT ON COLUMN ${view}.${quoteName(c.name)} IS ${quoteText(c.comment ?? '')}`),
  ]
}

/** The view of all events. */
function listStatements(tables: readonly StoredTable[]): string[] {
  const column = (t: StoredTable, name: string, type: string) =>
    t.columns.some((c) => c.name === name) ? name : `NULL::${type} AS ${name}`
  const selects = tables
    .filter((t) => t.schema !== 'main' && !t.detail)
    .map(
      (t) =>
        `SELECT capture, ts, ${column(t, 'cpu', 'SMALLINT')}, ${column(t, 'tid', 'INTEGER')}, ${quoteText(t.schema)} AS system, ${quoteText(t.name)} AS event FROM ${storageName(t)}`,
    )
  const none =
    'SELECT NULL::INTEGER AS capture, NULL::BIGINT AS ts, NULL::SMALLINT AS cpu, NULL::INTEGER AS tid, NULL::VARCHAR AS system, NULL::VARCHAR AS event WHERE false'
  return [
    `CREATE OR REPLACE VIEW main.events AS ${selects.join(' UNION ALL ') || none}`,
    `COMMENT ON VIEW main.events IS 'Every event of every capture: what is common to all of them.'`,
    `COMMENT ON COLUMN main.events.capture IS 'The recording: captures.capture.'`,
    `COMMENT ON COLUMN main.events.ts IS 'Time in ns of the capture''s clock; NULL where the recording has no times.'`,
    `COMMENT ON COLUMN main.events.cpu IS 'CPU on which it was recorded; NULL where the recording does not say.'`,
    `COMMENT ON COLUMN main.events.tid IS 'Thread that was running.'`,
    `COMMENT ON COLUMN main.events.system IS 'The schema of its table: the ftrace system, or strace.'`,
    `COMMENT ON COLUMN main.events.event IS 'The name of its table.'`,
  ]
}
