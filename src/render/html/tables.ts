/** The tables of the page. Every row carries the SQL of its numbers. */
import type { Detail } from '../../detail.ts'
import { micros, shareText, significant } from '../../format.ts'
import { type Comparison, holdsZero, isMeasured, type Report } from '../../report.ts'
import { typical } from '../../typical.ts'
import { deltaCell, factCell, flipCell, frameRows, perFrameCell, rowName, testText, timeRows } from '../cells.ts'
import type { Footnotes } from '../footnotes.ts'
import { escapeHtml, escapeLines } from './escape.ts'

/** A cell that is HTML already. */
interface Html {
  readonly html: string
}

type Cell = string | Html

const cellHtml = (cell: Cell): string => (typeof cell === 'string' ? escapeHtml(cell) : cell.html)

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  if (rows.length === 0) return '<p class="none">none</p>'
  const line = (cells: readonly Cell[]) =>
    `<tr>${cells.map((cell, i) => (i === 0 ? `<th scope="row">${cellHtml(cell)}</th>` : `<td>${cellHtml(cell)}</td>`)).join('')}</tr>`
  return `<table><thead><tr>${head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(line).join('\n')}</tbody></table>`
}

/** The SQL, one click away. */
export const sqlOf = (sql: string | undefined): string =>
  sql === undefined ? '' : `<details class="sql"><summary>SQL</summary><pre>${escapeLines(sql)}</pre></details>`

export interface TableContext {
  readonly report: Report
  readonly detail: Detail
  readonly notes: Footnotes
}

function nameCell(c: Comparison, { detail, notes }: TableContext): Html {
  const sql = detail.metrics.find((m) => m.name === c.metric)?.sql
  const mark = notes.mark(c)
  const primary = c.role === 'primary' ? ' <b>primary</b>' : ''
  return {
    html: `<span title="${escapeHtml(c.title)}">${escapeHtml(rowName(c))}</span>${primary}${mark === '' ? '' : `<sup>${escapeHtml(mark.trim())}</sup>`} ${sqlOf(sql)}`,
  }
}

const differences = (c: Comparison, report: Report): string[] =>
  report.arms.length > 1 ? [deltaCell(c, true), testText(c)] : []

const deltaHead = (report: Report): string[] => (report.arms.length > 1 ? ['delta [95 % interval]', 'test'] : [])

/** Rows whose difference is seen: the interval excludes 0, or one arm has nothing. In the order of the report. */
export function changes(context: TableContext): string {
  const { report } = context
  if (report.arms.length < 2) return ''
  const rows = [
    ...frameRows(report, 5).rows,
    ...timeRows(report, false),
    ...report.flips.filter((c) => c.arms.some(isMeasured)),
  ]
  const isChanged = (c: Comparison) =>
    c.delta === undefined
      ? c.arms.some(isMeasured) && c.arms.every((o) => isMeasured(o) || o.measurable)
      : c.delta !== 0 && c.evidence?.low !== undefined && !holdsZero(c.evidence)
  const seen = rows.filter(isChanged)
  const none = rows.filter((c) => c.delta !== undefined && !isChanged(c))
  const body = seen.map((c) => [
    nameCell(c, context),
    unitOf(c),
    ...c.arms.map((_, i) => typicalCell(c, i)),
    ...differences(c, report),
  ])
  return `<h2>What changed</h2>
${table(['', 'unit', ...report.arms.map((a) => a.name), ...deltaHead(report)], body)}
${none.length > 0 ? `<p>No difference seen in: ${escapeHtml(none.map(rowName).join('; '))}.</p>` : ''}`
}

export const unitOf = (c: Comparison): string =>
  ({ ns: 'us, median', count: 'per frame', rate: 'per second', vblanks: 'vblanks per flip', ratio: 'per 1000' })[c.unit]

function typicalCell(c: Comparison, arm: number): string {
  const outcome = c.arms[arm]
  if (!outcome) return ''
  if (c.unit === 'count' || c.unit === 'rate') return perFrameCell(outcome)
  if (c.unit !== 'ns') return flipCell(c, outcome)
  return isMeasured(outcome)
    ? significant(micros(typical('ns', outcome)))
    : outcome.measurable
      ? 'none'
      : 'not recorded'
}

export function frameTable(context: TableContext): string {
  const { report } = context
  const { rows } = frameRows(report, Number.POSITIVE_INFINITY)
  return table(
    ['', ...report.arms.map((a) => a.name), ...deltaHead(report)],
    rows.map((c) => [nameCell(c, context), ...c.arms.map(perFrameCell), ...differences(c, report)]),
  )
}

export function timeTable(context: TableContext): string {
  const { report } = context
  const rows = timeRows(report, true).flatMap((c) => {
    const last = c.arms.findLastIndex(isMeasured)
    const first = c.arms.findIndex(isMeasured)
    return c.arms.flatMap((o, i): Cell[][] => {
      if (!isMeasured(o)) return []
      const numbers = [o.p50, o.p90, o.p99, o.max].map((v) => significant(micros(v)))
      const delta = report.arms.length < 2 ? [] : i === last ? differences(c, report) : ['', '']
      return [
        [
          i === first ? nameCell(c, context) : '',
          report.arms[i]?.name ?? '',
          String(o.n),
          String(o.runs),
          ...numbers,
          ...delta,
        ],
      ]
    })
  })
  return table(['', 'arm', 'n', 'runs', 'p50', 'p90', 'p99', 'max', ...deltaHead(report)], rows)
}

export function flipTable(context: TableContext): string {
  const { report } = context
  return table(
    ['', 'unit', ...report.arms.map((a) => a.name), ...deltaHead(report)],
    report.flips
      .filter((c) => c.arms.some(isMeasured))
      .map((c) => [nameCell(c, context), unitOf(c), ...c.arms.map((o) => flipCell(c, o)), ...differences(c, report)]),
  )
}

export function treatmentTable({ report }: TableContext): string {
  return table(
    ['', ...report.arms.map((a) => a.name)],
    report.treatment.map((t) => [t.fact.replace('the process', report.process), ...t.values.map(String)]),
  )
}

export function shareTable({ report }: TableContext): string {
  return table(
    ['', ...report.arms.map((a) => a.name)],
    report.shares.map((s) => [s.fact, ...s.values.map((v) => (v === undefined ? '-' : shareText(v)))]),
  )
}

export function correctnessTable({ report }: TableContext): string {
  return table(
    ['', ...report.arms.map((a) => a.name)],
    report.correctness.map((c) => [
      c.unit === 'ns' ? `${c.fact} [us]` : c.fact,
      ...c.values.map((v): Cell => {
        const text = escapeHtml(factCell(c.unit, v))
        return { html: c.isFault && typeof v === 'number' && v > 0 ? `<b class="look">${text}</b>` : text }
      }),
    ]),
  )
}
