/** tracealyze explain: how did you get this number? */
import { TraceError } from '../errors.ts'
import { readMetrics } from '../metric.ts'
import { wrap } from '../render/layout.ts'
import { quoteName } from '../sql-text.ts'
import { type Streams, widthOf } from '../streams.ts'
import { openForReading } from './compare.ts'
import { renderRows } from './sql.ts'

/** Rows of each recording that are shown. */
const FIRST = 5

export async function explainCommand(
  name: string,
  options: { readonly db: string; readonly process: string },
  streams: Streams,
): Promise<void> {
  const metrics = readMetrics()
  const metric = metrics.find((m) => m.name === name)
  if (!metric)
    throw new TraceError(`there is no metric "${name}"`, { hint: `metrics: ${metrics.map((m) => m.name).join(', ')}` })
  const width = widthOf(streams.out)
  const lines = [
    metric.title,
    '',
    ...wrap(metric.description.replaceAll('\n', ' '), width),
    '',
    ...wrap(`Value: ${metric.value.column} in ${metric.value.unit}: ${metric.value.sentence}`, width),
    ...wrap(`Needs events: ${metric.events.join(' and ')}`, width),
    '',
    metric.sql,
    '',
  ]
  streams.out.write(`${lines.join('\n')}\n`)
  const database = await openForReading(options.db, streams)
  try {
    await database.run('SET VARIABLE process = $process', { process: options.process })
    const result = await database.connection.runAndReadAll(
      `SELECT * FROM metric.${quoteName(metric.name)} QUALIFY row_number() OVER (PARTITION BY capture ORDER BY ts) <= ${FIRST} ORDER BY capture, ts`,
    )
    streams.out.write(`The first ${FIRST} of each recording:\n`)
    streams.out.write(renderRows(result.columnNames(), result.getRowsJS() as unknown[][], 'table'))
  } finally {
    database.close()
  }
}
