/**
 * What a difference between two arms is worth. The run is the unit of a test: frames of one run depend on each other.
 * With one run per arm the interval comes from inside the runs and says nothing about the variation between runs.
 */
import type { Arm, Comparison, Distribution, Evidence } from './report.ts'
import { mean, movingBlockBootstrap } from './statistics/block-bootstrap.ts'
import { holm } from './statistics/holm.ts'
import { medianInPlace } from './statistics/quantile.ts'
import { mannWhitney, smallestP } from './statistics/rank-test.ts'
import { hodgesLehmann } from './statistics/shift.ts'
import { runValues, statisticOf } from './typical.ts'

/** The largest p that a test of so few runs must be able to reach for it to be worth doing. */
const LEVEL = 0.05
/** So many runs in an arm, or fewer, are not tested. */
const TOO_FEW = 3
const RESAMPLES = 1000

/** Whether any row of these arms can have a p: a row has at most as many runs as its arm. */
export const canBeTested = (arms: readonly Arm[]): boolean =>
  arms.length > 1 && arms.every((arm) => arm.captures.length > TOO_FEW)

/** `series`: the observations in order of time, needed where both arms have one run. */
export function evidenceOf(
  unit: Comparison['unit'],
  before: Distribution,
  after: Distribution,
  series: { readonly before: Float64Array; readonly after: Float64Array } | undefined,
  seed: number,
): Evidence {
  const statistic = statisticOf(unit)
  if (before.runs === 1 && after.runs === 1) {
    if (!series) return { method: 'none', note: 'not computed' }
    const result = movingBlockBootstrap(series, statistic === 'median' ? medianInPlace : mean, {
      resamples: RESAMPLES,
      seed,
    })
    const { low, high, level } = result.interval
    const blocks = [...new Set([result.blockLength.before, result.blockLength.after])].join(' and ')
    return {
      method: 'bootstrap',
      low,
      high,
      level,
      note: `moving-block bootstrap inside one run per arm (blocks of ${blocks}, ${result.resamples} resamples, seed ${result.seed})`,
    }
  }
  const runs = [runValues(unit, before), runValues(unit, after)] as const
  const shift = hodgesLehmann(...runs)
  const interval = shift.interval
    ? { low: shift.interval.low, high: shift.interval.high, level: shift.interval.level }
    : {}
  const sizes = `${before.runs}v${after.runs} runs`
  const tooFew = Math.min(before.runs, after.runs) <= TOO_FEW || smallestP(before.runs, after.runs) > LEVEL
  if (tooFew) return { method: 'runs', estimate: shift.estimate, ...interval, note: `${sizes}: n too small to test` }
  const test = mannWhitney(...runs)
  return {
    method: 'runs',
    estimate: shift.estimate,
    ...interval,
    p: test.p,
    note: `Hodges-Lehmann and ${test.method} Mann-Whitney U on the ${statistic}s of ${sizes}`,
  }
}

/**
 * The rows with Holm's p: the primary metric stands alone (its groups, if it has several, are corrected among
 * themselves), all others are one family.
 */
export function corrected(rows: readonly Comparison[]): Comparison[] {
  const adjusted = new Map<Comparison, number>()
  for (const role of ['primary', 'exploratory'] as const) {
    const tested = rows.filter((c) => c.role === role && c.evidence?.p !== undefined)
    const values = holm(tested.map((c) => c.evidence?.p ?? 1))
    for (const [i, c] of tested.entries()) adjusted.set(c, values[i] ?? 1)
  }
  return rows.map((c) => {
    const p = adjusted.get(c)
    return c.evidence && p !== undefined ? { ...c, evidence: { ...c.evidence, adjusted: p } } : c
  })
}
