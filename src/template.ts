/** An empty database that `npm run build` makes in advance: copying it takes a tenth of the time of making one. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Database } from './database.ts'
import { queriesVersion } from './derive.ts'
import type { TableSpec } from './schema.ts'
import { quoteName, quoteText } from './sql-text.ts'
import { VERSION } from './version.ts'

/** Beside the compiled files; its name says for which tables and queries it was made. */
export function templatePath(tables: readonly TableSpec[]): string {
  const key = createHash('sha256')
    .update(`${VERSION} ${queriesVersion()} ${JSON.stringify(tables)}`)
    .digest('hex')
  return fileURLToPath(new URL(`./empty-${key.slice(0, 12)}.duckdb`, import.meta.url))
}

/** Fills an empty database from the template; false where there is none. */
export async function copyTemplate(database: Database, tables: readonly TableSpec[]): Promise<boolean> {
  const path = templatePath(tables)
  if (!existsSync(path)) return false
  const [row] = await database.rows('SELECT current_database() AS name')
  await database.run(`ATTACH ${quoteText(path)} AS tracealyze_template (READ_ONLY)`)
  try {
    await database.run(`COPY FROM DATABASE tracealyze_template TO ${quoteName(String(row?.name))}`)
  } finally {
    await database.run('DETACH tracealyze_template')
  }
  return true
}
