/**
 * The rows of the comparison as CSV (RFC 4180, UTF-8, a header line), one line per row, arm and recording, and one for
 * all recordings of an arm. Fields, in this order; new ones are added at the end:
 *
 *     format                    of these fields: 1
 *     metric, group             the row; group is empty for a metric without
 *     unit, better              ns, count, rate, vblanks, ratio; lower, higher, none
 *     role                      primary, exploratory
 *     arm                       name of the arm
 *     scope                     arm (all its recordings), run (one of them)
 *     run, capture              of scope run, else empty
 *     n, runs                   observations; recordings that have any
 *     min, p50, p90, p99, max, mean    in the unit; scope run has p50 and mean only
 *     typical                   median of the runs' p50 (ns) or mean (else); scope arm only
 *     delta, low, high, level, p, p_holm    second arm - first, its interval, test: only on the second arm's line
 *     method                    how delta was judged; where n is 0: why there is nothing
 *     warnings                  separated by "; "
 */
import { allRows, type Comparison, isMeasured, type Report } from '../report.ts'
import { typical } from '../typical.ts'

const FORMAT = 1

const FIELDS = [
  ...['format', 'metric', 'group', 'unit', 'better', 'role', 'arm', 'scope', 'run', 'capture', 'n', 'runs'],
  ...['min', 'p50', 'p90', 'p99', 'max', 'mean', 'typical'],
  ...['delta', 'low', 'high', 'level', 'p', 'p_holm', 'method', 'warnings'],
] as const

type Cells = Partial<Record<(typeof FIELDS)[number], string | number | undefined>>

export function renderCsv(report: Report): string {
  const lines = allRows(report).flatMap((c) => rowLines(c, report))
  return [FIELDS.join(','), ...lines.map((cells) => FIELDS.map((field) => cell(cells[field])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('')
}

function rowLines(c: Comparison, report: Report): Cells[] {
  const { metric, group, unit, better, role } = c
  return c.arms.flatMap((outcome, i): Cells[] => {
    const head: Cells = { format: FORMAT, metric, group, unit, better, role, arm: report.arms[i]?.name ?? '' }
    const warnings = c.warnings.join('; ')
    if (!isMeasured(outcome)) return [{ ...head, scope: 'arm', n: 0, runs: 0, method: outcome.reason, warnings }]
    const { n, runs, min, p50, p90, p99, max, mean, perRun } = outcome
    const { low, high, level, p, adjusted, note } = (i === 1 ? c.evidence : undefined) ?? {}
    const judged: Cells = i === 1 ? { delta: c.delta, low, high, level, p, p_holm: adjusted, method: note } : {}
    return [
      {
        ...head,
        scope: 'arm',
        n,
        runs,
        min,
        p50,
        p90,
        p99,
        max,
        mean,
        typical: typical(unit, outcome),
        ...judged,
        warnings,
      },
      ...perRun.map(
        (r): Cells => ({ ...head, scope: 'run', run: r.run, capture: r.capture, n: r.n, p50: r.p50, mean: r.mean }),
      ),
    ]
  })
}

/** Texts from a recording that a spreadsheet would take for a formula begin with an apostrophe. */
function cell(value: string | number | undefined): string {
  if (value === undefined || typeof value === 'number') return String(value ?? '')
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
