/** Views that most metrics read, kept as temporary tables while a report is made: each is evaluated once. */
import { join } from 'node:path'
import type { Database } from './database.ts'
import { inOrder, queriesFolder, readQueryFiles } from './query-file.ts'
import { quoteName } from './sql-text.ts'

/**
 * Does the work with the views that are tagged `@kept` in `queries/views` as temporary tables with these captures only:
 * a temporary table stands before a view of its name, in other views too.
 */
export async function withKeptViews<T>(
  database: Database,
  captures: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  const views = inOrder(readQueryFiles(join(queriesFolder(), 'views'))).filter((file) => file.tags.has('kept'))
  const chosen = captures.join(', ') || 'NULL'
  const drop = () => database.run(views.map(({ name }) => `DROP TABLE IF EXISTS temp.${quoteName(name)}`).join(';\n'))
  try {
    for (const { name, sql } of views) {
      await database.run(`CREATE TEMP TABLE ${quoteName(name)} AS FROM (${sql}\n) WHERE capture IN (${chosen})`)
    }
    return await work()
  } finally {
    await drop()
  }
}
