/** What stands in the cells of every form of the report. */
import { boundText, micros, signed, significant } from '../format.ts'
import {
  type Comparison,
  type Correctness,
  type Evidence,
  holdsZero,
  isMeasured,
  type Outcome,
  type Report,
} from '../report.ts'
import { typical } from '../typical.ts'

/** The short names of the metrics in tables. */
const NAMES: Record<string, string> = {
  export_sync_file_latency: 'EXPORT_SYNC_FILE',
  fence_early_slack: 'fence early (C-S)',
  fence_late_block: 'fence late (S-C)',
  fence_signal_to_wake: 'signal to wake (W-S)',
  check_to_wake: 'check to wake (W-C)',
  fence_commit_lag: 'ready to flip',
  fence_lifetime: 'create to signal',
  kernel_fence_wait: 'kernel fence wait',
  frame_interval: 'flip to flip',
  late_flips: 'late flips',
  vblanks_per_flip: 'vblanks per flip',
  wake_split: 'wake',
  buffer_fill_time: 'buffer with the driver',
  buffer_dequeue_lag: 'done to dequeued',
  driver_starved: 'driver without buffer',
  cpu_time_per_second: 'CPU time per second',
  cpu_time_by_process: 'CPU time per second',
  scheduling_per_second: 'scheduler, per second',
  missed_vblanks: 'missed vblanks per 1000 flips',
  check_verdicts: 'checks',
  explicit_sync_per_frame: 'SYNCOBJ ioctls per frame',
}

/** Counts that are not of a frame's ioctls or checks: shown with --full, under the metric's own name. */
const isOtherCount = (c: Comparison): boolean => c.metric !== 'ioctls_per_frame' && c.metric !== 'checks_per_frame'

/** `EXPORT_SYNC_FILE, transaction` */
export function rowName(c: Comparison): string {
  if (c.unit === 'count' && !isOtherCount(c))
    return c.group === '(all)' ? 'ioctls, all' : (c.group ?? c.title).replace(/^DRM_IOCTL_/, '')
  const name = NAMES[c.metric] ?? (c.unit === 'ns' ? c.metric : c.metric.replaceAll('_', ' '))
  return `${name}${c.group ? `, ${c.group}` : ''}`
}

/** The rows of the table of times. The wait stands for itself where signals were not recorded. */
export function timeRows(report: Report, full: boolean): Comparison[] {
  const measured = report.latencies.filter((c) => c.unit === 'ns' && c.arms.some(isMeasured))
  if (full) return measured
  const hasBlock = measured.some((c) => c.metric === 'fence_late_block')
  return measured.filter((c) => !c.detail || (c.metric === 'check_to_wake' && !hasBlock))
}

/** Metrics without an observation in any arm. */
export const emptyTimes = (report: Report): Comparison[] =>
  report.latencies.filter((c) => c.unit === 'ns' && !c.arms.some(isMeasured) && !c.detail)

/** The rows of the table per frame, with the `top` most frequent commands, and how many it leaves out. */
export function frameRows(report: Report, top: number): { rows: Comparison[]; hidden: number } {
  const size = (c: Comparison) => Math.max(...c.arms.map((o) => (isMeasured(o) ? o.mean : 0)))
  const counts = report.perFrame.filter((c) => c.group !== undefined)
  const all = counts.filter((c) => c.metric === 'ioctls_per_frame' && c.group === '(all)')
  const checks = counts.filter((c) => c.metric === 'checks_per_frame')
  const commands = counts
    .filter((c) => c.metric === 'ioctls_per_frame' && c.group !== '(all)')
    // The checks above say the same by call site.
    .filter(
      (c) => top === Number.POSITIVE_INFINITY || c.group !== 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE' || checks.length === 0,
    )
    .toSorted((a, b) => size(b) - size(a))
  const listed = commands.slice(0, top)
  const others =
    top === Number.POSITIVE_INFINITY ? report.perFrame.filter((c) => isOtherCount(c) && c.arms.some(isMeasured)) : []
  return { rows: [...all, ...checks, ...listed, ...others], hidden: commands.length - listed.length }
}

/** Whole frames of an arm. */
export const framesOf = (report: Report, i: number): number =>
  (report.arms[i]?.captures ?? []).reduce((sum, c) => sum + (c.sync.frames ?? 0), 0)

/** The mean per frame, or that there is none. */
export function perFrameCell(outcome: Outcome): string {
  if (isMeasured(outcome))
    return outcome.max === 0 ? `none (0 of ${outcome.n})` : significant(typical('count', outcome))
  return outcome.measurable ? `none (0 of ${outcome.of ?? '?'})` : 'not recorded'
}

/** The difference: `+0.967 [+0.93,+1.00]`, `~` where its interval holds 0, `new`, `gone`. */
export function deltaCell(c: Comparison, withInterval: boolean): string {
  const [before, after] = c.arms
  if (!before || !after) return ''
  if (c.delta === undefined) {
    if (!isMeasured(before) && isMeasured(after)) return before.measurable ? 'new' : '?'
    if (isMeasured(before) && !isMeasured(after)) return after.measurable ? 'gone' : '?'
    return ''
  }
  const scale = (value: number) => (c.unit === 'ns' ? micros(value) : value * thousand(c))
  const sign = c.evidence && holdsZero(c.evidence) ? '~' : ''
  if (!withInterval) return sign || signed(scale(c.delta))
  const { low, high } = c.evidence ?? {}
  const interval = low === undefined || high === undefined ? '' : ` [${signed(scale(low))},${signed(scale(high))}]`
  return `${signed(scale(c.delta))}${interval}${sign ? `  ${sign}` : ''}`
}

const shortP = (p: number): string => (p < 0.001 ? '<0.001' : `=${p.toFixed(3)}`)

/** `p=0.008` where there was a test. */
export const pText = (e: Evidence | undefined): string => (e?.p === undefined ? '' : `p${shortP(e.p)}`)

/** `p=0.008, Holm 0.240`, or `p=0.008 (primary)`: an exploratory p never stands alone. */
export function testText(c: Comparison): string {
  const { p, adjusted } = c.evidence ?? {}
  if (p === undefined) return ''
  if (c.role === 'primary' && (adjusted === undefined || adjusted === p)) return `p${shortP(p)} (primary)`
  const corrected = `Holm ${shortP(adjusted ?? p).replace('=', '')}`
  return c.role === 'primary' ? `p${shortP(p)}, ${corrected} (primary)` : `p${shortP(p)}, ${corrected}`
}

/** Shares, and what is missed, are told per 1000. */
const thousand = (c: Comparison): number => (c.unit === 'ratio' || c.metric === 'missed_vblanks' ? 1000 : 1)

/** What stands for an arm of a row in vertical blanks or shares: the mean over all runs, shares per 1000. */
export function flipCell(c: Comparison, outcome: Outcome): string {
  if (!isMeasured(outcome)) return outcome.measurable ? 'none' : 'not recorded'
  return significant(outcome.mean * thousand(c))
}

/** `375`, `35900`: a fact of the correctness section; times in us. */
export const factCell = (unit: Correctness['unit'], value: number | string): string =>
  typeof value === 'string' ? value : unit === 'ns' ? significant(micros(value)) : String(value)

/** Why arms have nothing where others have something. */
export interface Absence {
  readonly arm: string
  readonly reason: string
  readonly names: readonly string[]
  /** Frames in which it could have happened. */
  readonly of: number
}

export function absences(report: Report, rows: readonly Comparison[]): Absence[] {
  return report.arms.flatMap((arm, i) => {
    const byReason = new Map<string, { names: string[]; of: number }>()
    for (const c of rows) {
      const outcome = c.arms[i]
      if (!outcome || isMeasured(outcome) || !c.arms.some(isMeasured)) continue
      const entry = byReason.get(outcome.reason) ?? { names: [], of: 0 }
      entry.names.push(rowName(c))
      if (outcome.measurable) entry.of = Math.max(entry.of, outcome.of ?? 0)
      byReason.set(outcome.reason, entry)
    }
    return [...byReason].map(([reason, entry]) => ({ arm: arm.name, reason, ...entry }))
  })
}

/** One sentence per arm and reason, naming the rows, with the 95 % bound of what may happen all the same. */
export const absenceText = (a: Absence): string =>
  `${a.arm} has no ${a.names.join('; ')}: ${a.reason}${a.of > 0 ? ` (0 of ${a.of} frames, at most ${boundText(a.of)})` : ''}.`
