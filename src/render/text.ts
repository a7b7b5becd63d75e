/** The comparison for a terminal: tables, colour where the terminal has it. */
import Table from 'cli-table3'
import pc from 'picocolors'
import { count, micros, printable, significant } from '../format.ts'
import { type Comparison, isMeasured, type Report } from '../report.ts'
import { absences, deltaCell, frameRows, perFrameCell, pText, rowName, timeRows } from './cells.ts'
import { wrap } from './layout.ts'

export interface TextOptions {
  readonly width: number
  readonly color: boolean
  readonly full: boolean
}

export function renderText(report: Report, options: TextOptions): string {
  const colors = pc.createColors(options.color)
  const title = (text: string) => colors.bold(text)
  const names = report.arms.map((arm) => arm.name)
  const sentences = (lines: readonly string[]) =>
    lines.flatMap((line) => wrap(`* ${printable(line)}`, options.width, '  '))
  const notes = (lines: readonly string[]) =>
    lines.flatMap((line) => wrap(`  ${printable(line)}`, options.width, '    '))
  const frames = frameRows(report, options.full ? Number.POSITIVE_INFINITY : 5)
  const times = timeRows(report, options.full)
  const sections = [
    title(`${names.join(' -> ')}: ${report.process}`),
    ...sentences(report.results),
    '',
    title(`Treatment check: fences of ${report.producer}`),
    table(
      ['', ...names],
      report.treatment.map((t) => [t.fact, ...t.values.map(String)]),
      options,
    ),
    '',
    title('Calls per frame (mean)'),
    table(
      ['', ...names, ...(names.length > 1 ? ['delta'] : [])],
      frames.rows.map((c) => [
        rowName(c),
        ...c.arms.map(perFrameCell),
        ...(names.length > 1 ? [deltaCell(c, false)] : []),
      ]),
      options,
    ),
    ...(frames.hidden > 0 ? [`  (${count(frames.hidden, 'more command')} with --full)`] : []),
    ...notes(absences(report, frames.rows)),
    '',
    title('Times in us'),
    table(
      ['', 'arm', 'n', 'p50', 'p90', 'p99', 'max'],
      times.flatMap((c) => timeLines(c, names)),
      options,
    ),
    ...notes(absences(report, times)),
    '',
    title('Limits'),
    ...sentences(report.limits),
  ]
  return `${sections.join('\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[], options: TextOptions): string {
  const made = new Table({
    head: [...head],
    style: { head: options.color ? ['cyan'] : [], border: options.color ? ['gray'] : [], compact: true },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  made.push(...rows.map((row) => row.map(printable)))
  return made.toString()
}

function timeLines(c: Comparison, names: readonly string[]): string[][] {
  const rows = c.arms.map((o, i) => {
    const head = [i === 0 ? rowName(c) : '', names[i] ?? '', String(o.n)]
    if (!isMeasured(o)) return [...head, o.measurable ? 'none' : 'not rec.', '', '', '']
    return [...head, ...[o.p50, o.p90, o.p99, o.max].map((v) => significant(micros(v)))]
  })
  if (c.delta !== undefined) rows.push(['', 'delta', '', deltaCell(c, false), pText(c.evidence), '', ''])
  return rows
}
