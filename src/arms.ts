/** The arms of a comparison: which recordings a name stands for, and what is known of them. */
import type { Database, Row } from './database.ts'
import { TraceError } from './errors.ts'
import type { Arm, CaptureSummary, SyncPath } from './report.ts'
import { quoteName } from './sql-text.ts'

/** The recordings with this label, or the one with this number; throws TraceError if there is none. */
export async function armCaptures(database: Database, name: string): Promise<Row[]> {
  const rows = await database.rows(
    'SELECT * FROM captures WHERE label = $name OR capture::VARCHAR = $name ORDER BY run, capture',
    {
      name,
    },
  )
  const labelled = rows.filter((row) => row.label === name)
  const chosen = labelled.length > 0 ? labelled : rows
  if (chosen.length === 0) {
    const labels = await database.rows('SELECT label, count(*) AS n FROM captures GROUP BY label ORDER BY label')
    const known = labels.map((row) => `${row.label} (${row.n})`).join(', ')
    throw new TraceError(`no recording has the label "${name}"`, {
      file: database.path,
      hint: known ? `labels here: ${known}` : 'ingest one first: tracealyze ingest trace.dat --label before',
    })
  }
  return chosen
}

/** The same, with what is known of them. */
export const findArm = async (database: Database, name: string): Promise<Arm> =>
  armOf(database, name, await armCaptures(database, name))

/** What is known of the captures that `armCaptures` found. */
export async function armOf(database: Database, name: string, rows: readonly Row[]): Promise<Arm> {
  const captures: CaptureSummary[] = []
  for (const row of rows) captures.push(await summarise(database, row))
  return { name, captures }
}

async function summarise(database: Database, row: Row): Promise<CaptureSummary> {
  const capture = Number(row.capture)
  const [sync] = await database.rows('SELECT * EXCLUDE (capture) FROM sync_path WHERE capture = $capture', { capture })
  const [frame] = await database.rows('SELECT any_value(marker) AS marker FROM frames WHERE capture = $capture', {
    capture,
  })
  const outputs = await database.rows('SELECT output FROM outputs WHERE capture = $capture ORDER BY output', {
    capture,
  })
  const [unknown] = await database.rows(
    `SELECT (SELECT count(*) FROM frames WHERE capture = $capture AND output IS NULL) AS flips,
      (SELECT count(*) FROM waits WHERE capture = $capture AND unmatched = 'several outputs') AS waits`,
    { capture },
  )
  const problems = await database.rows(
    'SELECT kind, count(*) AS n FROM problems WHERE capture = $capture GROUP BY kind',
    { capture },
  )
  const clients = await database.rows(
    'SELECT DISTINCT comm FROM v4l2_buffers AS b JOIN threads AS t ON t.capture = b.capture AND t.tid = b.dequeued_tid WHERE b.capture = $capture ORDER BY comm',
    { capture },
  )
  const text = (value: unknown) => (value === null ? undefined : String(value))
  const times = row.start_ts !== null && row.end_ts !== null && row.clock_unit === 'ns'
  return {
    capture,
    run: Number(row.run),
    path: String(row.path),
    sha256: String(row.sha256),
    format: String(row.format),
    recorder: text(row.recorder),
    kernel: text(row.kernel),
    machine: text(row.machine),
    cpus: row.cpus === null ? undefined : Number(row.cpus),
    clock: text(row.clock),
    resolution: Number(row.resolution),
    seconds: times ? Number((row.end_ts as bigint) - (row.start_ts as bigint)) / 1e9 : undefined,
    events: Number(row.events),
    skipped: Number(row.skipped),
    lostEvents: Number(row.lost_events),
    unknownLosses: Number(row.unknown_losses),
    ...(Number(row.lost_events) + Number(row.unknown_losses) > 0 ? { leftOut: await leftOut(database, capture) } : {}),
    problems: problems.reduce((sum, { n }) => sum + Number(n), 0),
    sync: Object.fromEntries(Object.entries(sync ?? {}).map(([k, v]) => [k, Number(v)])) as SyncPath,
    unread: unreadOf(String(row.skip_reasons), problems),
    clients: clients.map((c) => String(c.comm)),
    marker: text(frame?.marker ?? null),
    outputs: outputs.map((row) => String(row.output)),
    strayFlips: Number(unknown?.flips ?? 0),
    unmatchedWaits: Number(unknown?.waits ?? 0),
    selection: text(row.selection ?? null),
    recorded: await recordedTables(database, capture),
  }
}

/** How many intervals of each kind are unknown because events were lost in between. */
async function leftOut(database: Database, capture: number): Promise<Record<string, number>> {
  const rows = await database.rows(
    "SELECT what, n FROM left_out WHERE capture = $capture AND reason = 'loss' ORDER BY what",
    { capture },
  )
  return Object.fromEntries(rows.map((row) => [String(row.what), Number(row.n)]))
}

/** The event tables that have rows of a capture, as `system:event`. */
async function recordedTables(database: Database, capture: number): Promise<string[]> {
  const tables = await database.rows(
    "SELECT schema_name AS s, table_name AS t FROM store.tables WHERE schema_name <> 'main'",
  )
  if (tables.length === 0) return []
  const asked = tables.map(
    ({ s, t }, i) => `SELECT ${i} AS i WHERE EXISTS (FROM store.${quoteName(`${s}.${t}`)} WHERE capture = ${capture})`,
  )
  const found = await database.rows(asked.join(' UNION ALL '))
  return found.map(({ i }) => tables[Number(i)]).map((row) => (row?.s === 'strace' ? 'strace' : `${row?.s}:${row?.t}`))
}

/** Records that could not be read: those that a problem skipped, not lines that are part of another record. */
function unreadOf(reasons: string, kinds: readonly Row[]): number {
  const skipped = JSON.parse(reasons) as Record<string, number>
  return kinds.reduce((sum, { kind }) => sum + (skipped[String(kind)] ?? 0), 0)
}
