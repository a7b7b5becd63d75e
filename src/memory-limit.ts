/** How much DuckDB may keep in memory while events are stored; what does not fit waits on the disk. */
import type { Database } from './database.ts'
import { quoteText } from './sql-text.ts'

/** Storing needs no more: it is the row groups that are not full yet. The derived tables sort, and may need far more. */
const WHILE_STORING = '200MiB'

/** Lowers the limit for a database in a file. Returns what sets it to what it was; further calls of that do nothing. */
export async function limitMemory(database: Database): Promise<() => Promise<void>> {
  if (database.path === ':memory:') return async () => {}
  const [row] = await database.rows("SELECT current_setting('memory_limit') AS usual")
  await database.run(`SET memory_limit = ${quoteText(WHILE_STORING)}`)
  let isLimited = true
  return async () => {
    if (!isLimited) return
    await database.run(`SET memory_limit = ${quoteText(String(row?.usual))}`)
    isLimited = false
  }
}
