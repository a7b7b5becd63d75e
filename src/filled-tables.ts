/** Which stored tables have rows of a capture: a query whose tables have none makes no row, and is not run. */
import type { Database } from './database.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** The names that match one of the patterns: `sched.sched_switch`, or `syscalls.sys_enter_*` for all that begin so. */
export const matching = (names: Iterable<string>, patterns: readonly string[]): string[] =>
  [...names].filter((name) => patterns.some((p) => (p.endsWith('*') ? name.startsWith(p.slice(0, -1)) : name === p)))

/** The stored tables (`schema.name`) among those that match which have rows of the capture. */
export async function filledTables(
  database: Database,
  capture: number,
  patterns: readonly string[],
): Promise<Set<string>> {
  const stored = await database.rows("SELECT schema_name || '.' || table_name AS name FROM store.tables")
  const asked = matching(
    stored.map((row) => String(row.name)),
    patterns,
  )
  if (asked.length === 0) return new Set()
  const found = await database.rows(
    asked
      .map(
        (name) =>
          `(SELECT ${quoteText(name)} AS name FROM store.${quoteName(name)} WHERE capture = ${capture} LIMIT 1)`,
      )
      .join(' UNION ALL '),
  )
  return new Set(found.map((row) => String(row.name)))
}
