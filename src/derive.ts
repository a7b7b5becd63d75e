/** The derived tables: one SELECT each under queries/derive/, run once per capture. */
import { join } from 'node:path'
import type { Database } from './database.ts'
import { hashQueries, type QueryFile, queriesFolder, readQueryFiles, tagSentences, tagWords } from './query-file.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** The derived tables, each behind those that it needs. */
export function deriveQueries(): QueryFile[] {
  const files = readQueryFiles(join(queriesFolder(), 'derive'))
  const ordered: QueryFile[] = []
  const visit = (file: QueryFile, path: readonly string[]): void => {
    if (ordered.includes(file)) return
    if (path.includes(file.name))
      throw new Error(`derived tables need each other: ${[...path, file.name].join(' -> ')}`)
    for (const name of tagWords(file, 'needs')) {
      const needed = files.find((f) => f.name === name)
      if (needed) visit(needed, [...path, file.name])
    }
    ordered.push(file)
  }
  for (const file of files) visit(file, [])
  return ordered
}

/** Makes the empty derived tables, with their sentences. */
export async function createDerived(database: Database): Promise<void> {
  const queries = deriveQueries()
  for (const query of queries) {
    const table = `main.${quoteName(query.name)}`
    await database.run(
      [
        `CREATE TABLE ${table} AS (${query.sql}\n) WITH NO DATA`,
        `COMMENT ON TABLE ${table} IS ${quoteText(query.title)}`,
        ...tagSentences(query, 'column').map(
          ([name, sentence]) => `COMMENT ON COLUMN ${table}.${quoteName(name)} IS ${quoteText(sentence)}`,
        ),
      ].join(';\n'),
    )
  }
  await database.run("INSERT OR REPLACE INTO store.meta VALUES ('derive', $hash)", { hash: hashQueries(queries) })
}

/** Fills the derived tables for one capture. */
export async function deriveCapture(database: Database, capture: number): Promise<void> {
  await database.run(`SET VARIABLE capture = ${capture}::INTEGER`)
  for (const query of deriveQueries()) {
    await database.run(`INSERT INTO main.${quoteName(query.name)} BY NAME (${query.sql}\n)`)
  }
}

/** Whether the derived tables were made by other queries than these. */
export async function isStale(database: Database): Promise<boolean> {
  const [row] = await database.rows("SELECT value FROM store.meta WHERE key = 'derive'")
  return row?.value !== hashQueries(deriveQueries())
}

/** Drops and rebuilds the derived tables of all captures. The caller owns the transaction. */
export async function rebuildDerived(database: Database, onCapture?: (capture: number) => void): Promise<void> {
  const old = await database.rows(
    "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND table_name NOT IN ('captures', 'problems')",
  )
  for (const { table_name } of old) await database.run(`DROP TABLE main.${quoteName(String(table_name))}`)
  await createDerived(database)
  for (const { capture } of await database.rows('SELECT capture FROM captures ORDER BY capture')) {
    onCapture?.(Number(capture))
    await deriveCapture(database, Number(capture))
  }
}
