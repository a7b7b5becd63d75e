/** The events of one recording around its frames, as a drawn report shows them. */
import type { Database } from './database.ts'
import type { CaptureSummary } from './report.ts'

/** Frames that are kept, from the first on, and events per lane within them. */
export const MOST_FRAMES = 600
export const MOST_EVENTS = 5000

/** [begin, length or null (no end was seen), index into labels], times in ns after the recording's first frame. */
export type Mark = readonly [begin: number, length: number | null, label: number]

export interface Lane {
  readonly name: 'frames' | 'checks' | 'fences' | 'commits'
  readonly labels: readonly string[]
  readonly marks: readonly Mark[]
  /** How many there are in all of the recording. */
  readonly total: number
}

export interface Timeline {
  readonly capture: number
  readonly run: number
  /** ts of 0 in the recording's clock. */
  readonly origin: string
  readonly lanes: readonly Lane[]
}

/** Each lane: ts, length, label. */
const LANES: Record<Lane['name'], string> = {
  frames: `SELECT ts, dur, 'frame ' || frame || ' of ' || output || coalesce(', ' || vblanks || ' vblanks', '') AS label
    FROM frames WHERE capture = $capture`,
  checks: `SELECT ts, coalesce(wait, dur) AS dur, CASE kind WHEN 'poll' THEN 'poll' ELSE 'EXPORT_SYNC_FILE' END || ', ' || caller || ': ' || verdict AS label
    FROM member_checks WHERE capture = $capture AND ts IS NOT NULL`,
  fences: `SELECT created_ts AS ts, signaled_ts - created_ts AS dur, 'fence ' || context || ':' || seqno || ', ' || state AS label
    FROM fences WHERE capture = $capture AND kind = 'fence' AND created_ts IS NOT NULL
      AND driver = coalesce(getvariable('producer'), 'videobuf2')`,
  commits: `SELECT ts, dur, 'MODE_ATOMIC by thread ' || coalesce(tid::VARCHAR, '?') || coalesce(', ' || error, '') AS label
    FROM member_ioctls WHERE capture = $capture AND name = 'DRM_IOCTL_MODE_ATOMIC' AND ts IS NOT NULL`,
}

export async function loadTimeline(database: Database, { capture, run }: CaptureSummary): Promise<Timeline> {
  const [range] = await database.rows(
    `SELECT coalesce(min(ts), (SELECT start_ts FROM captures WHERE capture = $capture))::BIGINT AS origin, max(ts + coalesce(dur, 0)) AS until
    FROM (SELECT ts, dur FROM frames WHERE capture = $capture ORDER BY ts LIMIT ${MOST_FRAMES})`,
    { capture },
  )
  const origin = (range?.origin ?? 0n) as bigint
  const until = (range?.until ?? origin + 20_000_000_000n) as bigint
  const lanes: Lane[] = []
  for (const [name, sql] of Object.entries(LANES)) {
    const rows = await database.rows(
      `SELECT ts - $origin AS ts, dur, label, total FROM (SELECT *, count(*) OVER () AS total FROM (${sql}))
      WHERE ts <= $until AND ts + coalesce(dur, 0) >= $origin ORDER BY ts LIMIT ${MOST_EVENTS}`,
      { capture, origin, until },
    )
    const labels = [...new Set(rows.map((row) => String(row.label)))]
    const index = new Map(labels.map((label, i) => [label, i]))
    lanes.push({
      name: name as Lane['name'],
      labels,
      marks: rows.map((row) => [
        Number(row.ts),
        row.dur === null ? null : Number(row.dur),
        index.get(String(row.label)) ?? 0,
      ]),
      total: Number(rows[0]?.total ?? 0),
    })
  }
  return { capture, run, origin: String(origin), lanes }
}
