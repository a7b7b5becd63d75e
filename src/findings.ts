/** What a comparison found, and what limits it, in sentences. The tool never judges: it says lower, higher, none seen. */
import { count, micros, share, shareText, significant } from './format.ts'
import { type Arm, type CaptureSummary, holdsZero, isMeasured, type Report } from './report.ts'
import { selectionLimit } from './selection.ts'
import { typical } from './typical.ts'

type Facts = Omit<Report, 'results' | 'limits'>

const total = (arm: Arm, key: string): number => arm.captures.reduce((sum, c) => sum + (c.sync[key] ?? 0), 0)

export function describeResults(report: Facts): string[] {
  return [
    treatmentResult(report),
    waitResult(report),
    exportResult(report),
    latencyResult(report),
    flipResult(report),
  ].filter((sentence) => sentence !== '')
}

/** `name text` of every arm, in a row. */
const perArm = (report: Facts, text: (arm: Arm, index: number) => string): string =>
  report.arms.map((arm, i) => `${arm.name} ${text(arm, i)}`).join(', ')

function treatmentResult(report: Facts): string {
  const created = report.treatment.find((t) => t.fact === 'fences created')
  return `${report.producer} fences created: ${perArm(report, (_, i) => String(created?.values[i] ?? '-'))}.`
}

function waitResult(report: Facts): string {
  return `Buffer checks by ${report.process} that waited for a fence: ${perArm(report, (arm, i) => {
    const polls = total(arm, 'polls')
    const waited = total(arm, 'late') + total(arm, 'stuck')
    if (polls === 0) return 'no check seen'
    // Without the fences a busy answer is all that is known.
    if (waited === 0 && total(arm, 'busy') > 0)
      return `unknown (${share(total(arm, 'busy'), polls)} were answered busy)`
    const exact = report.shares.find((s) => s.fact === 'checks that waited for a fence')?.values[i]
    return exact ? shareText(exact) : share(waited, polls)
  })}.`
}

const CALLERS = ['framebuffer', 'transaction', 'gpu driver', 'unknown']

function exportResult(report: Facts): string {
  const value = (caller: string, i: number): number => {
    const row = report.perFrame.find(
      (c) => c.metric === 'checks_per_frame' && c.group === `EXPORT_SYNC_FILE, ${caller}`,
    )
    const outcome = row?.arms[i]
    return outcome && isMeasured(outcome) ? typical('count', outcome) : 0
  }
  if (report.arms.every((arm) => total(arm, 'exports') === 0)) {
    return `EXPORT_SYNC_FILE: none, in ${perArm(report, (arm) => `${total(arm, 'ioctls')} ioctls`)}.`
  }
  const text = perArm(report, (arm, i) => {
    if (total(arm, 'frames') === 0) return 'no frames'
    const parts = CALLERS.flatMap((caller) => (value(caller, i) === 0 ? [] : [[caller, value(caller, i)] as const]))
    const sum = parts.reduce((all, [, n]) => all + n, 0)
    if (parts.length === 0) return 'none'
    if (parts.length === 1) return `${significant(sum)} (${parts[0]?.[0]})`
    return `${significant(sum)} (${parts.map(([caller, n]) => `${caller} ${significant(n)}`).join(', ')})`
  })
  return `EXPORT_SYNC_FILE per frame: ${text}.`
}

function latencyResult(report: Facts): string {
  const rows = report.latencies.filter((c) => c.metric === 'export_sync_file_latency' && c.delta !== undefined)
  const parts = rows.map((c) => {
    const medians = c.arms.map((o) => (isMeasured(o) ? significant(micros(typical('ns', o))) : '-'))
    const none = c.evidence && holdsZero(c.evidence) ? ', no difference seen' : ''
    return `${c.group} ${medians.join(' -> ')} us${none}`
  })
  return parts.length === 0 ? '' : `Median time in EXPORT_SYNC_FILE: ${parts.join('; ')}.`
}

function flipResult(report: Facts): string {
  const flips = report.shares.find((s) => s.fact === 'late flips')?.values ?? []
  if (flips.every((share) => share === undefined)) return ''
  const row = report.flips.find((c) => c.metric === 'late_flips' && c.group === '1 refresh or more')
  const tested = row?.evidence?.p !== undefined && holdsZero(row.evidence) ? '; no difference seen' : ''
  return `Flips a refresh or more late: ${perArm(report, (_, i) => {
    const share = flips[i]
    return share === undefined ? 'not measurable' : shareText(share)
  })}${tested}.`
}

/** `: 3 fences, 12 system calls` */
function lostIntervals(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([what, n]) => `${n} ${what}`)
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

/** What several outputs mean for the numbers. */
function describeOutputs(report: Facts): string[] {
  const names = report.arms.flatMap((arm) => {
    const outputs = [...new Set(arm.captures.flatMap((c) => c.outputs))]
    return arm.captures.some((c) => c.outputs.length > 1) ? [`${arm.name} ${outputs.join(', ')}`] : []
  })
  if (names.length === 0) return []
  const sums = (pick: (c: CaptureSummary) => number) =>
    report.arms.map((arm) => arm.captures.reduce((sum, c) => sum + pick(c), 0))
  const stray = sums((c) => c.strayFlips)
  const unmatched = sums((c) => c.unmatchedWaits)
  return [
    `Several outputs (${names.join('; ')}): intervals and vblanks are of each output; counts per frame are from a flip of any output to the next${
      report.frames === undefined ? `; --frames "FROM frames WHERE output = '...'" counts by one` : ''
    }.`,
    ...(stray.some((n) => n > 0)
      ? [`Flips of which no output is told: ${stray.join(' and ')}; frames that one comes in are not measured.`]
      : []),
    ...(unmatched.some((n) => n > 0)
      ? [
          `Checks whose commit and flip are not measurable: ${unmatched.join(' and ')} (no event tells which of several outputs shows a buffer).`,
        ]
      : []),
  ]
}

/** What the reader must know to judge the numbers. */
export function describeLimits(report: Facts): string[] {
  const limits: string[] = []
  const captures = report.arms.flatMap((arm) => arm.captures)
  const runs = report.arms.map((arm) => arm.captures.length)
  if (report.arms.length > 1 && Math.min(...runs) < 2) {
    limits.push('One run per arm: the variation between runs is unknown; no test.')
  } else if (report.arms.length > 1 && Math.min(...runs) <= 3) {
    limits.push(`${runs.join(' and ')} runs: n too small to test (the smallest two-sided p of 3 against 3 is 0.100).`)
  }
  for (const c of captures) {
    if (c.lostEvents > 0 || c.unknownLosses > 0) {
      limits.push(
        `${c.path}: ${count(c.lostEvents, 'lost event')}${c.unknownLosses > 0 ? ` and ${count(c.unknownLosses, 'gap')} of unknown size` : ''}; intervals that span a loss are left out${lostIntervals(c.leftOut ?? {})}.`,
      )
    }
    const selected = selectionLimit(c.selection)
    if (selected) limits.push(`${c.path}: ${selected}.`)
    if (c.unread > 0) limits.push(`${c.path}: ${count(c.unread, 'record')} could not be read (table problems).`)
  }
  for (const arm of report.arms) {
    const isEmpty = ['frames', 'polls', 'exports', 'ioctls'].every((key) => total(arm, key) === 0)
    const fences = arm.captures.some((c) => c.recorded.some((event) => event.startsWith('dma_fence:')))
    if (isEmpty && !fences && arm.captures.every((c) => !c.format.startsWith('strace')))
      limits.push(
        `${arm.name} holds no call of ${report.process}, no flip and no fence: tracealyze record prints the script that records them.`,
      )
  }
  const sets = report.arms.map((arm) => new Set(arm.captures.flatMap((c) => c.recorded)))
  const [first, second] = sets
  if (first && second) {
    const kinds = (a: Set<string>, b: Set<string>) =>
      [...a].filter((e) => /^(syscalls|raw_syscalls|strace)/.test(e) && !b.has(e))
    const differing = [...kinds(first, second), ...kinds(second, first)]
    if (differing.length > 0)
      limits.push(`Events in one arm only: ${differing.slice(0, 6).join(', ')}${differing.length > 6 ? '...' : ''}.`)
  }
  const clients = report.arms.map((arm) => [...new Set(arm.captures.flatMap((c) => c.clients))].sort().join('+'))
  if (new Set(clients.filter((name) => name !== '')).size > 1) {
    limits.push(
      `The clients of the camera differ: ${report.arms.map((arm, i) => `${arm.name} ${clients[i] || 'none'}`).join(', ')}.`,
    )
  }
  limits.push(...describeOutputs(report))
  const outside = report.arms.map((arm) => total(arm, 'outside'))
  if (outside.some((n) => n > 0)) {
    limits.push(`Exports before the first or after the last flip, not counted: ${outside.join(', ')}.`)
  }
  const unknown = report.arms.map((arm) => total(arm, 'unknown_verdicts'))
  if (unknown.some((n) => n > 0))
    limits.push(
      `Checks without a verdict: ${unknown.join(' and ')} (events lost, the caller is unknown${captures.some((c) => c.format.startsWith('strace')) ? ', or strace without -y' : ''}).`,
    )
  const resolution = Math.max(...captures.map((c) => c.resolution))
  if (resolution >= 1000) limits.push(`Times are in steps of ${resolution / 1000} us: a smaller difference is none.`)
  if (captures.some((c) => c.format.startsWith('strace'))) {
    limits.push(
      'strace stops the thread twice per call: its counts are valid, its durations are not those of the kernel.',
    )
  }
  for (const row of report.flips.filter((c) => c.metric === 'vblanks_per_flip')) {
    const usual = row.arms.flatMap((o) => (isMeasured(o) ? [o.p50] : []))
    if (new Set(usual).size > 1)
      limits.push(
        `The usual flip${row.group ? ` of ${row.group}` : ''} differs between the arms (${usual.join(' and ')} vblanks): lateness is against each arm's own.`,
      )
  }
  const clocks = new Set(captures.map((c) => c.clock))
  if (clocks.size > 1) limits.push(`Clocks differ (${[...clocks].join(', ')}): only intervals are compared.`)
  if (report.shares.some((s) => s.values.some((v) => v !== undefined)))
    limits.push('[a,b]: exact 95 % interval as if flips or checks were independent; at most: 3/N.')
  limits.push('Fence errors are not in the tracepoints; fence ids are 32 bits there.')
  return limits
}
