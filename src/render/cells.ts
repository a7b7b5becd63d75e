/** What stands in the cells of every form of the report. */
import { micros, signed, significant } from '../format.ts'
import { type Comparison, type Evidence, holdsZero, isMeasured, type Outcome, type Report } from '../report.ts'
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
  wake_split: 'wake',
  buffer_fill_time: 'buffer with the driver',
  buffer_dequeue_lag: 'done to dequeued',
  driver_starved: 'driver without buffer',
  cpu_time_per_second: 'CPU time per second',
}

/** `EXPORT_SYNC_FILE, transaction` */
export function rowName(c: Comparison): string {
  if (c.unit === 'count') return c.group === '(all)' ? 'ioctls, all' : (c.group ?? c.title).replace(/^DRM_IOCTL_/, '')
  return `${NAMES[c.metric] ?? c.metric}${c.group ? `, ${c.group}` : ''}`
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
  return { rows: [...all, ...checks, ...listed], hidden: commands.length - listed.length }
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
  const scale = (value: number) => (c.unit === 'ns' ? micros(value) : value)
  const sign = c.evidence && holdsZero(c.evidence) ? '~' : ''
  if (!withInterval) return sign || signed(scale(c.delta))
  const { low, high } = c.evidence ?? {}
  const interval = low === undefined || high === undefined ? '' : ` [${signed(scale(low))},${signed(scale(high))}]`
  return `${signed(scale(c.delta))}${interval}${sign ? `  ${sign}` : ''}`
}

/** `p=0.008` where there was a test. */
export const pText = (e: Evidence | undefined): string =>
  e?.p === undefined ? '' : e.p < 0.001 ? 'p<0.001' : `p=${e.p.toFixed(3)}`

/** Why arms have nothing where others have something: one sentence per arm and reason, naming the rows. */
export function absences(report: Report, rows: readonly Comparison[]): string[] {
  return report.arms.flatMap((arm, i) => {
    const byReason = new Map<string, string[]>()
    for (const c of rows) {
      const outcome = c.arms[i]
      if (!outcome || isMeasured(outcome) || !c.arms.some(isMeasured)) continue
      byReason.set(outcome.reason, [...(byReason.get(outcome.reason) ?? []), rowName(c)])
    }
    return [...byReason].map(([reason, names]) => `${arm.name} has no ${names.join('; ')}: ${reason}.`)
  })
}
