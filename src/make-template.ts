/** Makes the template in dist: the last step of `npm run build`. */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { prepareDatabase } from './bootstrap.ts'
import { openDatabase } from './database.ts'
import { templatePath } from './template.ts'

const path = templatePath()
const folder = dirname(path)
mkdirSync(folder, { recursive: true })
for (const name of readdirSync(folder)) if (/^empty-.*\.duckdb/.test(name)) rmSync(join(folder, name))
const draft = `${path}.${process.pid}`
const database = await openDatabase(draft)
await prepareDatabase(database)
database.close()
renameSync(draft, path)
