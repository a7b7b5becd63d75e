/** The version in package.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from './query-file.ts'

export const VERSION: string = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).version
