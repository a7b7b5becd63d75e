/** tracealyze sql: a statement, a script or a prompt. */
import { text } from 'node:stream/consumers'
import { prepareDatabase } from '../bootstrap.ts'
import { checkVersion, type Database, openDatabase } from '../database.ts'
import { isStale } from '../derive.ts'
import { TraceError } from '../errors.ts'
import type { ResultForm } from '../export/write-result.ts'
import { findRecordings } from '../find-recordings.ts'
import { ingest } from '../ingest.ts'
import { isOnDisk } from '../on-disk.ts'
import { recordingName } from '../recording-name.ts'
import { openScratch } from '../scratch-database.ts'
import { readScript } from '../shell/dot-commands.ts'
import { historyPath } from '../shell/history.ts'
import { runScript } from '../shell/run-script.ts'
import type { Streams } from '../streams.ts'

export { renderRows } from '../render/rows.ts'

export interface SqlCommandOptions {
  readonly format: ResultForm
  readonly file?: string
  readonly output?: string
  readonly process?: string
  readonly write: boolean
  readonly db: string
}

/** `words` are recordings, if any, and then the statement, if any. */
export async function sqlCommand(
  words: readonly string[],
  options: SqlCommandOptions,
  streams: Streams,
): Promise<void> {
  const recordings = words.filter(isOnDisk)
  const statements = words.filter((word) => !isOnDisk(word))
  if (statements.length > 1) {
    throw new TraceError(`one statement is expected, not ${statements.length}`, {
      hint: `no such file: ${statements[0]}? A statement stands in quotes: tracealyze sql "SELECT ..."`,
    })
  }
  const script = options.file === undefined ? statements[0] : readScript(options.file)
  const database = recordings.length > 0 ? await openRecordings(recordings) : await openForSql(options, streams)
  try {
    if (options.process !== undefined) await database.run('SET VARIABLE process = $p', { p: options.process })
    const stdin = streams.stdin as NodeJS.ReadableStream & { isTTY?: boolean }
    if (script === undefined && stdin.isTTY && streams.out.isTTY) {
      const { runPrompt } = await import('../shell/prompt.ts')
      await runPrompt(database, streams, historyPath())
    } else {
      const { format, output } = options
      await interruptible(database, async () =>
        runScript(database, script ?? (await text(streams.stdin)), { format, output }, streams),
      )
    }
  } finally {
    database.close()
  }
}

/** Recordings are read into a database that is gone afterwards. */
export async function openRecordings(paths: readonly string[]): Promise<Database> {
  const database = await openScratch(paths)
  try {
    for (const recording of await findRecordings(paths))
      await ingest(database, recording, recordingName(recording.path))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Opens a database; what other queries made in it is rebuilt first. */
export async function openForSql(
  { db, write }: { readonly db: string; readonly write: boolean },
  streams: Streams,
): Promise<Database> {
  const database = await openDatabase(db, { readOnly: !write })
  try {
    if ((await checkVersion(database)) === 0) {
      throw new TraceError('holds no recording', {
        file: db,
        hint: 'ingest one first: tracealyze ingest trace.dat --label before',
      })
    }
    if (!(await isStale(database))) return database
    streams.err.write(`${db}: rebuilding derived tables, the queries have changed\n`)
    if (write) {
      await prepareDatabase(database)
      return database
    }
  } catch (error) {
    database.close()
    throw error
  }
  database.close()
  const writable = await openDatabase(db)
  await prepareDatabase(writable).finally(() => writable.close())
  return openDatabase(db, { readOnly: true })
}

/** Ctrl-C stops the statement that runs. */
async function interruptible(database: Database, work: () => Promise<void>): Promise<void> {
  const stop = () => database.connection.interrupt()
  process.once('SIGINT', stop)
  try {
    await work()
  } finally {
    process.removeListener('SIGINT', stop)
  }
}
