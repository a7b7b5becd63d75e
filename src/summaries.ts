/** Summaries of strace -c, for arms of which nothing else was recorded. */
import type { Database } from './database.ts'
import { significant } from './format.ts'
import { armValues } from './observations.ts'
import type { Arm } from './report.ts'

/** Calls of one name, per run. */
export interface SummaryRow {
  readonly syscall: string
  /** Per arm; undefined where strace did not count them (-U). */
  readonly values: readonly { readonly calls: number | undefined; readonly errors: number | undefined }[]
}

export interface Summaries {
  readonly rows: readonly SummaryRow[]
  readonly note: string
}

/** Shown at most; the rest with SQL. */
const MOST_ROWS = 12

const NOTE =
  'strace -c counts system calls and knows no ioctl commands, threads or times; counts are per run, whatever its length. ' +
  'Record the calls instead: strace -f -ttt -T -y -p PID -o FILE'

/** The counts of both arms, where each has summaries and no calls; undefined otherwise. */
export async function summariesOf(database: Database, arms: readonly Arm[]): Promise<Summaries | undefined> {
  const [held] = await database.rows(`
    SELECT count(*) FILTER (has_summary) AS n, count(*) FILTER (has_calls) AS calls, count(*) AS all FROM (
      SELECT a.arm, bool_or(a.capture IN (SELECT capture FROM strace_summary)) AS has_summary,
        bool_or(a.capture IN (SELECT capture FROM captures WHERE events > 0)) AS has_calls
      FROM ${armValues(arms)} GROUP BY a.arm)`)
  if (held?.n !== held?.all || Number(held?.n) === 0 || Number(held?.calls) > 0) return undefined
  const found = await database.rows(`
    SELECT syscall, a.arm, CASE WHEN bool_and(calls IS NOT NULL) THEN sum(calls)::DOUBLE END AS calls,
      CASE WHEN bool_and(errors IS NOT NULL) THEN sum(errors)::DOUBLE END AS errors
    FROM summary_per_second AS s JOIN ${armValues(arms)} ON a.capture = s.capture
    GROUP BY syscall, a.arm ORDER BY sum(calls) DESC NULLS LAST, syscall, a.arm`)
  const names = [...new Set(found.map((row) => String(row.syscall)))]
  const rows = names.map((syscall) => ({
    syscall,
    values: arms.map((arm, i) => {
      const ofArm = found.filter((row) => Number(row.arm) === i)
      const row = ofArm.find((r) => r.syscall === syscall)
      // A call without a row was not made, if calls were counted.
      const perRun = (column: 'calls' | 'errors') =>
        ofArm.every((r) => r[column] !== null)
          ? Number(row?.[column] ?? 0) / Math.max(1, arm.captures.length)
          : undefined
      return { calls: perRun('calls'), errors: perRun('errors') }
    }),
  }))
  return { rows, note: NOTE }
}

/** The table's cells, its head first: calls and failed ones in every arm, and the difference of two. */
export function summaryCells({ rows }: Summaries, names: readonly string[], full: boolean): string[][] {
  const shown = full ? rows : rows.slice(0, MOST_ROWS)
  return [
    ['calls (failed)', ...names, ...(names.length === 2 ? ['delta'] : [])],
    ...shown.map(({ syscall, values }) => {
      const [before, after] = values.map((v) => v.calls)
      const isKnown = before !== undefined && after !== undefined
      const delta = values.length === 2 ? [isKnown ? signed(after - before) : ''] : []
      return [syscall, ...values.map(callsAndErrors), ...delta]
    }),
  ]
}

function callsAndErrors({ calls, errors }: SummaryRow['values'][number]): string {
  if (calls === undefined) return 'not counted'
  return errors ? `${number(calls)} (${number(errors)})` : number(calls)
}

const number = (value: number): string => (Number.isInteger(value) ? String(value) : significant(value))
const signed = (value: number): string => (value > 0 ? `+${number(value)}` : number(value))
