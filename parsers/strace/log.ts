/** Reads the lines of a log, one after the other. */
import type { Sink } from '../../src/parser.ts'
import { DASH, PLUS } from '../text/bytes.ts'
import { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import { beginsCall, CallLines } from './call-lines.ts'
import { Counts } from './counts.ts'
import { EventWriter, endedProcess, isExit, supersededThread } from './event.ts'
import { Leader } from './leader.ts'
import { OtherLines } from './other-lines.ts'
import { Stacks } from './stacks.ts'
import { SummaryReader } from './summary.ts'

export class Log {
  readonly leader: Leader
  readonly lines: CallLines
  readonly events: EventWriter
  readonly summary: SummaryReader
  readonly stacks: Stacks
  readonly counts: Counts
  private readonly others: OtherLines
  private readonly time = new Time()

  constructor(sink: Sink) {
    const texts = new TextIds(sink.strings)
    this.leader = new Leader(sink, texts)
    this.counts = new Counts(sink)
    this.lines = new CallLines(sink, texts, this.leader, this.counts)
    this.events = new EventWriter(sink, texts)
    this.summary = new SummaryReader(sink)
    this.stacks = new Stacks(sink)
    this.others = new OtherLines(this)
  }

  /** Rows that stand for lines. */
  get rows(): number {
    return this.lines.calls.total + this.events.total + this.summary.total
  }

  line(window: Window, start: number, end: number, number: number): void {
    if (this.summary.active && this.others.summary(window, start, end)) return
    if (this.read(window, start, end, number)) this.others.closeOpen()
    else this.others.line(window, start, end, number)
  }

  /** The bytes of the lines so far are about to become invalid. */
  settle(): void {
    this.lines.split.settle()
  }

  /** No line comes any more. */
  finish(): void {
    this.others.closeOpen()
    this.lines.split.finish()
    this.counts.flush()
  }

  /** Reads a line that begins with a call, an event or `<... resumed>`; false if it is none, or is not whole. */
  read(window: Window, start: number, end: number, number: number): boolean {
    const { leader } = this
    const { bytes } = window
    leader.prefix.parse(window, start, end)
    const { body } = leader.prefix
    if (body >= end) return false
    const c = bytes[body] as number
    if (beginsCall(c)) return this.lines.read(window, body, end, number)
    if (c === PLUS) return this.exit(window, body, end, number)
    if (c !== DASH) return false
    leader.time(number, this.time)
    const process = endedProcess(bytes, body, end)
    if (process >= 0) leader.threads.seemsOver(process, true)
    return this.events.signal(window, body, end, this.time, leader.thread(bytes, number), number)
  }

  private exit(window: Window, body: number, end: number, number: number): boolean {
    const { bytes } = window
    const { leader } = this
    const { split } = this.lines
    const old = supersededThread(bytes, body, end)
    leader.time(number, this.time)
    if (old >= 0) leader.threads.superseded(old)
    else if (isExit(bytes, body, end)) leader.threads.lone.tellsEnds()
    const tid = leader.thread(bytes, number)
    if (old >= 0) {
      this.counts.skip('thread superseded by execve')
      split.supersede(old, tid)
      return true
    }
    if (!this.events.exit(window, body, end, this.time, tid, number)) return false
    split.end(tid)
    leader.threads.end(tid)
    return true
  }
}
