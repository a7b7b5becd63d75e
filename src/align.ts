/**
 * Puts two recordings that ran at once on one clock, by the system calls that both saw: stretches of a thread's calls
 * (name, fd, result) that occur exactly once in each of the two are the same calls.
 */
import type { Database } from './database.ts'
import { TraceError } from './errors.ts'

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

/** Fewer than these say nothing. */
const FEWEST = 20
/** A median distance in ns above this is taken for no common clock. Both recorders stamp the entry of a call. */
const WORST_RESIDUAL = 1_000_000
/** Calls of a thread that are compared. */
const MOST_CALLS = 50_000
/** Lengths of stretches: short ones are mostly not unique, long ones are broken by what one recorder missed. */
const LENGTHS = [8, 16, 32, 64, 128] as const

const HINT = 'both must have run at once: strace -f -ttt -p PID beside trace-cmd record -e syscalls (or raw_syscalls)'

interface Calls {
  readonly keys: string[]
  readonly times: bigint[]
}

/** Finds the offset; refuses with the reason where there is none. */
export async function align(database: Database, capture: number, other: number): Promise<Alignment> {
  const one = await callsByThread(database, capture, other)
  const two = await callsByThread(database, other, capture)
  const names = `recordings ${capture} and ${other}`
  const differences: bigint[] = []
  let threads = 0
  for (const [tid, a] of one) {
    const b = two.get(tid)
    const pairs = b ? samePlaces(a.keys, b.keys) : []
    if (b && pairs.length > 0) threads++
    for (const [i, j] of pairs) differences.push((a.times[i] as bigint) - ((b as Calls).times[j] as bigint))
  }
  if (differences.length < FEWEST) {
    const found = `${differences.length} of the ${FEWEST} calls that are needed`
    throw new TraceError(`${names} cannot be put on one clock: only ${found} can be told to be the same`, {
      hint: HINT,
    })
  }
  const offset = median(differences)
  const distances = differences.map((d) => (d > offset ? d - offset : offset - d))
  const residual = Number(median(distances))
  if (residual > WORST_RESIDUAL) {
    const spread = `${differences.length} calls look the same, but differ by ${residual / 1e6} ms (median) from any offset`
    throw new TraceError(`${names} cannot be put on one clock: ${spread}`, { hint: HINT })
  }
  const worst = Number(distances.reduce((a, b) => (a > b ? a : b)))
  return { capture, other, offset, residual, worst, matched: differences.length, threads }
}

/** Places of the same calls in both lists, by stretches that are unique in each. */
export function samePlaces(a: readonly string[], b: readonly string[]): [number, number][] {
  for (const length of LENGTHS) {
    const inA = uniqueStretches(a, length)
    const inB = uniqueStretches(b, length)
    const places = new Map<number, number>()
    for (const [stretch, i] of inA) {
      const j = inB.get(stretch)
      if (i < 0 || j === undefined || j < 0) continue
      for (let k = 0; k < length; k++) places.set(i + k, j + k)
    }
    if (places.size >= FEWEST) return [...places]
  }
  return []
}

/** Where each stretch begins; -1 where it occurs more than once. */
function uniqueStretches(keys: readonly string[], length: number): Map<string, number> {
  const found = new Map<string, number>()
  for (let i = 0; i + length <= keys.length; i++) {
    const stretch = keys.slice(i, i + length).join('\n')
    found.set(stretch, found.has(stretch) ? -1 : i)
  }
  return found
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
     ORDER BY tid, ts, seq`,
    { capture, other },
  )
  const threads = new Map<number, Calls>()
  for (const row of rows) {
    const calls = threads.get(Number(row.tid)) ?? { keys: [], times: [] }
    threads.set(Number(row.tid), calls)
    if (calls.keys.length >= MOST_CALLS) continue
    calls.keys.push(String(row.key))
    calls.times.push(BigInt(String(row.ts)))
  }
  return threads
}

const COLUMNS = {
  capture: ['INTEGER', 'The recording whose clock counts: captures.capture.'],
  other: ['INTEGER', 'The recording whose times are moved: captures.capture.'],
  offset_ns: ['BIGINT', 'What is added to a time of other to get one of capture, in ns.'],
  residual_ns: ['BIGINT', 'Median distance of a call that both saw from that offset, in ns.'],
  worst_ns: ['BIGINT', 'Largest distance of a call that both saw from that offset, in ns.'],
  matched: ['BIGINT', 'Calls that both saw.'],
} as const

/** Keeps it in the table alignments, in place of an older one of the two. */
export async function storeAlignment(database: Database, found: Alignment): Promise<void> {
  const { capture, other, offset, residual, worst, matched } = found
  const columns = Object.entries(COLUMNS)
  const values = { capture, other, offset, residual: BigInt(residual), worst: BigInt(worst), matched }
  await database.run(
    [
      `CREATE TABLE IF NOT EXISTS store.alignments (${columns.map(([name, [type]]) => `${name} ${type}`).join(', ')})`,
      'CREATE VIEW IF NOT EXISTS main.alignments AS FROM store.alignments',
      "COMMENT ON VIEW main.alignments IS 'Clocks of recordings that ran at once (tracealyze align).'",
      ...columns.map(([name, [, sentence]]) => `COMMENT ON COLUMN main.alignments.${name} IS '${sentence}'`),
      `DELETE FROM store.alignments WHERE capture = ${capture} AND other = ${other}`,
    ].join(';\n'),
  )
  await database.run(
    'INSERT INTO store.alignments VALUES ($capture, $other, $offset, $residual, $worst, $matched)',
    values,
  )
}
