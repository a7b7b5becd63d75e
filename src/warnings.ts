/** What the reader must know of one row of the report. A warning is a value beside the number, never a reason to hide it. */
import type { Metric } from './metric.ts'
import { type Arm, type Comparison, isMeasured } from './report.ts'

/** Percentiles of fewer observations say little. */
const FEW_EVENTS = 30

/** `warm`: indices of arms with a recording whose first second is unlike the rest. */
export function warningsOf(
  row: Omit<Comparison, 'warnings'>,
  metric: Metric,
  arms: readonly Arm[],
  warm: readonly number[],
): string[] {
  const measured = arms.filter((_, i) => isMeasured(row.arms[i] ?? { n: 0, of: 0, reason: '', measurable: false }))
  const named = (some: readonly Arm[]) => some.map((arm) => arm.name).join(' and ')
  const where = (is: (arm: Arm) => boolean) => named(measured.filter(is))
  const captures = measured.flatMap((arm) => arm.captures)
  const few = named(arms.filter((_, i) => (row.arms[i]?.n ?? 0) > 0 && (row.arms[i]?.n ?? 0) < FEW_EVENTS))
  const lost = where((arm) => arm.captures.some((c) => c.lostEvents > 0 || c.unknownLosses > 0))
  const strace = where((arm) => arm.captures.some((c) => c.format.startsWith('strace')))
  const resolution = Math.max(1, ...captures.map((c) => c.resolution))
  const isTime = row.unit === 'ns'
  return [
    ...(few ? [`fewer than ${FEW_EVENTS} events (${few}): percentiles say little`] : []),
    ...(isTime && row.delta !== undefined && resolution > 1 && Math.abs(row.delta) <= resolution
      ? [`the delta is within the clock's resolution (${resolution / 1000} us)`]
      : []),
    ...(lost ? [`events were lost (${lost}); intervals that span a loss are left out`] : []),
    ...(measured.length > 1 && new Set(measured.map((arm) => sources(metric, arm))).size > 1
      ? ['the arms were measured from different events']
      : []),
    ...(measured.length > 1 && new Set(captures.map((c) => c.selection ?? '')).size > 1
      ? ['the arms hold different selections of events']
      : []),
    ...(warm.length > 0
      ? [`warm-up: the first second is unlike the rest (${named(warm.flatMap((i) => arms[i] ?? []))})`]
      : []),
    ...(isTime && strace ? [`strace stops the thread twice per call: not the kernel's durations (${strace})`] : []),
  ]
}

/** The kinds of events that an arm is measured from; fences may be missing because none were made. */
function sources(metric: Metric, arm: Arm): string {
  const recorded = new Set(arm.captures.flatMap((c) => c.recorded))
  const systems = metric.events
    .flatMap((group) => group.split('|'))
    .filter((all) => !all.startsWith('dma_fence:') && all.split('+').every((event) => recorded.has(event)))
    .map((all) => all.split(':')[0])
  return [...new Set(systems)].sort().join(' ')
}
