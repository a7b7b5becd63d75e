/** The comparison as a plain-text mail: ASCII, at most 72 columns, at most 60 lines unless `full` (REPORT.md). */
import { ascii, micros, significant } from '../format.ts'
import { isMeasured, type Report } from '../report.ts'
import { summaryCells } from '../summaries.ts'
import { frameRows, rowName, timeRows } from './cells.ts'
import { footnotes } from './footnotes.ts'
import { columns, wrap } from './layout.ts'
import { correctnessTable, flipLines, latencyTable, perFrameTable, treatmentTable } from './mail-tables.ts'
import { commandOf, methodText } from './method.ts'
import { withTexts } from './plain.ts'

export const WIDTH = 72
const LINES = 60
/** Recordings whose hashes the short form lists. */
const FEW = 4

export interface MailOptions {
  /** Every row and every recording, however long it gets. */
  readonly full: boolean
}

export interface Shape extends MailOptions {
  /** Most frequent commands in the table per frame. */
  readonly commands: number
  readonly histogram: boolean
  /** Rows of the table of times. */
  readonly times: number
  /** Numbered notes and limits. */
  readonly notes: number
  /** Hashes, and facts that no recording tells. */
  readonly details: boolean
}

const ALL = Number.POSITIVE_INFINITY
const EVERYTHING = { commands: ALL, histogram: true, times: ALL, notes: ALL, details: true }
/** What the short form leaves out, step by step, until it fits. It says what it left out. */
const STEPS = [
  { ...EVERYTHING, commands: 5 },
  { ...EVERYTHING, commands: 2 },
  { ...EVERYTHING, commands: 0 },
  ...[ALL, 3, 2].map((notes) => ({ ...EVERYTHING, commands: 0, histogram: false, notes })),
  ...[ALL, 5, 4, 3, 2].map((times) => ({ commands: 0, histogram: false, times, notes: 2, details: false })),
]

export function renderMail(given: Report, options: MailOptions): string {
  const report = withTexts(given, ascii)
  if (options.full) return layOut(report, { ...options, ...EVERYTHING })
  const forms = STEPS.map((step) => layOut(report, { ...options, ...step }))
  return forms.find((text) => text.split('\n').length - 1 <= LINES) ?? cut(forms.at(-1) as string)
}

/** The last resort: labels and reasons so long that nothing else helps. */
const cut = (text: string): string =>
  `${text
    .split('\n')
    .slice(0, LINES - 1)
    .join('\n')}\n(cut at ${LINES} lines; --full has all)\n`

function layOut(report: Report, shape: Shape): string {
  const notes = footnotes()
  const sections = [
    ['Results', '-------', ...report.results.flatMap((sentence) => wrap(`* ${sentence}`, WIDTH, '  '))],
    wrap(methodText(report), WIDTH),
    summaryLines(report, shape),
    treatmentTable(report, shape),
    perFrameTable(report, shape, notes),
    [
      ...latencyTable(report, shape, notes),
      ...flipLines(report, shape, notes),
      ...(shape.full ? [] : correctnessLines(report)),
    ],
    shape.histogram ? histogram(report) : [],
    shape.full ? correctnessTable(report) : [],
    limits(report, shape, notes.lines()),
    reproduce(report, shape),
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${text.join('\n\n')}\n`
}

/** What strace -c counted, if there is nothing else. */
function summaryLines({ summaries, arms }: Report, shape: Shape): string[] {
  if (!summaries) return []
  const names = arms.map((arm) => arm.name)
  return [...columns(summaryCells(summaries, names, shape.full), WIDTH), ...wrap(summaries.note, WIDTH)]
}

function limits(report: Report, shape: Shape, notes: readonly string[]): string[] {
  const all = [...notes, ...report.limits.map((limit) => `- ${limit}`)]
  const shown = all.slice(0, Math.max(shape.notes, notes.length))
  return [notes.length > 0 ? 'Notes and limits' : 'Limits', ...shown.flatMap((text) => wrap(text, WIDTH, '  '))]
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

/** What reviewers ask of the fences, in few lines: the life of a fence, and every fault that is not 0. */
function correctnessLines(report: Report): string[] {
  const value = (fact: string, i: number) => report.correctness.find((c) => c.fact.startsWith(fact))?.values[i]
  const ms = (fact: string, i: number) => significant(Number(value(fact, i)) / 1e6)
  const positive = (v: number | string | undefined): v is number => typeof v === 'number' && v > 0
  const asked = report.correctness.filter((c) => c.isFault && c.unit === 'count')
  return report.arms.flatMap((arm, i) => {
    const list = (facts: typeof asked) => facts.map((c) => `${c.fact} ${c.values[i]}`).join(', ')
    const found = asked.filter((c) => positive(c.values[i]))
    const parts = [
      ...(positive(value('creation to signal, max', i))
        ? [
            `creation to signal p50/p99/max ${['p50', 'p99', 'max'].map((q) => ms(`creation to signal, ${q}`, i)).join('/')} ms` +
              (positive(value('frame period (median)', i)) ? `, frame ${ms('frame period (median)', i)} ms` : ''),
            list(report.correctness.filter((c) => c.fact.startsWith('signalled in ') && positive(c.values[i]))),
          ]
        : []),
      ...(found.length > 0 ? [list(found)] : []),
      ...(positive(value('age of the oldest of them', i))
        ? [`oldest open ${ms('age of the oldest of them', i)} ms`]
        : []),
    ]
    return parts.length === 0 ? [] : wrap(`${report.producer} fences, ${arm.name}: ${parts.join('; ')}.`, WIDTH, '  ')
  })
}

function reproduce(report: Report, shape: Shape): string[] {
  const captures = report.arms.flatMap((arm) => arm.captures)
  const isShort = !shape.full && (captures.length > FEW || !shape.details)
  const hidden = {
    command: frameRows(report, shape.commands).hidden,
    row: Math.max(0, timeRows(report, shape.full).length - shape.times),
    limit: Math.max(0, report.limits.length - shape.notes),
    hash: isShort ? captures.length : 0,
  }
  const left = Object.entries(hidden).flatMap(([what, n]) =>
    n > 0 ? [`${n} ${what}${n === 1 ? '' : what === 'hash' ? 'es' : 's'}`] : [],
  )
  const text = `Reproduce: ${commandOf(report, 'mail')}${left.length > 0 ? `; --full adds ${left.join(', ')}` : ''}`
  const lines = wrap(text, WIDTH, '  ')
  if (isShort) return lines
  const hash = (sha256: string) => (shape.full ? sha256 : sha256.slice(0, 16))
  return [...lines, ...captures.flatMap((c) => wrap(`Raw: ${hash(c.sha256)} ${c.path}`, WIDTH, '  '))]
}
