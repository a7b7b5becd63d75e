/** The parser of strace's logs and summaries. */
import { TraceError } from '../../src/errors.ts'
import type { Input, Parser, Sink } from '../../src/parser.ts'
import { Lines, PIECE } from '../text/lines.ts'
import { factsOf } from './facts.ts'
import { Log } from './log.ts'
import { sniffStrace } from './sniff.ts'

export const strace: Parser = {
  name: 'strace',
  title: "strace's logs (-f, -t, -T, -y, -i, -k...) and summaries (-c, -C)",
  sniff: sniffStrace,
  parse: (input, sink) => parseStrace(input, sink),
}

/** Lines read between two looks at the outside (storage, progress, Ctrl-C). */
const LINES_PER_STEP = 50_000
/** And bytes: new texts are kept until then. */
const BYTES_PER_STEP = 8 << 20

export function* parseStrace(input: Input, sink: Sink): Generator<number> {
  const log = new Log(sink)
  const lines = new Lines(input, () => log.settle(), PIECE, true)
  let done = 0
  while (lines.next()) {
    const { number } = lines
    if (!lines.complete) log.counts.lastCut = number
    if (lines.cut) {
      log.counts.tooLong(number)
      lines.skipRest()
    } else log.line(lines.window, lines.start, lines.end, number)
    if (number % LINES_PER_STEP === 0 || lines.done - done >= BYTES_PER_STEP) {
      done = lines.done
      log.counts.flush()
      yield done
    }
  }
  log.finish()
  if (lines.number > 0 && log.counts.problems === lines.number) {
    throw new TraceError(`none of ${lines.number} lines is one that strace prints`, {
      hint: 'give the file that strace wrote with -o, or its standard error',
    })
  }
  const { clock } = log.leader
  if (clock.others > 0) {
    sink.problem({
      kind: 'other-time-stamps',
      at: `line ${clock.firstOther}`,
      detail: `${clock.others} lines have a time stamp of another kind than the first line; their ts is NULL`,
      hint: 'ingest runs that were recorded with different options as separate files',
    })
  }
  if (clock.setBacks > 0) {
    sink.problem({
      kind: 'clock-set-back',
      at: `line ${clock.firstSetBack}`,
      detail: `the time of day goes back by half an hour or more (${clock.setBacks} x): intervals across that are wrong`,
      hint: 'record with -ttt, which knows no daylight saving time',
    })
  }
  sink.facts(factsOf(log))
  yield lines.done
}
