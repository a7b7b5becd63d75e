/**
 * The rows as compare-mmtests.pl of the kernel's MMTests prints them: `value ( 0.00%)` for the first arm,
 * `value ( 1.23%)` for the others, `* 1.23%*` where the difference is significant (the interval excludes 0, or p after
 * Holm's correction is below 0.05 where there is one). Positive = better: lower, unless the metric's header says higher
 * is better; metrics that say neither are counted as if lower were better, and marked with a `-` before their name.
 * A percentage of 0 is `new`.
 */
import { ascii, significant } from '../format.ts'
import { allRows, type Comparison, type Distribution, holdsZero, isMeasured, type Report, rowKey } from '../report.ts'
import { typical } from '../typical.ts'

const UNITS = { ns: 'ns', count: 'calls', rate: 'per_s', vblanks: 'vblanks', ratio: 'share' } as const

type Line = readonly [label: string, of: (d: Distribution, unit: Comparison['unit']) => number]

/** What is shown of a time and of the rest. */
const TIMES: readonly Line[] = [
  ['Min', (d) => d.min],
  ['Amean', (d) => d.mean],
  ['p50', (d, unit) => typical(unit, d)],
  ['p99', (d) => d.p99],
  ['Max', (d) => d.max],
]
const OTHERS: readonly Line[] = [['Amean', (d, unit) => typical(unit, d)]]
/** The line that the interval and the test are about. */
const TESTED = { ns: 'p50', count: 'Amean', rate: 'Amean', vblanks: 'Amean', ratio: 'Amean' } as const

export function renderMmtests(report: Report): string {
  const rows = allRows(report).filter((c) => c.arms.some(isMeasured))
  const table = rows.flatMap((c) =>
    (c.unit === 'ns' ? TIMES : OTHERS).map((line) => [
      line[0].padEnd(6) +
        `${c.better === 'none' ? '-' : ''}${ascii(rowKey(c)).replace(/\s+/g, '_')} [${UNITS[c.unit]}]`,
      ...c.arms.map((_, i) => cell(c, i, line)),
    ]),
  )
  const head = ['', ...report.arms.map((arm) => ascii(arm.name))]
  const widths = head.map((_, i) => Math.max(...[head, ...table].map((row) => (row[i] ?? '').length)))
  const layOut = (row: readonly string[]) =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  ')
  return `${[head, ...table].map((row) => layOut(row).trimEnd()).join('\n')}\n`
}

function cell(c: Comparison, arm: number, [label, of]: Line): string {
  const [first] = c.arms
  const outcome = c.arms[arm]
  if (!outcome || !isMeasured(outcome)) return `${outcome?.measurable ? 'none' : '-'} (        )`
  const value = of(outcome, c.unit)
  if (arm === 0) return `${significant(value)} (   0.00%)`
  const base = first && isMeasured(first) ? of(first, c.unit) : 0
  if (base === 0) return `${significant(value)} (${(value === 0 ? '0.00%' : 'new').padStart(8)})`
  const gain = ((c.better === 'higher' ? value - base : base - value) / base) * 100
  const text = `${gain.toFixed(2)}%`.padStart(8)
  const isMarked = label === TESTED[c.unit] && isSignificant(c)
  return isMarked ? `${significant(value)} *${text}*` : `${significant(value)} (${text})`
}

function isSignificant(c: Comparison): boolean {
  const { low, p, adjusted } = c.evidence ?? {}
  if (p !== undefined) return (adjusted ?? p) < 0.05
  return c.evidence !== undefined && low !== undefined && !holdsZero(c.evidence)
}
