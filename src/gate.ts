/** --fail-over: which rows rose by more than they may. */
import { TraceError } from './errors.ts'
import { significant } from './format.ts'
import { allRows, type Comparison, holdsZero, type Report, rowKey } from './report.ts'
import type { Gate } from './report-options.ts'
import { typicalOf } from './typical.ts'

/**
 * One sentence per row that is over. A row is over when the typical value of the second arm is above the first's by
 * more than the percentage, and the interval of the difference, if there is one, excludes 0. Throws where no row of
 * the gate can be compared: a check that checks nothing must not pass.
 */
export function rowsOver(report: Report, gates: readonly Gate[]): string[] {
  return gates.flatMap((gate) => {
    const rows = allRows(report).filter((c) => c.metric === gate.row || rowKey(c) === gate.row)
    const known = rows.filter((c) => c.arms.every((outcome) => typicalOf(c.unit, outcome) !== undefined))
    if (known.length === 0) {
      throw new TraceError(`--fail-over ${gate.row}: there is nothing to compare`, {
        hint: 'one arm has no such observation; the report says why',
      })
    }
    return known.flatMap((c) => isOver(c, gate.percent))
  })
}

function isOver(c: Comparison, percent: number): string[] {
  const before = typicalOf(c.unit, c.arms[0]) ?? 0
  const after = typicalOf(c.unit, c.arms[1]) ?? 0
  const rose = after > before && (before === 0 || (after / before - 1) * 100 > percent)
  if (!rose || (c.evidence && holdsZero(c.evidence))) return []
  const by = before === 0 ? 'from 0' : `by ${significant((after / before - 1) * 100)} %`
  const unit =
    c.unit === 'ratio' ? '' : ` ${c.unit === 'count' ? 'per frame' : c.unit === 'rate' ? 'per second' : c.unit}`
  return [`${rowKey(c)} rose ${by}: ${significant(before)} -> ${significant(after)}${unit} (allowed: ${percent} %)`]
}
