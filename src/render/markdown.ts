/** The comparison for a merge request: every row, tables as GitHub and GitLab take them. */
import { micros, printable, significant } from '../format.ts'
import { type Comparison, isMeasured, type Report } from '../report.ts'
import {
  absences,
  absenceText,
  deltaCell,
  factCell,
  flipCell,
  frameRows,
  framesOf,
  perFrameCell,
  rowName,
  testText,
  timeRows,
} from './cells.ts'
import { type Footnotes, footnotes } from './footnotes.ts'
import { commandOf, methodFields } from './method.ts'

export function renderMarkdown(report: Report): string {
  const names = report.arms.map((arm) => arm.name)
  const compared = names.length > 1
  const notes = footnotes()
  const frames = frameRows(report, Number.POSITIVE_INFINITY).rows
  const times = timeRows(report, true)
  const delta = compared ? ['delta', 'test'] : []
  const differences = (c: Comparison) => (compared ? [deltaCell(c, true), testText(c)] : [])
  const sections = [
    `## ${text(names.join(' -> '))}: ${text(report.process)}`,
    list(report.results),
    heading('Method', table(['', ''], methodFields(report))),
    heading(
      `Treatment check: fences of ${text(report.producer)}`,
      table(
        ['', ...names],
        report.treatment.map((t) => [t.fact.replace('the process', report.process), ...t.values.map(String)]),
      ),
    ),
    heading(
      `Per frame (n = ${report.arms.map((_, i) => framesOf(report, i)).join(' / ')})`,
      table(
        ['', ...names, ...delta],
        frames.map((c) => [name(c, notes), ...c.arms.map(perFrameCell), ...differences(c)]),
      ),
      ...absences(report, frames).map(absenceText).map(text),
    ),
    heading(
      'Times in us',
      table(
        ['', 'arm', 'n', 'p50', 'p90', 'p99', 'max', ...delta],
        times.flatMap((c) => timeLines(c, report, notes)),
      ),
      ...absences(report, times).map(absenceText).map(text),
    ),
    heading(
      'Flips and checks (shares per 1000)',
      table(
        ['', ...names, ...delta],
        report.flips
          .filter((c) => c.arms.some(isMeasured))
          .map((c) => [name(c, notes), ...c.arms.map((o) => flipCell(c, o)), ...differences(c)]),
      ),
    ),
    heading(
      'Correctness (times in us)',
      table(
        ['', ...names],
        report.correctness.map((c) => [c.fact, ...c.values.map((v) => factCell(c.unit, v))]),
      ),
    ),
    heading('Notes and limits', list([...notes.lines(), ...report.limits])),
    heading(
      'Reproduce',
      `    ${printable(commandOf(report, 'markdown'))}`,
      table(
        ['recording', 'SHA-256'],
        report.arms.flatMap((arm) => arm.captures).map((c) => [c.path, c.sha256]),
      ),
    ),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function timeLines(c: Comparison, report: Report, notes: Footnotes): string[][] {
  const last = c.arms.findLastIndex(isMeasured)
  return c.arms.flatMap((o, i) => {
    if (!isMeasured(o)) return []
    const numbers = [o.p50, o.p90, o.p99, o.max].map((v) => significant(micros(v)))
    const delta = report.arms.length < 2 ? [] : i === last ? [deltaCell(c, true), testText(c)] : ['', '']
    return [[name(c, notes), report.arms[i]?.name ?? '', String(o.n), ...numbers, ...delta]]
  })
}

const name = (c: Comparison, notes: Footnotes): string => `${rowName(c)}${notes.mark(c)}`

const heading = (title: string, ...parts: readonly string[]): string =>
  parts.every((part) => part === '') ? '' : [`### ${title}`, ...parts.filter((part) => part !== '')].join('\n\n')

/** Text from a recording: nothing in it is markup. */
const text = (value: string): string => printable(value).replace(/[\\`*_{}[\]<>#|~&]/g, (c) => `\\${c}`)

const list = (lines: readonly string[]): string => lines.map((line) => `- ${text(line)}`).join('\n')

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`
  return [line(head), `| ${head.map((_, i) => (i === 0 ? ':--' : '--:')).join(' | ')} |`, ...rows.map(line)].join('\n')
}
