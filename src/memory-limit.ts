/** How much DuckDB may keep in memory while a recording is stored and derived; what does not fit waits on the disk. */
import type { Database } from './database.ts'
import { quoteText } from './sql-text.ts'

/** Storing needs no more: it is the row groups that are not full yet. Sorting in the derived tables spills beyond it. */
const LEAST = 200 * 2 ** 20

/** What cannot spill grows with the recording, slowly: 50 million events were derived in less than the least. */
const PER_EVENT = 4

/** Databases that once had too little: they keep what DuckDB takes by itself. */
const unlimited = new WeakSet<Database['connection']>()

/** What was set back, and what DuckDB made of it: it prints a rounded number, and would give a bit less each time. */
const restored = new WeakMap<Database['connection'], { set: string; shown: string }>()

/** Lowers the limit for a database in a file. Returns what sets it to what it was; further calls of that do nothing. */
export async function limitMemory(database: Database, events = 0): Promise<() => Promise<void>> {
  const { connection } = database
  if (database.path === ':memory:' || unlimited.has(connection)) return async () => {}
  const shown = await currentLimit(database)
  const last = restored.get(connection)
  const usual = last?.shown === shown ? last.set : shown
  await database.run(`SET memory_limit = '${Math.max(LEAST, PER_EVENT * events)}B'`)
  let isLimited = true
  return async () => {
    if (!isLimited) return
    await database.run(`SET memory_limit = ${quoteText(usual)}`)
    isLimited = false
    restored.set(connection, { set: usual, shown: await currentLimit(database) })
  }
}

async function currentLimit(database: Database): Promise<string> {
  const [row] = await database.rows("SELECT current_setting('memory_limit') AS limit_now")
  return String(row?.limit_now)
}

/** Does the work, a whole transaction, once more without a limit where the limit was too low for it. */
export async function withEnoughMemory<T>(database: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!liftLimit(database, error)) throw error
    return await work()
  }
}

/**
 * Whether the error says that the limit was too low: then it is lifted for good, and the same again may succeed. False
 * where it was lifted before.
 */
export function liftLimit(database: Database, error: unknown): boolean {
  if (!/Out of Memory Error/.test(String((error as Error)?.message)) || unlimited.has(database.connection)) return false
  unlimited.add(database.connection)
  return true
}
