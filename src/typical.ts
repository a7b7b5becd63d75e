/** One number for an arm. */
import type { Comparison, Distribution } from './report.ts'

/** The middle of the runs: their medians for times, their means for counts (a median count hides 0.05 per frame). */
export function typical(unit: Comparison['unit'], d: Distribution): number {
  const values = (unit === 'ns' ? d.medians : d.means).toSorted((a, b) => a - b)
  const middle = values.length >> 1
  return values.length % 2 === 1
    ? (values[middle] as number)
    : ((values[middle - 1] as number) + (values[middle] as number)) / 2
}
