/**
 * A recording as a JSON trace (Trace Event Format), which ui.perfetto.dev and chrome://tracing open.
 *
 * What is shown is chosen by queries/perfetto/*.sql: slices (ph X), lives that overlap (b and e) and marks (i), each on a
 * named track. Times are microseconds from the begin of the recording, in steps of a nanosecond.
 */
import { join } from 'node:path'
import type { Database, Row } from '../database.ts'
import { printable } from '../format.ts'
import { queriesFolder, readQueryFiles } from '../query-file.ts'

type Write = (text: string) => Promise<void>

/** Numbers of the processes that group tracks and are none; real ones have their own. */
const FIRST_GROUP = 1_000_000_000

/** Writes the recording. Returns the number of trace events. */
export async function writePerfetto(database: Database, capture: number, write: Write): Promise<number> {
  await database.run(`SET VARIABLE capture = ${capture}::INTEGER`)
  const [facts] = await database.rows('SELECT * FROM captures WHERE capture = $capture', { capture })
  const start = (facts?.start_ts as bigint | null) ?? 0n
  const tracks = new Tracks(await threadsOf(database, capture))
  let n = 0
  const emit = async (events: readonly object[]) => {
    if (events.length === 0) return
    const text = events.map((event) => JSON.stringify(event)).join(',\n')
    await write(n === 0 ? text : `,\n${text}`)
    n += events.length
  }
  await write('{"displayTimeUnit":"ns","traceEvents":[\n')
  for (const query of readQueryFiles(join(queriesFolder(), 'perfetto'))) {
    const result = await database.connection.stream(query.sql)
    const names = result.columnNames()
    let asyncId = 0
    for await (const rows of result.yieldRows()) {
      const events = rows.map((cells) => {
        const row = Object.fromEntries(names.map((name, i) => [name, cells[i]])) as Row
        return toEvents(row, start, tracks, () => ++asyncId)
      })
      await emit(events.flat())
    }
  }
  await emit(tracks.metadata)
  const other = {
    label: printable(String(facts?.label)),
    run: facts?.run ?? null,
    kernel: facts?.kernel === null ? null : printable(String(facts?.kernel)),
    clock: facts?.clock === null ? null : printable(String(facts?.clock)),
    start_ns: String(start),
  }
  await write(`\n],"otherData":${JSON.stringify(other)}}\n`)
  return n
}

/** A row of a query as one trace event, or two for a life. */
function toEvents(row: Row, start: bigint, tracks: Tracks, nextId: () => number): object[] {
  const { pid, tid } = tracks.place(row)
  const micros = (ns: bigint) => Number(ns) / 1000
  const ts = (row.ts as bigint) - start
  const dur = (row.dur as bigint | null) ?? 0n
  const common = { name: printable(String(row.name)), cat: String(row.category), pid, tid }
  const args = safeArgs(row.args)
  if (row.kind === 'slice') return [{ ph: 'X', ts: micros(ts), dur: micros(dur), ...common, args }]
  if (row.kind === 'mark') return [{ ph: 'i', s: 't', ts: micros(ts), ...common, args }]
  const id = `0x${nextId().toString(16)}`
  return [
    { ph: 'b', id, ts: micros(ts), ...common, args },
    { ph: 'e', id, ts: micros(ts + dur), ...common },
  ]
}

/** Texts of the recording with their control characters escaped; NULLs left out. */
function safeArgs(json: unknown): Record<string, unknown> {
  const args = JSON.parse(String(json ?? '{}')) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, typeof value === 'string' ? printable(value) : value]),
  )
}

interface Place {
  readonly pid: number
  readonly tid: number
}

/** Gives tracks their numbers and names. */
class Tracks {
  private readonly groups = new Map<string, { pid: number; tracks: Map<string, number> }>()
  private readonly threads = new Map<number, Place & { readonly name: string }>()
  private readonly pidOf: ReadonlyMap<number, number>

  constructor(pidOf: ReadonlyMap<number, number>) {
    this.pidOf = pidOf
  }

  /** A row without a process is on the track of its thread. */
  place(row: Row): Place {
    const track = printable(String(row.track))
    if (row.process === null) {
      const tid = Number(row.tid)
      const known = this.threads.get(tid) ?? { pid: this.pidOf.get(tid) ?? tid, tid, name: track }
      this.threads.set(tid, known)
      return known
    }
    const group = this.groups.get(String(row.process)) ?? { pid: FIRST_GROUP + this.groups.size, tracks: new Map() }
    this.groups.set(String(row.process), group)
    const tid = group.tracks.get(track) ?? group.tracks.size + 1
    group.tracks.set(track, tid)
    return { pid: group.pid, tid: tid + group.pid }
  }

  get metadata(): object[] {
    const named = (what: string, place: Place, name: string) => ({ ph: 'M', name: what, ...place, args: { name } })
    const threads = [...this.threads.values()].flatMap(({ name, ...place }) => [
      named('thread_name', place, name),
      ...(place.pid === place.tid ? [named('process_name', place, name)] : []),
    ])
    const groups = [...this.groups].flatMap(([name, { pid, tracks }]) => [
      named('process_name', { pid, tid: pid }, name),
      ...[...tracks].map(([track, tid]) => named('thread_name', { pid, tid: tid + pid }, track)),
    ])
    return [...groups, ...threads]
  }
}

async function threadsOf(database: Database, capture: number): Promise<Map<number, number>> {
  const rows = await database.rows('SELECT tid, pid FROM threads WHERE capture = $capture AND pid IS NOT NULL', {
    capture,
  })
  return new Map(rows.map((row) => [Number(row.tid), Number(row.pid)]))
}
