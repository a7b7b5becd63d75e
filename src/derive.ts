/** The derived tables: one SELECT each under queries/derive/, run once per capture. */
import { join } from 'node:path'
import type { Database } from './database.ts'
import { limitMemory } from './memory-limit.ts'
import { hashQueries, inOrder, type QueryFile, queriesFolder, readQueryFiles, tagSentences } from './query-file.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** The derived tables, each behind those that it needs. */
export const deriveQueries = (): QueryFile[] => inOrder(readQueryFiles(join(queriesFolder(), 'derive')))

/** Makes the empty derived tables, with their sentences. */
export async function createDerived(database: Database): Promise<void> {
  const queries = deriveQueries()
  for (const query of queries) {
    const table = `main.${quoteName(query.name)}`
    const create = database.run(
      [
        `CREATE TABLE ${table} AS (${query.sql}\n) WITH NO DATA`,
        `COMMENT ON TABLE ${table} IS ${quoteText(query.title)}`,
        ...tagSentences(query, 'column').map(
          ([name, sentence]) => `COMMENT ON COLUMN ${table}.${quoteName(name)} IS ${quoteText(sentence)}`,
        ),
      ].join(';\n'),
    )
    await named(query, create)
  }
  await database.run("INSERT OR REPLACE INTO store.meta VALUES ('queries', $hash)", { hash: queriesVersion() })
}

/** Says which query failed. */
async function named(query: QueryFile, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw new Error(`queries/derive/${query.name}.sql: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Joins are made in the order in which the queries name the tables, the right one kept in memory: tables filled in the
 * same transaction look empty to the optimiser, and it would keep the large ones.
 */
const AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"

/** Fills the derived tables for one capture. */
export async function deriveCapture(database: Database, capture: number): Promise<void> {
  const [row] = await database.rows('SELECT events FROM captures WHERE capture = $capture', { capture })
  const endLimit = await limitMemory(database, Number(row?.events ?? 0))
  try {
    await database.run(`SET VARIABLE capture = ${capture}::INTEGER; ${AS_WRITTEN}`)
    for (const query of deriveQueries()) {
      await named(query, database.run(`INSERT INTO main.${quoteName(query.name)} BY NAME (${query.sql}\n)`))
      // Joins with no loss at all would cost a sort of everything: the queries leave them out.
      if (query.name === 'loss_intervals') {
        await database.run(
          "SET VARIABLE is_lossy = (SELECT count(*) > 0 FROM loss_intervals WHERE capture = getvariable('capture'))",
        )
      }
    }
  } finally {
    await database.run('RESET disabled_optimizers').catch(() => {}) // a transaction that failed takes no statement
    await endLimit().catch(() => {})
  }
}

/** Which version of the measurement this is: a hash over all queries. */
export const queriesVersion = (): string => hashQueries(readQueryFiles(queriesFolder()))

/** Whether the derived tables and views were made by other queries than these. */
export async function isStale(database: Database): Promise<boolean> {
  const [row] = await database.rows("SELECT value FROM store.meta WHERE key = 'queries'")
  return row?.value !== queriesVersion()
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
