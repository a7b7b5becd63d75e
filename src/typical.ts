/** One number for an arm. */
import { type Comparison, type Distribution, isMeasured, type Outcome } from './report.ts'
import { medianInPlace } from './statistics/quantile.ts'

/** Which number of a run stands for it: the median for times, the mean for the rest (a median hides 0.05 per frame). */
export const statisticOf = (unit: Comparison['unit']): 'median' | 'mean' => (unit === 'ns' ? 'median' : 'mean')

/** That number of each run. */
export const runValues = (unit: Comparison['unit'], d: Distribution): number[] =>
  d.perRun.map((run) => (unit === 'ns' ? run.p50 : run.mean))

/** The middle of the runs: the median of their medians or means. */
export const typical = (unit: Comparison['unit'], d: Distribution): number =>
  medianInPlace(Float64Array.from(runValues(unit, d)))

/** The same for an arm that may have nothing: 0 where none of what is counted happened, undefined where it cannot be said. */
export function typicalOf(unit: Comparison['unit'], outcome: Outcome | undefined): number | undefined {
  if (!outcome) return undefined
  if (isMeasured(outcome)) return typical(unit, outcome)
  return outcome.measurable && outcome.of !== undefined && unit !== 'ns' ? 0 : undefined
}
