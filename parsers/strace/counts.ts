/** Lines that are no row of their own, counted so that the sum is the number of lines. */
import type { Sink } from '../../src/parser.ts'
import { excerpt, STACK_LINE } from './message.ts'

export class Counts {
  /** Lines that resume a call, which are part of the call's row. */
  resumed = 0
  /** Lines that go on with a call that something else interrupted on the terminal. */
  continued = 0
  stacks = 0
  problems = 0
  /** Number of the last line if it has no newline: it may be cut. */
  lastCut = Number.POSITIVE_INFINITY
  private readonly sink: Sink
  private readonly reasons = new Map<string, number>()

  constructor(sink: Sink) {
    this.sink = sink
  }

  skip(reason: string): void {
    if (reason.startsWith(STACK_LINE)) this.stacks++
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
  }

  unparsed(bytes: Uint8Array, start: number, end: number, number: number, lines: number): void {
    this.problems += lines
    const place = { at: `line ${number}`, skipped: lines }
    const text = excerpt(bytes, start, end)
    this.sink.problem(
      number + lines > this.lastCut
        ? { ...place, kind: 'truncated-line', detail: `the log ends in the middle of a line: ${text}` }
        : {
            ...place,
            kind: 'unparsed-line',
            detail: `no line of strace: ${text}`,
            hint: 'let strace write to a file of its own (-o FILE), so that nothing else mixes with it',
          },
    )
  }

  tooLong(number: number): void {
    this.problems++
    this.sink.problem({
      kind: 'long-line',
      at: `line ${number}`,
      detail: 'the line is longer than 1 MiB and was skipped',
      hint: 'record shorter strings (-s 32)',
      skipped: 1,
    })
  }

  /** Hands the counts on. */
  flush(): void {
    if (this.resumed > 0) this.sink.skip('resumed line, joined with its call', this.resumed)
    if (this.continued > 0) this.sink.skip('continued line, joined with its call', this.continued)
    for (const [reason, count] of this.reasons) this.sink.skip(reason, count)
    this.resumed = this.continued = 0
    this.reasons.clear()
  }
}
