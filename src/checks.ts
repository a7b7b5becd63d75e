/** What the report checks beside its metrics: did the treatment take effect, and what reviewers ask of its fences. */
import type { Database } from './database.ts'
import { armValues } from './observations.ts'
import type { Arm, Correctness, Proportion, Share, Treatment } from './report.ts'
import { clopperPearson } from './statistics/proportion.ts'

/** The facts of the view treatment, summed over the runs of each arm. */
export async function treatment(database: Database, arms: readonly Arm[]): Promise<Treatment[]> {
  const rows = await database.rows(`
    SELECT step, fact, arm, sum(n) AS n FROM treatment AS t JOIN ${armValues(arms)} ON a.capture = t.capture
    GROUP BY ALL ORDER BY step, arm`)
  const facts = [...new Set(rows.map((row) => String(row.fact)))]
  return [
    ...facts.map((fact, step) => ({
      fact,
      values: arms.map((_, i) => {
        const row = rows.find((r) => r.fact === fact && Number(r.arm) === i)
        return row?.n == null ? (step === 0 ? 'not recorded' : '-') : Number(row.n)
      }),
    })),
    { fact: 'signalled with an error', values: arms.map(() => 'not traced') },
  ]
}

/** The facts of the view correctness; the view says how the runs of an arm are put together. */
export async function correctness(database: Database, arms: readonly Arm[]): Promise<Correctness[]> {
  const rows = await database.rows(`
    SELECT step, fact, unit, any_value(is_fault) AS is_fault, arm,
      CASE any_value(combine) WHEN 'sum' THEN sum(n) WHEN 'max' THEN max(n) ELSE median(n) END::DOUBLE AS n,
      min(reason) AS reason
    FROM correctness AS t JOIN ${armValues(arms)} ON a.capture = t.capture
    GROUP BY step, fact, unit, arm ORDER BY step, arm`)
  const facts = [...new Set(rows.map((row) => String(row.fact)))]
  return facts.map((fact) => {
    const mine = rows.filter((row) => row.fact === fact)
    return {
      fact,
      unit: mine[0]?.unit === 'ns' ? 'ns' : 'count',
      isFault: mine[0]?.is_fault === true,
      values: arms.map((_, i) => {
        const row = mine.find((r) => Number(r.arm) === i)
        return row?.n == null ? String(row?.reason ?? '-') : Number(row.n)
      }),
    }
  })
}

/** Shares with their intervals. */
export function shares(arms: readonly Arm[], treated: readonly Treatment[]): Share[] {
  const total = (arm: Arm, ...keys: string[]): number =>
    arm.captures.reduce((sum, c) => sum + keys.reduce((all, key) => all + (c.sync[key] ?? 0), 0), 0)
  const counted = (fact: string, i: number): number => {
    const value = treated.find((t) => t.fact === fact)?.values[i]
    return typeof value === 'number' ? value : 0
  }
  const share = (fact: string, k: (arm: Arm, i: number) => number, n: (arm: Arm, i: number) => number): Share => ({
    fact,
    values: arms.map((arm, i) => proportion(k(arm, i), n(arm, i))),
  })
  const created = (_: Arm, i: number) => counted('fences created', i)
  return [
    share(
      'checks that waited for a fence',
      (arm) => total(arm, 'late', 'stuck'),
      (arm) => total(arm, 'polls'),
    ),
    share(
      'checks answered busy',
      (arm) => total(arm, 'busy'),
      (arm) => total(arm, 'polls'),
    ),
    share('fences attached to a dma_resv', (_, i) => counted('attached to a dma_resv', i), created),
    share('fences waited on by the process', (_, i) => counted('waited on by the process', i), created),
    share(
      'late flips',
      (arm) => total(arm, 'late_flips'),
      (arm) => total(arm, 'flips'),
    ),
  ]
}

/** Undefined for a share of nothing, and where k cannot be part of n (fences of before the recording). */
function proportion(k: number, n: number): Proportion | undefined {
  if (n === 0 || k > n) return undefined
  const { low, high } = clopperPearson(k, n)
  return { k, n, low, high }
}
