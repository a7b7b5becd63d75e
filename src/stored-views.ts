/** The views through which stored tables are read: texts joined, with a sentence for each column. */
import type { ColumnSpec } from './schema.ts'
import { quoteName, quoteText } from './sql-text.ts'
import { elements, type StoredColumn, type StoredTable, storageName } from './stored-tables.ts'

/** The views through which a stored table is read, with their comments. */
export function viewStatements(table: StoredTable): string[] {
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
export function listStatements(tables: readonly StoredTable[]): string[] {
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
