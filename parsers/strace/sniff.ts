/** Whether bytes are a log of strace: the parser itself says. */
import { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import type { TableSpec } from '../../src/schema.ts'
import { Strings } from '../../src/strings.ts'
import { withoutColors } from '../text/colors.ts'
import { firstLines } from '../text/lines.ts'
import { Window } from '../text/window.ts'
import { Log } from './log.ts'

const LINES = 400

/** Most logs have nothing else; one that was written to a terminal may be mixed with much output of the program. */
const FOREIGN_LINES_PER_ROW = 3

/** What binary files have and logs have not, though a program may print a NUL into them; archives of logs have it too. */
const PADDING = Buffer.alloc(8)

export function sniffStrace(head: Uint8Array): boolean {
  const bytes = withoutColors(new Uint8Array(head.buffer, head.byteOffset, head.byteLength))
  if (Buffer.from(head.buffer, head.byteOffset, head.byteLength).includes(PADDING)) return false
  const log = new Log(nowhere())
  const window = new Window(bytes)
  let number = 0
  for (const [start, end] of firstLines(bytes, LINES)) log.line(window, start, end, ++number)
  log.finish()
  return log.rows > 0 && log.counts.problems <= FOREIGN_LINES_PER_ROW * log.rows
}

/** A sink that keeps nothing. */
function nowhere(): Sink {
  const writers = new Map<TableSpec, RowWriter>()
  return {
    known: [],
    strings: new Strings(),
    table(spec) {
      const writer = writers.get(spec) ?? new RowWriter(spec, () => {})
      writers.set(spec, writer)
      return writer
    },
    problem() {},
    facts() {},
    skip() {},
  }
}
