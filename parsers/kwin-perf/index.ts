/**
 * KWin's own log of frames: `kwin perf statistics OUTPUT.csv`, written with KWIN_LOG_PERFORMANCE_DATA=1. One line per
 * frame, times in ns of CLOCK_MONOTONIC. Source: KWin 6.4 src/core/renderloop.cpp.
 */
import type { Column } from '../../src/batch.ts'
import type { Input, Parser, Sink } from '../../src/parser.ts'
import { kwinFrames } from '../../src/tables.ts'

/** The columns of the log and those of the table. Newer versions add columns behind; others are left out. */
const COLUMNS: Record<string, string> = {
  'target pageflip timestamp': 'target_ts',
  'pageflip timestamp': 'ts',
  'render start': 'render_start_ts',
  'render end': 'render_end_ts',
  'safety margin': 'safety_margin',
  'refresh duration': 'refresh_duration',
  'predicted render time': 'predicted_render_time',
}

const BEGIN = 'target pageflip timestamp,pageflip timestamp,'

export const kwinPerf: Parser = {
  name: 'kwin-perf',
  title: "KWin's own frame log (KWIN_LOG_PERFORMANCE_DATA=1: kwin perf statistics OUTPUT.csv)",
  sniff: (head) => new TextDecoder('latin1').decode(head.subarray(0, BEGIN.length)) === BEGIN,
  parse,
}

const WINDOW = 1 << 20

function* parse(input: Input, sink: Sink): Generator<number> {
  sink.facts({ format: 'kwin perf statistics', recorder: 'kwin', clock: 'mono', clockUnit: 'ns', resolution: 1 })
  let rest = ''
  let line = 0
  let targets: (Column | undefined)[] = []
  for (let at = 0; at < input.size; at += WINDOW) {
    const text = rest + new TextDecoder('latin1').decode(input.read(at, Math.min(WINDOW, input.size - at)))
    const lines = text.split('\n')
    rest = at + WINDOW < input.size ? (lines.pop() ?? '') : ''
    for (const row of lines) {
      line++
      if (line === 1) targets = header(row, sink)
      else if (row.trim() !== '') frame(row.trim().split(','), targets, line, sink)
    }
    yield at
  }
}

function header(row: string, sink: Sink): (Column | undefined)[] {
  const { columns } = sink.table(kwinFrames)
  return row
    .trim()
    .split(',')
    .map((name) => columns.find((c) => c.spec.name === COLUMNS[name.trim()]))
}

function frame(cells: readonly string[], targets: readonly (Column | undefined)[], line: number, sink: Sink): void {
  const writer = sink.table(kwinFrames)
  if (cells.length < targets.length || cells.some((cell) => !/^-?\d{1,18}$/.test(cell.trim()))) {
    const detail = `${cells.length} numbers expected in ${targets.length} columns: a line that is cut or not of this log`
    sink.problem({ kind: 'unparsed-line', at: `line ${line}`, detail, skipped: 1 })
    return
  }
  for (const column of writer.columns) if (column.nulls) column.nulls[writer.row] = 1
  targets.forEach((column, i) => {
    if (!column) return
    ;(column.values as BigInt64Array)[writer.row] = BigInt(cells[i] as string)
    if (column.nulls) column.nulls[writer.row] = 0
  })
  writer.next()
}
