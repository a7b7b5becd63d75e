/** tracealyze explain: how did you get this number? */
import type { Database, Row } from '../database.ts'
import { TraceError } from '../errors.ts'
import { type Metric, readMetrics } from '../metric.ts'
import { wrap } from '../render/layout.ts'
import { quoteName } from '../sql-text.ts'
import { type Streams, widthOf } from '../streams.ts'
import { openForReading } from './open-named.ts'
import { renderRows } from './sql.ts'

export interface ExplainOptions {
  readonly db: string
  readonly process: string
  /** Only recordings with this label. */
  readonly label?: string
}

/** Raw events shown at the begin of an observation, and as many at its end. */
const AROUND = 8

export async function explainCommand(name: string, options: ExplainOptions, streams: Streams): Promise<void> {
  const metrics = readMetrics()
  const metric = metrics.find((m) => m.name === name)
  if (!metric) {
    throw new TraceError(`there is no metric "${name}"`, { hint: `metrics: ${metrics.map((m) => m.name).join(', ')}` })
  }
  const print = (...lines: string[]) => streams.out.write(`${lines.join('\n')}\n`)
  const width = widthOf(streams.out)
  print(
    metric.title,
    '',
    ...wrap(metric.description.replaceAll('\n', ' '), width),
    '',
    ...wrap(`Value: ${metric.value.column} in ${metric.value.unit}: ${metric.value.sentence}`, width),
    ...wrap(
      `Needs: ${metric.events.map((e) => e.replaceAll('|', ' or ').replaceAll('+', ' with ')).join(' and ')}`,
      width,
    ),
    '',
    metric.sql,
    '',
  )
  const database = await openForReading(options.db, streams)
  try {
    await database.run('SET VARIABLE process = $process', { process: options.process })
    const observations = await examples(database, metric, options.label)
    if (observations.length === 0) print('No observation in this database: tracealyze compare says why.')
    for (const row of observations) {
      print(
        `The ${row.which} of ${row.n}: ${row.value} ${metric.value.unit} in capture ${row.capture} (${row.label}) at ts ${row.ts}`,
      )
      const around = await eventsAround(database, row, metric.value.unit === 'ns')
      if (around.length > 0) {
        print(
          renderRows(
            ['us', 'cpu', 'tid', 'event'],
            around.map((e) => [e.us, e.cpu, e.tid, e.event]),
            'table',
          ).trimEnd(),
        )
      }
    }
  } finally {
    database.close()
  }
}

/** The smallest, the median and the largest observation. */
async function examples(database: Database, metric: Metric, label: string | undefined): Promise<Row[]> {
  return database.rows(
    `WITH ordered AS (
       SELECT m.capture, c.label, m.ts, m.tid, m.${quoteName(metric.value.column)} AS value,
         row_number() OVER (ORDER BY m.${quoteName(metric.value.column)}, m.capture, m.ts) AS place, count(*) OVER () AS n
       FROM metric.${quoteName(metric.name)} AS m JOIN captures AS c USING (capture)
       WHERE $label::VARCHAR IS NULL OR c.label = $label)
     SELECT *, CASE place WHEN 1 THEN 'smallest' WHEN n THEN 'largest' ELSE 'median' END AS which FROM ordered
     WHERE place IN (1, (n + 1) // 2, n) ORDER BY place`,
    { label: label ?? null },
  )
}

/** The events of the thread, and those of fences, buffers and flips on any, around the begin of the observation and its end. */
async function eventsAround(database: Database, row: Row, isTime: boolean): Promise<Row[]> {
  if (row.ts === null || row.ts === undefined) return []
  const rows = await database.rows(
    `WITH near AS (
       SELECT ts, cpu, tid, system || ':' || event AS event, row_number() OVER along AS place, count(*) OVER () AS n
       FROM events
       WHERE capture = $capture AND ts >= $ts - 10000 AND ts <= $ts + $length AND ($tid::INTEGER IS NULL OR tid = $tid OR system IN ('dma_fence', 'vb2', 'drm'))
       WINDOW along AS (ORDER BY ts))
     SELECT round((ts - $ts) / 1000, 3) AS us, cpu, tid, event, place, n FROM near
     WHERE place <= ${AROUND} OR place > n - ${AROUND} ORDER BY place`,
    {
      ts: row.ts,
      capture: row.capture ?? 0,
      tid: row.tid ?? null,
      length: isTime ? BigInt(Math.ceil(Number(row.value))) + 10_000n : 20_000_000n,
    },
  )
  const hidden = Number(rows[0]?.n ?? 0) - rows.length
  if (hidden <= 0) return rows
  return [
    ...rows.slice(0, AROUND),
    { us: null, cpu: null, tid: null, event: `... ${hidden} more` },
    ...rows.slice(AROUND),
  ]
}
