/** The comparison for a terminal: tables, colour where the terminal has it. */
import Table from 'cli-table3'
import pc from 'picocolors'
import { count, micros, printable, significant } from '../format.ts'
import { type Comparison, isMeasured, type Report } from '../report.ts'
import { summaryCells } from '../summaries.ts'
import {
  absences,
  absenceText,
  deltaCell,
  factCell,
  flipCell,
  frameRows,
  perFrameCell,
  pText,
  rowName,
  timeRows,
} from './cells.ts'
import { type Footnotes, footnotes } from './footnotes.ts'
import { wrap } from './layout.ts'
import { withTexts } from './plain.ts'

export interface TextOptions {
  readonly width: number
  readonly color: boolean
  readonly full: boolean
}

export function renderText(given: Report, options: TextOptions): string {
  const report = withTexts(given, printable)
  const colors = pc.createColors(options.color)
  const title = (text: string) => colors.bold(text)
  const names = report.arms.map((arm) => arm.name)
  const sentences = (lines: readonly string[]) => lines.flatMap((line) => wrap(`* ${line}`, options.width, '  '))
  const notes = (lines: readonly string[]) => lines.flatMap((line) => wrap(`  ${line}`, options.width, '    '))
  const marks = footnotes()
  const frames = frameRows(report, options.full ? Number.POSITIVE_INFINITY : 5)
  const times = timeRows(report, options.full)
  const sections = [
    title(`${names.join(' -> ')}: ${report.process}`),
    ...sentences(report.results),
    '',
    ...summaryLines(report, options, title),
    title(`Treatment check: fences of ${report.producer}`),
    table(
      ['', ...names],
      report.treatment.map((t) => [t.fact, ...t.values.map(String)]),
      options,
    ),
    '',
    title('Counts (mean per frame, unless the name says otherwise)'),
    table(
      ['', ...names, ...(names.length > 1 ? ['delta'] : [])],
      frames.rows.map((c) => [
        `${rowName(c)}${marks.mark(c)}`,
        ...c.arms.map(perFrameCell),
        ...(names.length > 1 ? [deltaCell(c, false)] : []),
      ]),
      options,
    ),
    ...(frames.hidden > 0 ? [`  (${count(frames.hidden, 'more command')} with --full)`] : []),
    ...notes(absences(report, frames.rows).map(absenceText)),
    '',
    title('Times in us'),
    table(
      ['', 'arm', 'n', 'p50', 'p90', 'p99', 'max'],
      times.flatMap((c) => timeLines(c, names, marks)),
      options,
    ),
    ...notes(absences(report, times).map(absenceText)),
    '',
    title('Flips and checks (shares per 1000)'),
    table(
      ['', ...names, ...(names.length > 1 ? ['delta', 'test'] : [])],
      report.flips
        .filter((c) => c.arms.some(isMeasured))
        .map((c) => [
          `${rowName(c)}${marks.mark(c)}`,
          ...c.arms.map((o) => flipCell(c, o)),
          ...(names.length > 1 ? [deltaCell(c, false), pText(c.evidence)] : []),
        ]),
      options,
    ),
    '',
    title(`Correctness: fences of ${report.producer}, times in us`),
    table(
      ['', ...names],
      report.correctness
        .filter((c) => options.full || c.values.some((v) => typeof v === 'number' && v > 0))
        .map((c) => [c.fact, ...c.values.map((v) => factCell(c.unit, v))]),
      options,
    ),
    '',
    title('Notes and limits'),
    ...marks.lines().flatMap((line) => wrap(line, options.width, '  ')),
    ...sentences(report.limits),
  ]
  return `${sections.join('\n')}\n`
}

/** What strace -c counted, if there is nothing else. */
function summaryLines({ summaries, arms }: Report, options: TextOptions, title: (text: string) => string): string[] {
  if (!summaries) return []
  const [head = [], ...rows] = summaryCells(
    summaries,
    arms.map((arm) => arm.name),
    options.full,
  )
  return [title('Summaries of strace'), table(head, rows, options), ...wrap(summaries.note, options.width), '']
}

function table(head: readonly string[], rows: readonly (readonly string[])[], options: TextOptions): string {
  if (rows.length === 0) return '  none'
  const made = new Table({
    head: [...head],
    style: { head: options.color ? ['cyan'] : [], border: options.color ? ['gray'] : [], compact: true },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  made.push(...rows.map((row) => [...row]))
  return made.toString()
}

function timeLines(c: Comparison, names: readonly string[], marks: Footnotes): string[][] {
  const rows = c.arms.map((o, i) => {
    const head = [i === 0 ? `${rowName(c)}${marks.mark(c)}` : '', names[i] ?? '', String(o.n)]
    if (!isMeasured(o)) return [...head, o.measurable ? 'none' : 'not rec.', '', '', '']
    return [...head, ...[o.p50, o.p90, o.p99, o.max].map((v) => significant(micros(v)))]
  })
  if (c.delta !== undefined) rows.push(['', 'delta', '', deltaCell(c, false), pText(c.evidence), '', ''])
  return rows
}
