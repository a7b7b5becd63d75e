/**
 * The rows as Go benchmark results, one per metric and run, for golang.org/x/perf/cmd/benchstat:
 *
 *     tracealyze compare before after --format benchstat -o both.txt && benchstat -col arm both.txt
 *     tracealyze report before --format benchstat -o before; ... after; benchstat before after
 *
 * The iterations are the observations of the run, the value its typical one: the median of times in ns/op, the mean of
 * the rest. Units say which direction is better where the metric does.
 */
import { ascii } from '../format.ts'
import { allRows, type Comparison, isMeasured, type Report } from '../report.ts'
import { statisticOf } from '../typical.ts'

const UNITS = { ns: 'ns/op', count: 'calls/frame', rate: '1/s', vblanks: 'vblanks/flip', ratio: 'share' } as const

export function renderBenchstat(report: Report): string {
  const [first] = report.arms[0]?.captures ?? []
  const rows = allRows(report).filter((c) => c.arms.some(isMeasured))
  const units = [...new Set(rows.map((c) => c.unit))]
  const head = [
    `goos: linux`,
    ...(first?.machine === undefined ? [] : [`goarch: ${word(first.machine)}`]),
    `pkg: tracealyze`,
    ...units.map(
      (unit) => `Unit ${UNITS[unit]} ${unit === 'ns' || unit === 'ratio' ? 'better=lower' : 'assume=nothing'}`,
    ),
  ]
  const arms = report.arms.flatMap((arm, i) => [
    `arm: ${ascii(arm.name)}`,
    '',
    ...rows.flatMap((c) => results(c, i)),
    '',
  ])
  return `${[...head, ...arms].join('\n').trimEnd()}\n`
}

function results(c: Comparison, arm: number): string[] {
  const outcome = c.arms[arm]
  if (!outcome || !isMeasured(outcome)) return []
  const name = `Benchmark${pascal(c.metric)}${c.group === undefined ? '' : `/${word(c.group)}`}`
  return outcome.perRun.map(
    (run) => `${name} ${run.n} ${plain(statisticOf(c.unit) === 'median' ? run.p50 : run.mean)} ${UNITS[c.unit]}`,
  )
}

const pascal = (name: string): string =>
  name.replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())

/** A name without spaces; a number at the end behind a dash would be taken for GOMAXPROCS. */
const word = (text: string): string =>
  ascii(text)
    .replace(/\s+/g, '_')
    .replace(/-(?=\d+$)/, '_')

/** A number without an exponent. */
const plain = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, ''))
