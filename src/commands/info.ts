/** tracealyze info: what a recording is and holds, without storing it. */
import { count, printable, significant } from '../format.ts'
import type { Streams } from '../streams.ts'
import { openNamed } from './open-named.ts'
import { renderRows } from './sql.ts'

export async function infoCommand(name: string, options: { readonly db: string }, streams: Streams): Promise<void> {
  const {
    database,
    labels: [label = name],
  } = await openNamed([name], options.db, streams)
  try {
    const { findArm } = await import('../arms.ts')
    const arm = await findArm(database, label)
    for (const c of arm.captures) {
      const lost =
        c.lostEvents + c.unknownLosses > 0
          ? `${count(c.lostEvents, 'event')}, ${count(c.unknownLosses, 'gap')} of unknown size`
          : 'none'
      const facts: [string, string | undefined][] = [
        ['file', c.path],
        ['sha256', c.sha256],
        ['format', c.format],
        ['recorder', c.recorder],
        ['kernel', c.kernel && `${c.kernel} ${c.machine ?? ''}`],
        ['CPUs', c.cpus?.toString()],
        ['clock', c.clock && `${c.clock}, in steps of ${c.resolution} ns`],
        ['length', c.seconds === undefined ? undefined : `${significant(c.seconds)} s`],
        ['events', `${c.events} stored, ${c.skipped} not stored`],
        ['lost', lost],
        ['frames', c.marker && `${c.sync.frames} whole ones, by ${c.marker}`],
      ]
      for (const [key, value] of facts)
        streams.out.write(`${key.padEnd(9)} ${printable(value ?? 'the file does not say')}\n`)
      const events = await database.connection.runAndReadAll(
        'SELECT system, event, count(*) AS events, count(DISTINCT tid) AS threads FROM events WHERE capture = $capture GROUP BY ALL ORDER BY events DESC, event',
        { capture: c.capture },
      )
      streams.out.write(renderRows(events.columnNames(), events.getRowsJS() as unknown[][], 'table'))
      const problems = await database.connection.runAndReadAll(
        'SELECT kind, sum(count)::BIGINT AS count, any_value(place) AS first, any_value(detail) AS detail FROM problems WHERE capture = $capture GROUP BY kind',
        { capture: c.capture },
      )
      if (problems.currentRowCount > 0) {
        streams.out.write(
          `problems:\n${renderRows(problems.columnNames(), problems.getRowsJS() as unknown[][], 'table')}`,
        )
      }
    }
  } finally {
    database.close()
  }
}
