/** tracealyze export: a table, a view, a query, everything, or a recording for Perfetto. */
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { findArm } from '../arms.ts'
import { type Database, sqlError } from '../database.ts'
import { TraceError } from '../errors.ts'
import { exportAll, PARTITIONED } from '../export/partition.ts'
import { writePerfetto } from '../export/perfetto.ts'
import { type ResultForm, writeQuery } from '../export/write-result.ts'
import { count, printable } from '../format.ts'
import { loadNames, tableName } from '../shell/names.ts'
import { quoteText } from '../sql-text.ts'
import type { Streams } from '../streams.ts'
import { systemError } from '../system-error.ts'
import { openForSql, openRecordings } from './sql.ts'

export interface ExportCommandOptions {
  readonly output: string
  readonly format?: 'parquet' | 'arrow' | 'csv' | 'json' | 'ndjson' | 'perfetto'
  readonly partition: boolean
  readonly location?: string
  readonly process?: string
  readonly db: string
}

const BY_EXTENSION: Record<string, ResultForm> = {
  '.arrow': 'arrow',
  '.feather': 'arrow',
  '.csv': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
}

export async function exportCommand(what: string, options: ExportCommandOptions, streams: Streams): Promise<void> {
  const isRecording = options.format === 'perfetto' && existsSync(what)
  const database = isRecording ? await openRecordings([what]) : await openForSql({ ...options, write: false }, streams)
  const file = options.output === '-' ? undefined : options.output
  try {
    if (options.process !== undefined) await database.run('SET VARIABLE process = $p', { p: options.process })
    if (options.format === 'perfetto') {
      await toPerfetto(database, isRecording ? '1' : what, file, streams)
      return
    }
    if (what === 'all') {
      if (file === undefined) throw new TraceError('all of it needs a folder', { hint: '-o lake' })
      const done = await exportAll(database, file, options.location, (table) =>
        streams.err.write(`${printable(table)}\n`),
      )
      streams.err.write(
        `${count(done.tables, 'table')}, ${count(done.rows, 'row')}; ${printable(file)}/open.sql opens them\n`,
      )
      return
    }
    const query = await queryOf(database, what)
    if (options.partition) {
      await toPartitions(database, query, file)
      return
    }
    const form = options.format ?? BY_EXTENSION[extname(options.output)] ?? 'parquet'
    const rows = await writeQuery(database, query, form, { out: streams.out, file })
    streams.err.write(`${count(rows, 'row')}\n`)
  } finally {
    database.close()
  }
}

/** A name of a table or view, or a query as it is. */
async function queryOf(database: Database, what: string): Promise<string> {
  const { tables } = await loadNames(database)
  const table = tables.find((t) => tableName(t) === what || `${t.schema}.${t.name}` === what)
  if (table) return `FROM ${tableName(table)}`
  if (/\s/.test(what.trim())) return what.trim().replace(/;\s*$/, '')
  const near = tables.filter((t) => tableName(t).includes(what)).map(tableName)
  throw new TraceError(`there is no table or view "${what}"`, {
    hint: near.length > 0 ? `there is ${near.slice(0, 8).join(', ')}` : 'tracealyze list tables shows what there is',
  })
}

async function toPartitions(database: Database, query: string, file: string | undefined): Promise<void> {
  if (file === undefined) throw new TraceError('partitions need a folder', { hint: '-o lake/frames' })
  mkdirSync(file, { recursive: true })
  const rows = `SELECT c.label, t.* FROM (${query}\n) AS t JOIN main.captures AS c USING (capture)`
  await database.run(`COPY (${rows}) TO ${quoteText(resolve(file))} ${PARTITIONED}`).catch((error) => {
    throw sqlError(error)
  })
}

async function toPerfetto(database: Database, name: string, file: string | undefined, streams: Streams): Promise<void> {
  const { captures } = await findArm(database, name)
  const [capture, ...others] = captures
  if (!capture || others.length > 0) {
    throw new TraceError(`${captures.length} recordings have the label "${name}", and one is shown at a time`, {
      hint: `name one by its number: ${captures.map((c) => c.capture).join(', ')}`,
    })
  }
  const stream = file === undefined ? streams.out : createWriteStream(file)
  const failed = file === undefined ? undefined : finished(stream as NodeJS.WritableStream)
  failed?.catch(() => {}) // told below
  const n = await writePerfetto(database, capture.capture, async (text) => {
    if (!stream.write(text)) await Promise.race([once(stream, 'drain'), ...(failed ? [failed] : [])])
  })
  if (file !== undefined) {
    stream.end()
    await failed?.catch((error) => {
      throw systemError(error, file)
    })
  }
  streams.err.write(`${count(n, 'trace event')}; open it in https://ui.perfetto.dev\n`)
}
