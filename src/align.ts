/** Puts two recordings that ran at once on one clock, by the system calls (name, fd, result) that both saw. */
import type { Database } from './database.ts'
import { TraceError } from './errors.ts'
import { type Calls, FEWEST, type Stretch, sameCalls } from './same-calls.ts'

export interface Alignment {
  readonly capture: number
  readonly other: number
  /** What is added to a time of `other` to get one of `capture`, in ns. */
  readonly offset: bigint
  /** How far single calls are from that, in ns: the median, and the largest distance. */
  readonly residual: number
  readonly worst: number
  /** Calls that both saw, and their threads. */
  readonly matched: number
  readonly threads: number
}

/** A median distance in ns above this is taken for no common clock. Both recorders stamp the entry of a call. */
const WORST_RESIDUAL = 1_000_000
/** Calls of a thread that are compared. */
const MOST_CALLS = 50_000
/** How fast two clocks of one machine drift apart at most: what NTP slews. */
const DRIFT = 5e-4

const HINT = 'both must have run at once: strace -f -ttt -p PID beside trace-cmd record -e syscalls (or raw_syscalls)'

/** Finds the offset; refuses with the reason where there is none. */
export async function align(database: Database, capture: number, other: number): Promise<Alignment> {
  const one = await callsByThread(database, capture, other)
  const two = await callsByThread(database, other, capture)
  const refuse = (reason: string) =>
    new TraceError(`recordings ${capture} and ${other} cannot be put on one clock: ${reason}`, { hint: HINT })
  const found = [...one].flatMap(([tid, calls]) => {
    const same = two.get(tid)
    return same ? [sameCalls(calls, same)] : []
  })
  const agreed = new Set(agreeing(found.flatMap((thread) => thread.stretches)))
  const stretches = found.map((thread) => thread.stretches.filter((s) => agreed.has(s)))
  const differences = stretches.flatMap((thread) => [...new Map(thread.flatMap((s) => [...s.differences])).values()])
  if (differences.length < FEWEST) {
    const unclear = found.reduce((sum, f) => sum + f.unclear, 0)
    const loops = unclear > 0 ? `; ${unclear} stretches of calls repeat so evenly that several places fit` : ''
    throw refuse(`only ${differences.length} of the ${FEWEST} calls that are needed can be told to be the same${loops}`)
  }
  const offset = median(differences)
  const distances = differences.map((d) => (d > offset ? d - offset : offset - d))
  const residual = Number(median(distances))
  if (residual > WORST_RESIDUAL) {
    throw refuse(
      `${differences.length} calls look the same, but differ by ${residual / 1e6} ms (median) from any offset`,
    )
  }
  const worst = Number(distances.reduce((a, b) => (a > b ? a : b)))
  const threads = stretches.filter((s) => s.length > 0).length
  return { capture, other, offset, residual, worst, matched: differences.length, threads }
}

/** Those at the distance that most have, but for what clocks may drift in between. */
function agreeing(all: readonly Stretch[]): readonly Stretch[] {
  const agree = (a: Stretch, b: Stretch) =>
    Math.abs(a.offset - b.offset) <= WORST_RESIDUAL + a.deviation + DRIFT * Math.abs(a.start - b.start)
  let best: readonly Stretch[] = []
  for (const centre of all) {
    const near = all.filter((s) => agree(centre, s))
    if (near.length > best.length) best = near
  }
  return best
}

const median = (values: readonly bigint[]): bigint =>
  [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[values.length >> 1] as bigint

/** The returned calls of each thread in their order, of the names that the other recording has as well. */
async function callsByThread(database: Database, capture: number, other: number): Promise<Map<number, Calls>> {
  const rows = await database.rows(
    `SELECT tid, ts, name || ' ' || coalesce(error, ret::VARCHAR)
        || CASE WHEN name IN ('ioctl', 'read', 'write', 'close') THEN ' ' || coalesce(fd, -1) ELSE '' END AS key
     FROM syscalls
     WHERE capture = $capture AND ts IS NOT NULL AND tid IS NOT NULL AND ret IS NOT NULL
       AND name IN (SELECT name FROM syscalls WHERE capture = $other)
     QUALIFY row_number() OVER (PARTITION BY tid ORDER BY ts, seq) <= ${MOST_CALLS}
     ORDER BY tid, ts, seq`,
    { capture, other },
  )
  const threads = new Map<number, { keys: string[]; times: bigint[] }>()
  for (const row of rows) {
    const calls = threads.get(Number(row.tid)) ?? { keys: [], times: [] }
    threads.set(Number(row.tid), calls)
    calls.keys.push(String(row.key))
    calls.times.push(BigInt(String(row.ts)))
  }
  return threads
}

/** Keeps it in the table alignments, in place of an older one of the two. */
export async function storeAlignment(database: Database, found: Alignment): Promise<void> {
  const { capture, other, offset, residual, worst, matched } = found
  const table = 'store."main.alignments"'
  await database.run(`DELETE FROM ${table} WHERE capture IN ($capture, $other) AND other IN ($capture, $other)`, {
    capture,
    other,
  })
  await database.run(
    `INSERT INTO ${table} (capture, other, offset_ns, residual_ns, worst_ns, matched)
     VALUES ($capture, $other, $offset, $residual, $worst, $matched)`,
    { capture, other, offset, residual: BigInt(residual), worst: BigInt(worst), matched: BigInt(matched) },
  )
}
