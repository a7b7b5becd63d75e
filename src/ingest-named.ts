/** Recordings that a command is given in place of labels. */
import { basename, dirname, resolve } from 'node:path'
import type { Database } from './database.ts'
import { TraceError } from './errors.ts'
import { findRecordings } from './find-recordings.ts'
import { ingest } from './ingest.ts'

/** Ingests what the names stand for on the disk; returns a label for each, told apart by number where they are alike. */
export async function ingestNamed(database: Database, names: readonly string[]): Promise<string[]> {
  const plain = distinctNames(names)
  const labels: string[] = []
  for (const [i, name] of names.entries()) {
    const own = plain[i] as string
    const label = labels.includes(own) ? `${own} (${labels.length + 1})` : own
    for (const recording of await findRecordings([name])) {
      const { known, label: other } = await ingest(database, recording, { label })
      if (!known) continue
      throw new TraceError(`is the same recording, byte for byte, as one of "${other}"`, { file: recording.path })
    }
    labels.push(label)
  }
  return labels
}

/** The name of each file without its ending; of files of one name the last folder in which they differ (before, after). */
function distinctNames(paths: readonly string[]): string[] {
  const parts = paths.map((path) => [
    ...dirname(resolve(path)).split('/'),
    basename(path).replace(/\.[^.]+$/, '') || path,
  ])
  for (let back = 1; parts.every((part) => part.length >= back); back++) {
    const names = parts.map((part) => part.at(-back) as string)
    if (new Set(names).size === paths.length) return names
  }
  return parts.map((part) => part.at(-1) as string)
}
