/**
 * A database as a folder of Parquet files, `TABLE/label=LABEL/capture=N/*.parquet`, and `open.sql`: SQL that makes of
 * the folder a database with the same tables, views, macros and metrics, in any DuckDB.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Database } from '../database.ts'
import { deriveQueries } from '../derive.ts'
import { TraceError } from '../errors.ts'
import { viewStatements } from '../metric.ts'
import { quoteName, quoteText } from '../sql-text.ts'

interface Source {
  readonly schema: string
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: number
  readonly detail: boolean
}

/** The clause that writes a query into a folder by recording. The rows need the columns label and capture. */
export const PARTITIONED = '(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (label, capture), OVERWRITE_OR_IGNORE)'

/** Writes everything. `location` is where open.sql reads from; the folder itself if left out. */
export async function exportAll(
  database: Database,
  folder: string,
  location = resolve(folder),
  onTable?: (name: string) => void,
): Promise<{ tables: number; rows: number }> {
  const sources = await findSources(database)
  mkdirSync(folder, { recursive: true })
  for (const source of sources) {
    if (source.rows === 0) continue
    const path = `${source.schema}.${source.name}`
    onTable?.(path)
    rmSync(join(folder, path), { recursive: true, force: true })
    mkdirSync(join(folder, path), { recursive: true })
    const from = `${quoteName(source.schema)}.${quoteName(source.name)}`
    const target = quoteText(resolve(folder, path))
    await database.run(
      isPartitioned(source)
        ? `COPY (SELECT c.label, t.* FROM ${from} AS t JOIN main.captures AS c USING (capture)) TO ${target} ${PARTITIONED}`
        : `COPY ${from} TO ${quoteText(resolve(folder, path, 'all.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
    )
  }
  writeFileSync(join(folder, 'open.sql'), openSql(sources, location.replace(/\/$/, '')))
  return { tables: sources.filter((s) => s.rows > 0).length, rows: sources.reduce((sum, s) => sum + s.rows, 0) }
}

/** The tables, the derived ones, and the views of what was recorded; other views are made again. */
async function findSources(database: Database): Promise<Source[]> {
  // Some derived tables are views of what only this database has.
  const derived = deriveQueries().map((query) => quoteText(query.name))
  const columns = await database.rows(`
    SELECT c.schema_name AS s, c.table_name AS t, list({'name': column_name, 'type': data_type}::JSON ORDER BY column_index)::VARCHAR[] AS columns,
      any_value(k.detail) AS detail
    FROM duckdb_columns() AS c
    LEFT JOIN store.tables AS k ON k.schema_name = c.schema_name AND k.table_name = c.table_name
    LEFT JOIN duckdb_tables() AS b ON b.schema_name = c.schema_name AND b.table_name = c.table_name AND b.database_name = c.database_name
    WHERE NOT c.internal AND c.schema_name NOT IN ('store', 'metric') AND c.database_name = current_database()
      AND (k.table_name IS NOT NULL OR b.table_name IS NOT NULL OR c.schema_name = 'main' AND c.table_name IN (${derived.join(', ')}))
    GROUP BY ALL ORDER BY ALL`)
  const sources: Source[] = []
  for (const row of columns) {
    const [schema, name] = [String(row.s), String(row.t)]
    const [{ n } = { n: 0 }] = await database.rows(`SELECT count(*) AS n FROM ${quoteName(schema)}.${quoteName(name)}`)
    const items = (row.columns as { items: readonly string[] }).items
    sources.push({
      schema,
      name,
      columns: items.map((item) => JSON.parse(item) as { name: string; type: string }),
      rows: Number(n),
      detail: row.detail === true,
    })
  }
  return sources
}

const has = (source: Source, column: string): boolean => source.columns.some((c) => c.name === column)

/** captures itself and what belongs to no recording are one file. */
const isPartitioned = (source: Source): boolean => has(source, 'capture') && !has(source, 'label')

function openSql(sources: readonly Source[], location: string): string {
  const schemas = [...new Set(sources.map((s) => s.schema))].filter((s) => s !== 'main')
  const statements = [
    ...schemas.map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`),
    ...sources.map((source) => readStatement(source, location)),
    eventsStatement(sources),
    ...viewStatements(),
  ]
  return `-- Opens this folder as a database of tracealyze: duckdb -init open.sql. For object storage: INSTALL httpfs; LOAD httpfs;
${statements.map((statement) => `${statement};\n`).join('')}`
}

function readStatement(source: Source, location: string): string {
  const name = `${quoteName(source.schema)}.${quoteName(source.name)}`
  if (source.rows === 0) {
    return `CREATE TABLE ${name} (${source.columns.map((c) => `${quoteName(c.name)} ${c.type}`).join(', ')})`
  }
  const columns = source.columns.map((c) => quoteName(c.name)).join(', ')
  const path = `${location}/${source.schema}.${source.name}`
  if (!isPartitioned(source)) {
    return `CREATE VIEW ${name} AS SELECT ${columns} FROM read_parquet(${quoteText(`${path}/*.parquet`)})`
  }
  const files = quoteText(`${path}/*/*/*.parquet`)
  return `CREATE VIEW ${name} AS SELECT ${columns} FROM read_parquet(${files}, hive_partitioning = true, hive_types = {'label': VARCHAR, 'capture': INTEGER}, union_by_name = true)`
}

/** The view `events`, over the event tables of the folder. */
function eventsStatement(sources: readonly Source[]): string {
  const reserved = ['main', 'reference']
  const selects = sources
    .filter((s) => !reserved.includes(s.schema) && !s.detail && s.rows > 0)
    .map((s) => {
      const column = (name: string, type: string) => (has(s, name) ? name : `NULL::${type} AS ${name}`)
      return `SELECT capture, ts, ${column('cpu', 'SMALLINT')}, ${column('tid', 'INTEGER')}, ${quoteText(s.schema)} AS system, ${quoteText(s.name)} AS event FROM ${quoteName(s.schema)}.${quoteName(s.name)}`
    })
  if (selects.length === 0) throw new TraceError('holds no event to export')
  return `CREATE VIEW main.events AS ${selects.join(' UNION ALL ')}`
}
