/** Databases for commands that are given recordings and keep nothing. */
import { basename, join } from 'node:path'
import { type Database, openDatabase } from './database.ts'
import { TraceError } from './errors.ts'
import { findRecordings } from './find-recordings.ts'
import { ingest } from './ingest.ts'
import { expectRecording } from './parse-beside.ts'
import { temporaryFolder } from './temporary.ts'

/** For these recordings. A temporary file rather than memory: they may be larger than that. It is gone when it is closed. */
export async function openScratch(names: readonly string[]): Promise<Database> {
  if (names[0] !== undefined) expectRecording(names[0])
  const folder = temporaryFolder('scratch database')
  const database = await openDatabase(join(folder.path, 'scratch.duckdb'))
  await database.run('PRAGMA disable_checkpoint_on_shutdown')
  return {
    ...database,
    close: () => {
      database.close()
      folder.remove()
    },
  }
}

/** Ingests what the names stand for on the disk; returns a label for each, told apart by number where they are alike. */
export async function ingestNamed(database: Database, names: readonly string[]): Promise<string[]> {
  const labels: string[] = []
  for (const name of names) {
    const plain = basename(name).replace(/\.[^.]+$/, '') || name
    const label = labels.includes(plain) ? `${plain} (${labels.length + 1})` : plain
    for (const recording of await findRecordings([name])) {
      const { known, label: other } = await ingest(database, recording, { label })
      if (!known) continue
      throw new TraceError(`is the same recording, byte for byte, as one of "${other}"`, { file: recording.path })
    }
    labels.push(label)
  }
  return labels
}
