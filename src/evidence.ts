/**
 * What a difference between two arms is worth. The run is the unit of a test: frames of one run depend on each other.
 * With one run per arm the interval comes from inside the runs and says nothing about the variation between runs.
 */
import type { Distribution, Evidence } from './report.ts'
import { mean, movingBlockBootstrap } from './statistics/block-bootstrap.ts'
import { medianInPlace } from './statistics/quantile.ts'
import { mannWhitney, smallestP } from './statistics/rank-test.ts'
import { hodgesLehmann } from './statistics/shift.ts'

/** The largest p that a test of so few runs must be able to reach for it to be worth doing. */
const LEVEL = 0.05
const RESAMPLES = 1000

/** `values`: the observations in order of time, needed where both arms have one run. */
export function evidenceOf(
  before: Distribution,
  after: Distribution,
  statistic: 'median' | 'mean',
  values: { readonly before: Float64Array; readonly after: Float64Array } | undefined,
): Evidence {
  const runs = statistic === 'median' ? 'medians' : 'means'
  if (before.runs === 1 && after.runs === 1) {
    if (!values) return { method: 'none', note: 'not computed' }
    const result = movingBlockBootstrap(values, statistic === 'median' ? medianInPlace : mean, { resamples: RESAMPLES })
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
  const shift = hodgesLehmann(before[runs], after[runs])
  const interval = shift.interval
    ? { low: shift.interval.low, high: shift.interval.high, level: shift.interval.level }
    : {}
  const sizes = `${before.runs}v${after.runs} runs`
  if (smallestP(before.runs, after.runs) > LEVEL) {
    return { method: 'runs', estimate: shift.estimate, ...interval, note: `${sizes}: n too small to test` }
  }
  const test = mannWhitney(before[runs], after[runs])
  return {
    method: 'runs',
    estimate: shift.estimate,
    ...interval,
    p: test.p,
    note: `Hodges-Lehmann and ${test.method} Mann-Whitney U on the ${runs} of ${sizes}`,
  }
}
