/** The comparison for a patch's own message: 12 lines of at most 75 columns, ASCII, no line that git takes for its own. */
import { ascii, micros, significant } from '../format.ts'
import { type Comparison, isMeasured, type Report } from '../report.ts'
import { typical } from '../typical.ts'
import { deltaCell, frameRows, perFrameCell, rowName, timeRows } from './cells.ts'
import { columns, wrap } from './layout.ts'
import { shortName, withTexts } from './plain.ts'

const WIDTH = 75
const LINES = 12
const UNITS = { ns: 'us', count: '/frame', rate: '/s', vblanks: 'vblanks', ratio: '/1000' } as const

export function renderCommit(given: Report): string {
  const report = withTexts(given, ascii)
  const arms = report.arms.map((arm) => shortName(arm.name))
  const compared = arms.length > 1
  const runs = report.arms.map((arm) => arm.captures.length).join('v')
  const kernels = [...new Set(report.arms.flatMap((arm) => arm.captures.map((c) => c.kernel ?? 'unknown kernel')))]
  const closing = wrap(
    `tracealyze ${report.version}, queries ${report.queries}, ${report.process}, ${kernels.join(' and ')}, ${runs} runs; ` +
      `times: medians of run medians${compared ? ' [95 % interval], ~: it holds 0.' : '.'}`,
    WIDTH,
  )
  const head = ['', ...arms, ...(compared ? ['delta'] : [])]
  const created = report.treatment.find((t) => t.fact === 'fences created')
  const rows = [
    ...(created ? [[`${report.producer} fences created`, ...created.values.map(String)]] : []),
    ...chosen(report).map((c) => [
      `${rowName(c)
        .replace('EXPORT_SYNC_FILE, ', 'EXPORT, ')
        .replace(/^late flips.*/, 'late flips')} [${UNITS[c.unit]}]`,
      ...c.arms.map((_, i) => cell(c, i)),
      ...(compared ? [deltaCell(c, c.unit === 'ns')] : []),
    ]),
  ]
  const table = columns([head, ...rows].slice(0, LINES - closing.length - 1), WIDTH, '  ')
  return `${[...table, '', ...closing]
    .map((line) => line.replace(/^(#|---|diff )/, ' $1'))
    .slice(0, LINES)
    .join('\n')}\n`
}

/** The primary first, then what says most: calls, late flips, the waits. */
function chosen(report: Report): Comparison[] {
  const flips = report.flips.filter((c) => c.arms.some(isMeasured) && c.metric === 'late_flips').slice(0, 1)
  const times = timeRows(report, false).filter((c) => c.metric !== 'frame_interval' && c.metric !== 'fence_early_slack')
  const rows = [...frameRows(report, 0).rows.filter((c) => c.group !== 'poll(dmabuf, timeout 0)'), ...flips, ...times]
  return [...rows.filter((c) => c.role === 'primary'), ...rows.filter((c) => c.role !== 'primary')]
}

function cell(c: Comparison, arm: number): string {
  const outcome = c.arms[arm]
  if (!outcome) return ''
  if (c.unit === 'count') return perFrameCell(outcome).replace(/ \(.*/, '')
  if (!isMeasured(outcome)) return outcome.measurable ? 'none' : '-'
  return c.unit === 'ns' ? significant(micros(typical('ns', outcome))) : significant(outcome.mean * 1000)
}
