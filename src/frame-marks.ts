/** What ends a frame: the best marker of a recording, another one, or whatever the user can say in SQL. */
import { type Database, sqlError } from './database.ts'
import { TraceError } from './errors.ts'
import { quoteText } from './sql-text.ts'

/** SQL rather than the name of a marker. */
const QUERY = /^\s*(SELECT|FROM|WITH)\b/i

/**
 * Counts frames by a marker (frame_marks.marker), or by the rows of a query with columns capture and ts. Throws TraceError
 * for one that no recording has.
 */
export async function chooseFrames(database: Database, frames: string): Promise<void> {
  if (QUERY.test(frames)) return chooseTimes(database, frames)
  const rows = await database.rows('SELECT DISTINCT marker FROM frame_marks ORDER BY marker')
  const known = rows.map((row) => String(row.marker))
  if (!known.includes(frames)) {
    throw new TraceError(`no recording has frames marked by "${frames}"`, {
      hint: `markers here: ${known.join('; ') || 'none'}; or a query: --frames "FROM ftrace.print WHERE text LIKE 'frame %'"`,
    })
  }
  await database.run(framesSql(frames))
}

/** The statement that makes the views count frames so. */
export const framesSql = (frames: string): string =>
  QUERY.test(frames)
    ? `SET VARIABLE frame_times = (SELECT list({'capture': capture::INTEGER, 'ts': ts::BIGINT}) FROM (${frames}\n) WHERE ts IS NOT NULL)`
    : `SET VARIABLE frames = ${quoteText(frames)}`

async function chooseTimes(database: Database, query: string): Promise<void> {
  try {
    await database.run(framesSql(query))
  } catch (error) {
    const { message } = sqlError(error)
    throw new TraceError(`--frames: ${message}`, {
      hint: 'the query must give the columns capture and ts, one row per frame boundary',
    })
  }
  const [row] = await database.rows("SELECT len(getvariable('frame_times')) AS n")
  if (row?.n === null) throw new TraceError(`--frames: no row of any recording: ${query}`)
}
