/** The comparison for a terminal: tables, colour where the terminal has it. */
import Table from 'cli-table3'
import pc from 'picocolors'
import { micros, printable, signed, significant } from '../format.ts'
import { type Comparison, isMeasured, type Outcome, type Report } from '../report.ts'
import { typical } from '../typical.ts'
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
      ['', ...names, 'delta'],
      report.perFrame.map((c) => [c.group ?? c.metric, ...c.arms.map(perFrameCell), delta(c)]),
      options,
    ),
    ...why(report.perFrame, options.width),
    '',
    title('Times in us'),
    table(
      ['', 'arm', 'n', 'p50', 'p90', 'p99', 'max'],
      report.latencies.filter((c) => c.unit === 'ns').flatMap((c) => timeRows(c, names)),
      options,
    ),
    ...why(report.latencies, options.width),
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

function perFrameCell(outcome: Outcome): string {
  if (isMeasured(outcome)) return significant(typical('count', outcome))
  return outcome.measurable ? `none (0 of ${outcome.of ?? '?'})` : 'not recorded'
}

const delta = (c: Comparison): string =>
  c.delta === undefined ? '' : signed(c.unit === 'ns' ? micros(c.delta) : c.delta)

function timeRows(c: Comparison, names: readonly string[]): string[][] {
  const label = `${c.metric}${c.group ? `, ${c.group}` : ''}`
  const rows = c.arms.map((o, i) => {
    const head = [i === 0 ? label : '', names[i] ?? '', String(o.n)]
    if (!isMeasured(o)) return [...head, o.measurable ? 'none' : 'not rec.', '', '', '']
    return [...head, ...[o.p50, o.p90, o.p99, o.max].map((v) => significant(micros(v)))]
  })
  if (c.delta !== undefined) rows.push(['', 'delta', '', delta(c), '', '', ''])
  return rows
}

/** The reason of every empty cell, each once. */
function why(rows: readonly Comparison[], width: number): string[] {
  const reasons = rows.flatMap((c) =>
    c.arms.flatMap((o) =>
      isMeasured(o) || o.reason === 'none happened' ? [] : [`${c.group ?? c.metric}: ${o.reason}`],
    ),
  )
  return [...new Set(reasons)].flatMap((reason) => wrap(`  none in ${printable(reason)}`, width, '    '))
}
