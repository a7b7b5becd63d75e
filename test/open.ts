/** Databases in memory for tests. */
import { type Database, openDatabase, type Row } from '../src/database.ts'
import { ingest } from '../src/ingest.ts'

export interface TestDatabase extends Database {
  /** Rows with plain numbers instead of bigints. */
  query(sql: string): Promise<Record<string, unknown>[]>
}

/** A database in memory with these recordings: `[path, label]`. */
export async function databaseOf(
  ...recordings: readonly (readonly [path: string, label: string])[]
): Promise<TestDatabase> {
  const database = await openDatabase(':memory:')
  for (const [path, label] of recordings) await ingest(database, path, { label })
  return { ...database, query: async (sql) => (await database.rows(sql)).map(plainRow) }
}

const plainRow = (row: Row): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]),
  )
