/** tracealyze record: the script of the measurement, and what a recording can answer. */
import { findArm } from '../arms.ts'
import type { Database } from '../database.ts'
import { TraceError } from '../errors.ts'
import { type Metric, readMetrics } from '../metric.ts'
import { missingEvents, whyNothing } from '../reasons.ts'
import { wantedEvents } from '../record-events.ts'
import { recordScript } from '../record-script.ts'
import { isVersion } from '../recording-name.ts'
import { renderRows } from '../render/rows.ts'
import type { Arm } from '../report.ts'
import { quoteName } from '../sql-text.ts'
import type { Streams } from '../streams.ts'
import { openRecordings } from './sql.ts'

export interface RecordCommandOptions {
  readonly label?: readonly string[]
  readonly runs: number
  readonly seconds: number
  readonly buffer: number
  readonly process: string
  readonly check?: string
}

export async function recordCommand(options: RecordCommandOptions, streams: Streams): Promise<void> {
  if (options.check !== undefined) {
    await check(options.check, options.process, streams)
    return
  }
  const labels = options.label ?? ['before']
  for (const label of labels) {
    if (isVersion(label)) {
      throw new TraceError(`"${label}" ends like a version: the number of the run behind it could not be told`, {
        hint: `add a word: --label ${label}-before`,
      })
    }
    if (!/^[A-Za-z0-9_][\w.+-]*$/.test(label)) {
      throw new TraceError(`"${label}" cannot be a label here: it becomes the name of files`, {
        hint: 'letters, digits and . _ + - are possible',
      })
    }
  }
  streams.out.write(recordScript(wantedEvents(), { ...options, labels }))
}

/** Says for each metric how much a recording answers, or why it does not. */
async function check(file: string, process: string, streams: Streams): Promise<void> {
  const database = await openRecordings([file])
  try {
    await database.run('SET VARIABLE process = $process', { process })
    const arm = await findArm(database, '1')
    const rows: [string, string, string][] = []
    for (const metric of readMetrics()) rows.push(await checkMetric(database, metric, arm))
    streams.out.write(renderRows(['metric', 'rows', 'why not'], rows, 'table'))
    const lost = arm.captures.reduce((sum, c) => sum + c.lostEvents, 0)
    if (lost > 0) streams.out.write(`${lost} events were lost: record with a larger buffer (record --buffer)\n`)
  } finally {
    database.close()
  }
}

async function checkMetric(database: Database, metric: Metric, arm: Arm): Promise<[string, string, string]> {
  const [row] = await database.rows(`SELECT count(*) AS n FROM metric.${quoteName(metric.name)}`)
  const n = Number(row?.n)
  if (n > 0) return [metric.name, String(n), '']
  const recorded = new Set(arm.captures.flatMap((c) => c.recorded))
  const missing = missingEvents(metric, recorded)
  const reason = whyNothing(metric, arm, undefined).reason
  const wanted = missing.map((group) => group.replaceAll('|', ' or ').replaceAll('+', ' and '))
  return [metric.name, '0', missing.length > 1 ? `no event of ${wanted.join('; nor of ')}` : reason]
}
