/** The comparison as a plain-text mail: ASCII, at most 72 columns, about 60 lines (REPORT.md). */
import { ascii, count, micros, significant } from '../format.ts'
import { type Arm, type CaptureSummary, isMeasured, type Report } from '../report.ts'
import {
  absences,
  deltaCell,
  emptyTimes,
  frameRows,
  framesOf,
  perFrameCell,
  pText,
  rowName,
  timeRows,
} from './cells.ts'
import { columns, wrap } from './layout.ts'

const WIDTH = 72
/** Recordings whose hashes the short form lists. */
const FEW = 4

export interface MailOptions {
  /** Every row and every recording, however long it gets. */
  readonly full: boolean
}

/** What the short form leaves out, step by step, until it fits. */
const STEPS = [
  { commands: 5, histogram: true },
  { commands: 2, histogram: true },
  { commands: 0, histogram: true },
  { commands: 0, histogram: false },
]
const LINES = 60

export function renderMail(report: Report, options: MailOptions): string {
  if (options.full) return layOut(report, { ...options, commands: Number.POSITIVE_INFINITY, histogram: true })
  const forms = STEPS.map((step) => layOut(report, { ...options, ...step }))
  return forms.find((text) => text.split('\n').length - 1 <= LINES) ?? (forms.at(-1) as string)
}

interface Shape extends MailOptions {
  readonly commands: number
  readonly histogram: boolean
}

function layOut(report: Report, shape: Shape): string {
  const sections = [
    ['Results', '-------', ...report.results.flatMap((sentence) => wrap(`* ${sentence}`, WIDTH, '  '))],
    setup(report),
    treatmentTable(report, shape),
    perFrameTable(report, shape),
    latencyTable(report, shape),
    shape.histogram ? histogram(report) : [],
    ['Limits', ...report.limits.flatMap((limit) => wrap(`- ${limit}`, WIDTH, '  '))],
    reproduce(report, shape),
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.map(ascii).join('\n'))
  return `${text.join('\n\n')}\n`
}

/** One value where the arms agree, else one per arm. */
function perArm(report: Report, pick: (c: CaptureSummary) => string | number | undefined): string {
  const values = report.arms.map((arm) => [...new Set(arm.captures.map((c) => String(pick(c) ?? 'unknown')))].join('/'))
  return new Set(values).size === 1
    ? (values[0] ?? '')
    : report.arms.map((arm, i) => `${arm.name} ${values[i]}`).join(', ')
}

function setup(report: Report): string[] {
  const sum = (arm: Arm, pick: (c: CaptureSummary) => number) => arm.captures.reduce((total, c) => total + pick(c), 0)
  const arms = (text: (arm: Arm) => string | number) => report.arms.map(text).join(' and ')
  const seconds = (arm: Arm) => {
    const known = arm.captures.flatMap((c) => (c.seconds === undefined ? [] : [c.seconds]))
    return known.length === 0 ? 'an unknown time' : `${significant(known.reduce((a, b) => a + b, 0))} s`
  }
  const text =
    `Kernel ${perArm(report, (c) => c.kernel)}; ${perArm(report, (c) => c.machine)}, ${perArm(report, (c) => c.cpus)} CPUs. ` +
    `${perArm(report, (c) => c.format)}, clock ${perArm(report, (c) => c.clock)}; runs: ${arms((a) => a.captures.length)}, ` +
    `${arms(seconds)}; events: ${arms((a) => sum(a, (c) => c.events))}, lost: ${arms((a) => sum(a, (c) => c.lostEvents))}. ` +
    `Process ${report.process}: dmabuf polls ${arms((a) => sum(a, (c) => c.sync.polls ?? 0))}, ` +
    `EXPORT_SYNC_FILE ${arms((a) => sum(a, (c) => c.sync.exports ?? 0))}, ` +
    `SYNCOBJ ${arms((a) => sum(a, (c) => c.sync.explicit ?? 0))}. ` +
    `Frame boundary: ${perArm(report, (c) => c.marker)}. Board, panel, content, governor: not recorded. ` +
    `tracealyze ${report.version}, queries ${report.queries}.`
  return wrap(text, WIDTH)
}

/** Rows that say nothing unless they are not zero. */
const QUIET = new Set(['signalled', 'destroyed without a signal'])

function treatmentTable(report: Report, shape: Shape): string[] {
  const rows = report.treatment
    .filter((t) => shape.full || !QUIET.has(t.fact) || (t.fact !== 'signalled' && t.values.some((v) => Number(v) > 0)))
    .map((t) => [`  ${t.fact.replace('the process', report.process)}`, ...t.values.map(String)])
  return columns([[`Treatment check (${report.producer})`, ...report.arms.map((a) => a.name)], ...rows], WIDTH, '')
}

function perFrameTable(report: Report, shape: Shape): string[] {
  const { rows, hidden } = frameRows(report, shape.commands)
  const compared = report.arms.length > 1
  const frames = report.arms.map((_, i) => framesOf(report, i))
  if (frames.every((n) => n === 0)) return ['Calls per frame: not measurable, no frame boundary in the recordings.']
  const many = report.arms.some((a) => a.captures.length > 1)
  const title = `Per frame (${many ? 'run means, ' : ''}n=${frames.join('/')})`
  const body = rows.map((c) => [
    `  ${rowName(c)}`,
    ...c.arms.map(perFrameCell),
    ...(compared ? [deltaCell(c, false)] : []),
  ])
  return [
    ...columns([[title, ...report.arms.map((a) => a.name), ...(compared ? ['delta'] : [])], ...body], WIDTH, ''),
    ...(hidden > 0 ? [`  (${count(hidden, 'more command')} with --full)`] : []),
    ...absences(report, rows).flatMap((text) => wrap(text, WIDTH, '  ')),
  ]
}

function latencyTable(report: Report, shape: Shape): string[] {
  const shown = timeRows(report, shape.full)
  const told = absences(report, frameRows(report, shape.commands).rows)
  const table: string[][] = [['Latency [us]', 'arm', 'n', 'p50', 'p90', 'p99', 'max']]
  const deltas = new Map<number, string>()
  for (const c of shown) {
    let name = `  ${rowName(c)}`
    c.arms.forEach((outcome, i) => {
      if (!isMeasured(outcome)) return
      const numbers = [outcome.p50, outcome.p90, outcome.p99, outcome.max].map((v) => significant(micros(v)))
      table.push([name, report.arms[i]?.name ?? '', String(outcome.n), ...numbers])
      name = ''
    })
    if (c.delta !== undefined) {
      deltas.set(table.length, [deltaCell(c, true), pText(c.evidence)].filter((t) => t !== '').join('  '))
      table.push(['', 'delta'])
    }
  }
  const lines = columns(table, WIDTH, '').map((line, i) => (deltas.has(i) ? `${line} ${deltas.get(i)}` : line))
  const notes = [
    ...new Set(
      shown.flatMap((c) => (c.evidence ? [c.evidence.note] : [])).map((note) => note.replace(/blocks of [^,]*, /, '')),
    ),
  ]
  const explained = deltas.size > 0 ? [`delta: of medians, 95 % interval; ~ holds 0. ${notes.join('; ')}.`] : []
  const empty = emptyTimes(report).map(
    (c) => `No ${rowName(c)}: ${[...new Set(c.arms.map((o) => (isMeasured(o) ? '' : o.reason)))].join(' / ')}.`,
  )
  if (shown.length === 0 && empty.length === 0) return []
  const remarks = [...explained, ...absences(report, shown).filter((text) => !told.includes(text)), ...empty]
  return [...(shown.length > 0 ? lines : []), ...remarks.flatMap((text) => wrap(text, WIDTH, '  '))]
}

/** The histogram whose shape says most: signal to wake, else the wait. */
function histogram(report: Report): string[] {
  const c = ['fence_signal_to_wake', 'check_to_wake']
    .map((metric) => report.latencies.find((l) => l.metric === metric && l.arms.some(isMeasured)))
    .find((l) => l !== undefined)
  if (!c) return []
  const i = c.arms.findLastIndex(isMeasured)
  const buckets = c.histograms[i] ?? []
  const most = Math.max(1, ...buckets.map(([, n]) => n))
  const bound = (ns: number) => significant(micros(ns))
  return [
    `${rowName(c)} [us], ${report.arms[i]?.name}, n=${c.arms[i]?.n ?? 0}`,
    ...buckets.map(([low, n]) => {
      const range = `[${bound(low)},${bound(low * 2)})`
      return `${range.padStart(16)} ${String(n).padStart(6)} |${'@'.repeat(Math.ceil((n / most) * 32))}`
    }),
  ]
}

function reproduce(report: Report, shape: Shape): string[] {
  const captures = report.arms.flatMap((arm) => arm.captures)
  const command = report.arms.length > 1 ? 'compare' : 'report'
  const lines = wrap(
    `Reproduce: tracealyze ${command} ${report.arms.map((arm) => arm.name).join(' ')} --format mail`,
    WIDTH,
    '  ',
  )
  if (!shape.full && captures.length > FEW) {
    return [...lines, `Raw: ${captures.length} recordings; their SHA-256: --full, or the table captures`]
  }
  const hash = (c: CaptureSummary) => (shape.full ? c.sha256 : c.sha256.slice(0, 16))
  return [...lines, ...captures.flatMap((c) => wrap(`Raw: ${hash(c)} ${c.path}`, WIDTH, '  '))]
}
