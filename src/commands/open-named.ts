/** Where the recordings are that a command is given the names of. */
import { existsSync } from 'node:fs'
import { checkVersion, type Database, openDatabase } from '../database.ts'
import { isStale } from '../derive.ts'
import { TraceError } from '../errors.ts'
import { isOnDisk, noSuchFile } from '../on-disk.ts'
import { openScratch } from '../scratch-database.ts'
import type { Streams } from '../streams.ts'

/** The database that has them, and what they are called there: a temporary one for recordings on the disk. */
export async function openNamed(
  names: readonly string[],
  db: string,
  streams: Streams,
): Promise<{ database: Database; labels: readonly string[] }> {
  if (!names.every(isOnDisk)) return { database: await openLabelled(names, db, streams), labels: names }
  // What ingests is loaded while the database is opened, which is another thread's work.
  const [database, { ingestNamed }] = await Promise.all([openScratch(names), import('../ingest-named.ts')])
  try {
    return { database, labels: await ingestNamed(database, names) }
  } catch (error) {
    database.close()
    throw error
  }
}

/** A name that looks like a file's may be a label all the same; where it is none, the file is what is missing. */
async function openLabelled(names: readonly string[], db: string, streams: Streams): Promise<Database> {
  if (!existsSync(db)) for (const name of names) throwIf(noSuchFile(name))
  const database = await openForReading(db, streams)
  try {
    for (const name of names) {
      const error = noSuchFile(name)
      if (error && !(await isLabel(database, name))) throw error
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const isLabel = async (database: Database, name: string): Promise<boolean> =>
  (await database.rows('SELECT 1 FROM captures WHERE label = $name LIMIT 1', { name })).length > 0

function throwIf(error: TraceError | undefined): void {
  if (error) throw error
}

/** Opens a database for reading; derived tables that other queries made are rebuilt first. */
export async function openForReading(path: string, streams: Streams): Promise<Database> {
  const database = await openDatabase(path, { readOnly: true })
  if ((await checkVersion(database)) === 0) {
    throw new TraceError('holds no recording', {
      file: path,
      hint: 'ingest one first: tracealyze ingest trace.dat --label before',
    })
  }
  if (!(await isStale(database))) return database
  database.close()
  streams.err.write(`${path}: rebuilding derived tables, the queries have changed\n`)
  const writable = await openDatabase(path)
  const { prepareDatabase } = await import('../bootstrap.ts')
  await prepareDatabase(writable)
  return writable
}
