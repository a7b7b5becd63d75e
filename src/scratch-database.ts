/** Databases for commands that are given recordings and keep nothing. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from './database.ts'
import { expectRecording } from './parse-beside.ts'
import { temporaryFolder } from './temporary.ts'

/** Recordings with fewer bytes are measured sooner by one thread: of two, each waits for the other most of the time. */
const SMALL = 8 << 20

/**
 * For these recordings. A temporary file rather than memory: they may be larger than that. It is gone when it is closed; its
 * memory is given back with the program's or by the garbage collector, as DuckDB takes a tenth of a small report for it.
 */
export async function openScratch(names: readonly string[]): Promise<Database> {
  if (names[0] !== undefined) expectRecording(names[0], true)
  const folder = temporaryFolder('scratch database')
  const database = await openDatabase(join(folder.path, 'scratch.duckdb'), {
    settings: bytesOf(names) < SMALL ? { threads: '1' } : {},
  })
  await database.run('PRAGMA disable_checkpoint_on_shutdown')
  return { ...database, close: folder.remove }
}

/** Infinite where it takes more than a look: folders, sets, the standard input. */
const bytesOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => {
    const stat = statSync(name, { throwIfNoEntry: false })
    return sum + (stat?.isFile() ? stat.size : Number.POSITIVE_INFINITY)
  }, 0)
