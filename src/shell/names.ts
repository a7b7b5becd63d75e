/** What can be named in a statement, from the live catalogue. */
import type { Database } from '../database.ts'

export interface NamedTable {
  readonly schema: string
  readonly name: string
  readonly comment: string
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment: string }[]
}

export interface Names {
  readonly tables: readonly NamedTable[]
  readonly macros: readonly string[]
  /** DuckDB's own. */
  readonly functions: readonly string[]
  readonly keywords: readonly string[]
}

/** Reads the names; `store` is how the events are kept, and nothing to ask. */
export async function loadNames(database: Database): Promise<Names> {
  const columns = await database.rows(`
    SELECT c.schema_name AS s, c.table_name AS t, c.column_name AS c, c.data_type AS type, coalesce(c.comment, '') AS comment,
      coalesce(v.comment, b.comment, '') AS title
    FROM duckdb_columns() AS c
    LEFT JOIN duckdb_views() AS v ON v.schema_name = c.schema_name AND v.view_name = c.table_name AND v.database_name = c.database_name
    LEFT JOIN duckdb_tables() AS b ON b.schema_name = c.schema_name AND b.table_name = c.table_name AND b.database_name = c.database_name
    WHERE NOT c.internal AND c.schema_name <> 'store' AND c.database_name = current_database()
    ORDER BY c.schema_name <> 'main', c.schema_name, c.table_name, c.column_index`)
  const tables = new Map<string, NamedTable & { columns: NamedTable['columns'][number][] }>()
  for (const row of columns) {
    const [schema, name] = [String(row.s), String(row.t)]
    const table = tables.get(`${schema}.${name}`) ?? { schema, name, comment: String(row.title), columns: [] }
    table.columns.push({ name: String(row.c), type: String(row.type), comment: String(row.comment) })
    tables.set(`${schema}.${name}`, table)
  }
  const functions = await database.rows(
    "SELECT DISTINCT function_name AS name, internal FROM duckdb_functions() WHERE function_name ~ '^[a-z_0-9]+$' ORDER BY internal, name",
  )
  const keywords = await database.rows('SELECT keyword_name AS name FROM duckdb_keywords() ORDER BY name')
  return {
    tables: [...tables.values()],
    macros: functions.filter((row) => row.internal === false).map((row) => String(row.name)),
    functions: functions.filter((row) => row.internal === true).map((row) => String(row.name)),
    keywords: keywords.map((row) => String(row.name).toUpperCase()),
  }
}

/** How a table is called in a statement: main's without their schema. */
export const tableName = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  [...(schema === 'main' ? [] : [schema]), name].map(quoteIfNeeded).join('.')

export const quoteIfNeeded = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
