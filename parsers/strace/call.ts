/** Rows of strace.calls: who made a call and when, and the number of what it says. */
import { BATCH_ROWS, type RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { indexOf } from '../text/bytes.ts'
import { columnOf, nullsOf, numbersOf } from '../text/columns.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import { type Content, ContentReader } from './content.ts'
import { ContentWriter } from './content-writer.ts'
import { Duration } from './duration.ts'
import { Paths } from './paths.ts'
import { SETS } from './poll.ts'
import { Result } from './result.ts'
import type { Syscall } from './syscalls.ts'
import { calls, SPLIT } from './tables.ts'
import type { Threads } from './threads.ts'

/** What became of a call: its place in STATES. */
export const COMPLETE = 0
export const UNFINISHED = 1
export const RESUMED = 2

/** A call on its way to a row: who made it and when, and where its result is. */
export class Call {
  tid = -1
  /** Line where it begins. */
  seq = 0
  split = false
  state = COMPLETE
  readonly start = new Time()
  readonly end = new Time()
  readonly duration = new Duration()
  readonly result = new Result()
  argsStart = 0

  /** A call on one line. */
  begin(tid: number, seq: number): void {
    this.tid = tid
    this.seq = seq
    this.split = false
    this.state = COMPLETE
    this.end.known = false
  }
}

export class CallWriter {
  /** Digits after the point of durations; -1 without -T. */
  durationDigits = -1
  readonly paths: Paths
  private readonly reader: ContentReader
  private readonly contents: ContentWriter
  private readonly threads: Threads
  private readonly writer: RowWriter
  private readonly columns: ReturnType<typeof columnsOf>

  /** `threads` is told of what makes and ends threads. */
  constructor(sink: Sink, texts: TextIds, threads: Threads) {
    this.threads = threads
    this.writer = sink.table(calls)
    this.columns = columnsOf(this.writer)
    this.paths = new Paths(texts)
    this.contents = new ContentWriter(sink)
    this.reader = new ContentReader(
      texts,
      this.paths,
      SETS.map((name) => sink.strings.idOf(name)),
    )
  }

  get total(): number {
    return this.writer.total
  }

  /** The line where the call begins that was written last; -1 if there is none. */
  get lastSeq(): number {
    const { columns, writer } = this
    if (writer.total === 0) return -1
    const row = (writer.row === 0 ? BATCH_ROWS : writer.row) - 1
    return (columns.seq[2 * row + 1] as number) * 4294967296 + ((columns.seq[2 * row] as number) >>> 0)
  }

  /** Writes a call whose text is in `window`. Returns the number of its content; -1 if it is not the content alone that makes the row. */
  write(call: Call, syscall: Syscall, window: Window): number {
    const content = this.reader.read(window, call.argsStart, call.result, syscall)
    const number = this.contents.write(content, window)
    const isNew = call.state !== UNFINISHED && this.tellThreads(call.tid, content, syscall, window)
    if (content.killed) call.state = UNFINISHED
    this.put(call, number)
    return isNew ? -1 : number
  }

  /** Whether a call that returned made or ended a thread, as each one that is like it will. */
  private tellThreads(tid: number, content: Content, { makesThread, endsProcess }: Syscall, window: Window): boolean {
    const { value, retText, error, argsStart, argsEnd } = content
    // strace prints `= ?` alone where the thread does not return from the call: exit(), or it was killed.
    const isOver = !value.known && retText < 0 && error < 0
    if (isOver) this.threads.seemsOver(tid, endsProcess)
    else if (makesThread) {
      const isThread = indexOf(window.bytes, argsStart, argsEnd, 'CLONE_THREAD') >= 0
      this.threads.lone.made(tid, value.known && value.hi === 0 ? value.lo : 0, isThread)
    }
    return isOver || makesThread
  }

  /** Writes a call whose content is known. */
  put(call: Call, content: number): void {
    const { columns: c, writer } = this
    const { row } = writer
    const { start, end, tid, seq } = call
    const { time: duration, digits } = call.duration
    // A number below 0 is none: its sign is the mask's bit. Written out, since calls are not free here.
    c.ts[2 * row] = start.lo
    c.ts[2 * row + 1] = start.hi
    c.tsNulls[row] = start.known ? 0 : 1
    c.dur[2 * row] = duration.lo
    c.dur[2 * row + 1] = duration.hi
    c.durNulls[row] = duration.known ? 0 : 1
    c.tid[row] = tid
    c.tidNulls[row] = tid >>> 31
    c.seq[2 * row] = seq
    c.seq[2 * row + 1] = seq > 0xffffffff ? Math.floor(seq / 4294967296) : 0
    c.endTs[2 * row] = end.lo
    c.endTs[2 * row + 1] = end.hi
    c.endTsNulls[row] = end.known ? 0 : 1
    c.content[row] = content
    c.state[row] = call.split ? call.state + SPLIT : call.state
    if (digits > this.durationDigits) this.durationDigits = digits
    writer.next()
  }
}

/** The columns' memory by name: going through the columns for each row costs more than filling them. */
const columnsOf = (writer: RowWriter) => ({
  ts: numbersOf(writer, 'ts'),
  tsNulls: nullsOf(writer, 'ts'),
  dur: numbersOf(writer, 'dur'),
  durNulls: nullsOf(writer, 'dur'),
  tid: numbersOf(writer, 'tid'),
  tidNulls: nullsOf(writer, 'tid'),
  seq: numbersOf(writer, 'seq'),
  endTs: numbersOf(writer, 'end_ts'),
  endTsNulls: nullsOf(writer, 'end_ts'),
  content: numbersOf(writer, 'content'),
  state: columnOf(writer, 'state').values as Uint8Array,
})
