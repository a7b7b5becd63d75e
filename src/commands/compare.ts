/** tracealyze compare and report */
import { existsSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { prepareDatabase } from '../bootstrap.ts'
import { compare } from '../compare.ts'
import { checkVersion, type Database, openDatabase } from '../database.ts'
import { isStale } from '../derive.ts'
import { TraceError } from '../errors.ts'
import { ingest } from '../ingest.ts'
import { renderJson } from '../render/json.ts'
import { renderMail } from '../render/mail.ts'
import { renderText } from '../render/text.ts'
import type { Report } from '../report.ts'
import { type Streams, widthOf } from '../streams.ts'

export interface CompareCommandOptions {
  readonly format: 'text' | 'mail' | 'json'
  readonly process: string
  readonly producer: string
  readonly full: boolean
  readonly db: string
}

export async function compareCommand(
  names: readonly string[],
  options: CompareCommandOptions,
  streams: Streams,
): Promise<void> {
  const areFiles = names.every((name) => existsSync(name) && statSync(name).isFile())
  const database = areFiles ? await openDatabase(':memory:') : await openForReading(options.db, streams)
  try {
    const labels = areFiles ? await ingestAll(database, names) : names
    const report = await compare(database, labels, options)
    streams.out.write(render(report, options, streams))
  } finally {
    database.close()
  }
}

/** Files are ingested into a database in memory; two files of the same name are told apart by number. */
async function ingestAll(database: Database, files: readonly string[]): Promise<string[]> {
  const labels: string[] = []
  for (const file of files) {
    const name = basename(file).replace(/\.[^.]+$/, '')
    const label = labels.includes(name) ? `${name} (${labels.length + 1})` : name
    await ingest(database, file, { label })
    labels.push(label)
  }
  return labels
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
  await prepareDatabase(writable)
  return writable
}

function render(report: Report, options: CompareCommandOptions, streams: Streams): string {
  switch (options.format) {
    case 'mail':
      return renderMail(report, options)
    case 'json':
      return renderJson(report)
    case 'text':
      return renderText(report, {
        width: widthOf(streams.out),
        color: streams.out.isTTY === true && !process.env.NO_COLOR,
        full: options.full,
      })
  }
}
