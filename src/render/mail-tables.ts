/** The tables of the mail form. */
import { micros, significant } from '../format.ts'
import { type Comparison, holdsZero, isMeasured, type Report } from '../report.ts'
import {
  type Absence,
  absences,
  absenceText,
  deltaCell,
  emptyTimes,
  factCell,
  flipCell,
  frameRows,
  framesOf,
  perFrameCell,
  rowName,
  testText,
  timeRows,
} from './cells.ts'
import type { Footnotes } from './footnotes.ts'
import { columns, wrap } from './layout.ts'
import { type Shape, WIDTH } from './mail.ts'
import { shortName } from './plain.ts'

/** Rows that say nothing unless they are not zero. */
const QUIET = new Set(['signalled', 'destroyed without a signal'])

export function treatmentTable(report: Report, shape: Shape): string[] {
  const rows = report.treatment
    .filter((t) => shape.full || !QUIET.has(t.fact) || (t.fact !== 'signalled' && t.values.some((v) => Number(v) > 0)))
    .filter((t) => shape.details || t.values.some((v) => v !== 'not traced'))
    .map((t) => [`  ${t.fact.replace('the process', report.process)}`, ...t.values.map(String)])
  return columns(
    [[`Treatment check (${report.producer})`, ...report.arms.map((a) => shortName(a.name))], ...rows],
    WIDTH,
    '',
  )
}

export function perFrameTable(report: Report, shape: Shape, notes: Footnotes): string[] {
  const { rows } = frameRows(report, shape.commands)
  const compared = report.arms.length > 1
  const frames = report.arms.map((_, i) => framesOf(report, i))
  if (frames.every((n) => n === 0)) return ['Calls per frame: not measurable, no frame boundary in the recordings.']
  const many = report.arms.some((a) => a.captures.length > 1)
  const title = `Per frame (${many ? 'run means, ' : ''}n=${frames.join('/')})`
  const body = rows.map((c) => [
    `  ${rowName(c)}${notes.mark(c)}`,
    ...c.arms.map(perFrameCell),
    ...(compared ? [deltaCell(c, false)] : []),
  ])
  return [
    ...columns(
      [[title, ...report.arms.map((a) => shortName(a.name)), ...(compared ? ['delta'] : [])], ...body],
      WIDTH,
      '',
    ),
    ...absences(report, rows).flatMap((a) => wrap(absenceText(a), WIDTH, '  ')),
  ]
}

export function latencyTable(report: Report, shape: Shape, notes: Footnotes): string[] {
  const shown = foremost(timeRows(report, shape.full), shape.times)
  const told = absences(report, frameRows(report, shape.commands).rows)
  const isTold = (a: Absence) =>
    told.some((t) => t.arm === a.arm && t.reason === a.reason && t.names.join() === a.names.join())
  const lines = timeTable(report, shown, notes)
  const empty = emptyTimes(report).map(
    (c) => `No ${rowName(c)}: ${[...new Set(c.arms.map((o) => (isMeasured(o) ? '' : o.reason)))].join(' / ')}.`,
  )
  if (shown.length === 0 && empty.length === 0) return []
  const remarks = [
    ...explain(report, shown),
    ...absences(report, shown)
      .filter((a) => !isTold(a))
      .map(absenceText),
    ...empty,
  ]
  return [...lines, ...remarks.flatMap((text) => wrap(text, WIDTH, '  '))]
}

/** What a reviewer asks for first, where there is no room for all. */
const FOREMOST = ['fence_late_block', 'fence_signal_to_wake', 'export_sync_file_latency', 'check_to_wake']

/** The `n` rows that say most, in the order of the report. */
function foremost(rows: readonly Comparison[], n: number): Comparison[] {
  const rank = (c: Comparison) => (c.role === 'primary' ? -1 : (FOREMOST.indexOf(c.metric) + 9) % 9)
  const kept = new Set(rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, n))
  return rows.filter((c) => kept.has(c))
}

/** Two lines per row, and a third with the difference. Long names are shortened where the table would be too wide. */
function timeTable(report: Report, shown: readonly Comparison[], notes: Footnotes): string[] {
  if (shown.length === 0) return []
  const table: string[][] = [['Latency [us]', 'arm', 'n', 'p50', 'p90', 'p99', 'max']]
  const deltas = new Map<number, string>()
  for (const c of shown) {
    let name = `  ${rowName(c)}${c.delta === undefined ? notes.mark(c) : ''}`
    c.arms.forEach((outcome, i) => {
      if (!isMeasured(outcome)) return
      const numbers = [outcome.p50, outcome.p90, outcome.p99, outcome.max].map((v) => significant(micros(v)))
      table.push([name, shortName(report.arms[i]?.name ?? ''), String(outcome.n), ...numbers])
      name = ''
    })
    if (c.delta === undefined) continue
    const parts = [deltaCell(c, true), testText(c)].filter((t) => t !== '')
    deltas.set(table.length, `    delta ${parts.join('  ')}${notes.mark(c)}`)
    table.push([])
  }
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => (row[i] ?? '').length))) ?? []
  const isWide = widths.reduce((sum, w) => sum + w, 2 * (widths.length - 1)) > WIDTH
  const rows = isWide ? table.map((row) => row.map((cell) => cell.replace('EXPORT_SYNC_FILE, ', 'EXPORT, '))) : table
  return columns(rows, WIDTH, '').map((line, i) => deltas.get(i) ?? line)
}

/** What the columns of the differences mean. */
function explain(report: Report, shown: readonly Comparison[]): string[] {
  const compared = shown.filter((c) => c.evidence)
  if (compared.length === 0) return []
  const methods = [...new Set(compared.map((c) => (c.evidence?.note ?? '').replace(/blocks of [^,]*, /, '')))]
  const tested = [...report.perFrame, ...report.latencies, ...report.flips].filter(
    (c) => c.role === 'exploratory' && c.evidence?.p !== undefined,
  )
  const named =
    report.primary === undefined ? 'No primary named: all p exploratory' : 'Other p than the primary are exploratory'
  const family = tested.length === 0 ? '' : ` ${named}; Holm over ${tested.length} rows.`
  return [`delta (after - before) of run medians; ~: 95 % interval holds 0. ${methods.join('; ')}.${family}`]
}

const FLIP_NAMES: Readonly<Record<string, string>> = {
  late_flips: 'Late flips per 1000',
  missed_vblanks: 'Missed vblanks per 1000 flips',
  vblanks_per_flip: 'Vblanks per flip, mean',
  check_verdicts: 'Checks per 1000',
}

/** Rows about flips and checks; the short form leaves out those that differ in nothing. */
export function flipLines(report: Report, shape: Shape, notes: Footnotes): string[] {
  const isSame = (c: Comparison) =>
    c.delta !== undefined && (c.delta === 0 || (c.evidence !== undefined && holdsZero(c.evidence)))
  return report.flips
    .filter((c) => c.arms.some(isMeasured))
    .filter((c) => shape.full || !c.detail)
    .filter((c) => shape.full || (c.metric === 'late_flips' && c.group === '1 refresh or more') || !isSame(c))
    .flatMap((c) => {
      const name = FLIP_NAMES[c.metric] ?? c.metric
      const cells = c.arms.map((o) => flipCell(c, o)).join(' -> ')
      const isTested = c.evidence?.p !== undefined
      const sign = c.evidence && holdsZero(c.evidence) ? '  ~' : ''
      const none = isTested || c.delta === undefined ? sign : `, delta ${deltaCell(c, true)}`
      const test = testText(c)
      const text = `${name}${c.group ? ` (${c.group})` : ''}: ${cells}${none}${test ? `  ${test}` : ''}${notes.mark(c)}`
      return wrap(text, WIDTH, '  ')
    })
}

export const correctnessTable = (report: Report): string[] =>
  columns(
    [
      [`Fences of ${report.producer} (times in us)`, ...report.arms.map((a) => shortName(a.name))],
      ...report.correctness.map((c) => [`  ${c.fact}`, ...c.values.map((v) => factCell(c.unit, v))]),
    ],
    WIDTH,
    '',
  )
