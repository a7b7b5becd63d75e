/** The comparison as a plain-text mail: ASCII, at most 72 columns, about 60 lines (REPORT.md). */
import { ascii, count, micros, signed, significant } from '../format.ts'
import { type Arm, type CaptureSummary, type Comparison, isMeasured, type Outcome, type Report } from '../report.ts'
import { typical } from '../typical.ts'
import { columns, wrap } from './layout.ts'

const WIDTH = 72
/** Commands per frame that the short form shows, the most frequent ones. */
const TOP_COMMANDS = 5

export interface MailOptions {
  /** Every row and every recording, however long it gets. */
  readonly full: boolean
}

export function renderMail(report: Report, options: MailOptions): string {
  const sections = [
    heading('Results', '-'),
    report.results.flatMap((sentence) => wrap(`* ${sentence}`, WIDTH, '  ')),
    [''],
    setup(report),
    [''],
    treatmentTable(report),
    [''],
    perFrameTable(report, options),
    [''],
    latencyTable(report, options),
    ...histogram(report),
    [''],
    ['Limits:'],
    report.limits.flatMap((limit) => wrap(`- ${limit}`, WIDTH, '  ')),
    [''],
    reproduce(report, options),
  ]
  return `${sections.flat().map(ascii).join('\n')}\n`
}

const heading = (text: string, line: string): string[] => [text, line.repeat(text.length)]

function setup(report: Report): string[] {
  const lines = report.arms.flatMap((arm) => wrap(`${arm.name}: ${describeArm(arm)}`, WIDTH, '  '))
  const markers = [...new Set(report.arms.flatMap((arm) => arm.captures.map((c) => c.marker ?? 'none')))]
  const method =
    `Process ${report.process}; frame boundary ${markers.join(' / ')}; tracealyze ${report.version}, queries ${report.queries}. ` +
    'Board, panel, content, governor: not recorded.'
  return [...lines, ...wrap(method, WIDTH, '  ')]
}

function describeArm(arm: Arm): string {
  const of = (pick: (c: CaptureSummary) => string | number | undefined) =>
    [...new Set(arm.captures.map((c) => String(pick(c) ?? 'unknown')))].join(' / ')
  const seconds = arm.captures.map((c) => c.seconds)
  const length = seconds.every((s) => s !== undefined)
    ? seconds.map((s) => significant(s as number)).join('+')
    : 'unknown'
  const lost = arm.captures.reduce((sum, c) => sum + c.lostEvents, 0)
  const events = arm.captures.reduce((sum, c) => sum + c.events, 0)
  const total = (key: string) => arm.captures.reduce((sum, c) => sum + (c.sync[key] ?? 0), 0)
  return (
    `kernel ${of((c) => c.kernel)}, ${of((c) => c.machine)}, ${of((c) => c.cpus)} CPUs; ${of((c) => c.format)}, ` +
    `clock ${of((c) => c.clock)}; ${count(arm.captures.length, 'run')}, ${length} s, ${events} events, ${lost} lost; ` +
    `${total('frames')} frames, ${total('polls')} dmabuf polls, ${total('exports')} EXPORT_SYNC_FILE, ${total('explicit')} SYNCOBJ.`
  )
}

function treatmentTable(report: Report): string[] {
  const rows = report.treatment.map((t) => [
    `  ${t.fact}`.replace('the process', report.process),
    ...t.values.map(String),
  ])
  return columns([[`Treatment check (${report.producer})`, ...report.arms.map((a) => a.name)], ...rows], WIDTH, '').map(
    (line, i) => (i === 0 ? line : line.replace(/^/, '')),
  )
}

/** The mean per frame, or why there is none. */
function perFrameCell(outcome: Outcome): string {
  if (isMeasured(outcome))
    return outcome.max === 0 ? `none (0 of ${outcome.n})` : significant(typical('count', outcome))
  return outcome.measurable ? `none (0 of ${outcome.of ?? '?'})` : 'not recorded'
}

function deltaCell(c: Comparison): string {
  if (c.delta !== undefined) return c.delta === 0 ? '0' : signed(c.unit === 'ns' ? micros(c.delta) : c.delta)
  const [before, after] = c.arms
  if (!before || !after) return ''
  if (!isMeasured(before) && isMeasured(after)) return before.measurable ? 'new' : '-'
  if (isMeasured(before) && !isMeasured(after)) return after.measurable ? 'gone' : '-'
  return ''
}

function perFrameTable(report: Report, options: MailOptions): string[] {
  const size = (c: Comparison) => Math.max(...c.arms.map((o) => (isMeasured(o) ? o.mean : 0)))
  const commands = report.perFrame.filter(
    (c) => c.metric === 'ioctls_per_frame' && c.group !== undefined && c.group !== '(all)',
  )
  const listed = commands.toSorted((a, b) => size(b) - size(a)).slice(0, options.full ? undefined : TOP_COMMANDS)
  const rows = [
    ...report.perFrame.filter((c) => c.metric === 'ioctls_per_frame' && (c.group === '(all)' || c.group === undefined)),
    ...report.perFrame.filter((c) => c.metric === 'checks_per_frame'),
    ...listed,
  ]
  const many = report.arms.some((arm) => arm.captures.length > 1)
  const title = `Calls per frame (mean${many ? ', median of the runs' : ''})`
  const head = [title, ...report.arms.map((a) => a.name), ...(report.arms.length > 1 ? ['delta'] : [])]
  const name = (c: Comparison) =>
    (c.group === '(all)' ? 'ioctls, all' : (c.group ?? c.title)).replace(/^DRM_IOCTL_/, '')
  const body = rows.map((c) => [
    `  ${name(c)}`,
    ...c.arms.map(perFrameCell),
    ...(report.arms.length > 1 ? [deltaCell(c)] : []),
  ])
  const frames = report.arms.map((arm) => arm.captures.reduce((sum, c) => sum + (c.sync.frames ?? 0), 0))
  const hidden = commands.length - listed.length
  return [
    ...columns([head, ['  frames (n)', ...frames.map(String)], ...body], WIDTH, ''),
    ...(hidden > 0 ? [`  (${hidden} more commands with --full)`] : []),
    ...reasons(rows),
  ]
}

/** The reason of every zero, each once. */
function reasons(rows: readonly Comparison[]): string[] {
  const said = new Map<string, string>()
  for (const c of rows) {
    for (const outcome of c.arms) {
      if (!isMeasured(outcome) && outcome.reason !== 'none happened')
        said.set(outcome.reason, c.group ?? c.title.split(':')[0] ?? c.title)
    }
  }
  return [...said].flatMap(([reason, name]) => {
    return wrap(`  none in ${name}: ${reason}`, WIDTH, '    ')
  })
}

const SHORT_NAMES: Record<string, string> = {
  export_sync_file_latency: 'EXPORT',
  fence_early_slack: 'fence early (C-S)',
  fence_late_block: 'fence late (S-C)',
  fence_signal_to_wake: 'signal to wake (W-S)',
  check_to_wake: 'check to wake (W-C)',
  fence_commit_lag: 'ready to flip',
  fence_lifetime: 'create to signal',
  kernel_fence_wait: 'kernel wait',
  frame_interval: 'flip to flip',
}

function latencyTable(report: Report, options: MailOptions): string[] {
  const rows: string[][] = [['Latency [us]', 'arm', 'n', 'p50', 'p90', 'p99', 'max']]
  const empty: Comparison[] = []
  for (const c of report.latencies.filter((l) => l.unit === 'ns')) {
    const label = `  ${SHORT_NAMES[c.metric] ?? c.metric}${c.group ? `, ${c.group}` : ''}`
    const measured = c.arms.map((o, i) => [o, report.arms[i]?.name ?? ''] as const)
    if (!c.arms.some(isMeasured)) {
      empty.push(c)
      continue
    }
    measured.forEach(([o, arm], i) => {
      const name = i === 0 ? label : ''
      if (isMeasured(o))
        rows.push([name, arm, String(o.n), ...[o.p50, o.p90, o.p99, o.max].map((v) => significant(micros(v)))])
      else rows.push([name, arm, '0', ...(o.measurable ? ['none'] : ['not recorded'])])
    })
    if (c.delta !== undefined) rows.push(['', 'delta', '', signed(micros(c.delta))])
  }
  const missing = empty.map((c) => {
    const why = [...new Set(c.arms.map((o) => (isMeasured(o) ? '' : o.reason)))].join(' / ')
    return `  ${SHORT_NAMES[c.metric] ?? c.metric}${c.group ? `, ${c.group}` : ''}: none in any arm; ${why}`
  })
  const note = report.arms.length > 1 ? ['  delta: of the medians; negative = less'] : []
  return [
    ...columns(rows, WIDTH, ''),
    ...note,
    ...missing.flatMap((text) => wrap(text, WIDTH, '    ')),
    ...reasons(report.latencies.filter((c) => c.arms.some(isMeasured)).filter((_, i) => options.full || i < 8)),
  ]
}

/** The histogram whose shape says most: signal to wake, else the wait. */
function histogram(report: Report): string[][] {
  const c = ['fence_signal_to_wake', 'check_to_wake']
    .map((m) => report.latencies.find((l) => l.metric === m && l.arms.some(isMeasured)))
    .find((l) => l)
  if (!c) return []
  const arm = c.arms.findLastIndex(isMeasured)
  const buckets = c.histograms[arm] ?? []
  const most = Math.max(1, ...buckets.map(([, n]) => n))
  const rows = buckets.map(([low, n]) => {
    const bar = '@'.repeat(Math.ceil((n / most) * 30))
    return `  ${`[${significant(micros(low))},${significant(micros(low * 2))})`.padStart(16)} ${String(n).padStart(6)} |${bar}`
  })
  const outcome = c.arms[arm]
  return [[''], [`${SHORT_NAMES[c.metric] ?? c.metric} [us], ${report.arms[arm]?.name}, n=${outcome?.n ?? 0}`], rows]
}

function reproduce(report: Report, options: MailOptions): string[] {
  const names = report.arms.map((arm) => arm.name).join(' ')
  const captures = report.arms.flatMap((arm) => arm.captures)
  const shown = options.full || captures.length <= 4 ? captures : []
  return [
    `Reproduce: tracealyze compare ${names} --format mail`,
    ...(shown.length > 0
      ? ['Raw (sha256):', ...shown.map((c) => `  ${c.sha256.slice(0, 16)}... ${c.path.split('/').slice(-2).join('/')}`)]
      : [`Raw: ${captures.length} recordings, SHA-256 in the table captures (--full lists them)`]),
  ]
}
