/** An empty database that `npm run build` makes in advance: copying it takes a tenth of the time of making one. */
import { createHash } from 'node:crypto'
import { constants, copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database.ts'
import { DECLARED_TABLES } from './declared-tables.ts'
import { queriesVersion } from './derive.ts'
import { packageFolder } from './query-file.ts'
import { quoteName, quoteText } from './sql-text.ts'
import { VERSION } from './version.ts'

/** In the folder of the built program; its name says for which tables and queries it was made. */
export function templatePath(): string {
  const key = createHash('sha256')
    .update(`${VERSION} ${queriesVersion()} ${JSON.stringify(DECLARED_TABLES)}`)
    .digest('hex')
  return join(packageFolder(), 'dist', `empty-${key.slice(0, 12)}.duckdb`)
}

/** Makes the file of a new database. Does nothing where there is no template or the file cannot be made: opening it tells. */
export function placeTemplate(path: string): void {
  try {
    copyFileSync(templatePath(), path, constants.COPYFILE_EXCL)
  } catch {
    // Without a template the database begins empty and is filled by prepareDatabase.
  }
}

/** Fills an empty database from the template; false where there is none. */
export async function copyTemplate(database: Database): Promise<boolean> {
  const path = templatePath()
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
