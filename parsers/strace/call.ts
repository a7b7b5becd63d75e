/** Rows of strace.calls, and of strace.ready for calls that wait for file descriptors. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { nullsOf, numbersOf } from '../text/columns.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import { type Content, ContentReader } from './content.ts'
import { Paths } from './paths.ts'
import { SETS } from './poll.ts'
import { ReadyWriter } from './ready.ts'
import { Result } from './result.ts'
import type { Syscall } from './syscalls.ts'
import { calls } from './tables.ts'

/** What became of a call: the place of its name in STATES. */
export const COMPLETE = 0
export const UNFINISHED = 1
export const RESUMED = 2
const STATES = ['complete', 'unfinished', 'resumed'] as const

/** A call on its way to a row: who made it and when, and where its result is. */
export class Call {
  tid = -1
  /** Line where it begins. */
  seq = 0
  split = false
  state = COMPLETE
  readonly start = new Time()
  readonly end = new Time()
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
  private readonly writer: RowWriter
  private readonly ready: ReadyWriter
  private readonly columns: ReturnType<typeof columnsOf>
  /** The ids of STATES. */
  private readonly states: Int32Array

  constructor(sink: Sink, texts: TextIds) {
    this.writer = sink.table(calls)
    this.columns = columnsOf(this.writer)
    this.paths = new Paths(texts)
    this.ready = new ReadyWriter(sink)
    const { strings } = sink
    this.reader = new ContentReader(
      texts,
      this.paths,
      SETS.map((name) => strings.idOf(name)),
    )
    this.states = Int32Array.from(STATES, (name) => strings.idOf(name))
  }

  get total(): number {
    return this.writer.total
  }

  /** Writes a call whose text is in `window`. Returns what that says; valid until the next call. */
  write(call: Call, syscall: Syscall, window: Window): Content {
    const content = this.reader.read(window, call.argsStart, call.result, syscall)
    this.put(call, content)
    return content
  }

  /** Writes a call whose text was read before. */
  put(call: Call, content: Content): void {
    const { duration, durationDigits } = call.result
    if (content.polled) this.ready.write(call, content, content.polled)
    const { columns: c, writer } = this
    const { row } = writer
    const { start, end, tid, seq } = call
    const { fd, fdPath, request, value, retText, retPath, error } = content
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
    c.name[row] = content.name
    c.fd[row] = fd
    c.fdNulls[row] = fd >>> 31
    c.fdPath[row] = fdPath
    c.fdPathNulls[row] = fdPath >>> 31
    c.request[row] = request
    c.requestNulls[row] = request >>> 31
    c.args[row] = content.args
    c.ret[2 * row] = value.lo
    c.ret[2 * row + 1] = value.hi
    c.retNulls[row] = value.known ? 0 : 1
    c.retText[row] = retText
    c.retTextNulls[row] = retText >>> 31
    c.retPath[row] = retPath
    c.retPathNulls[row] = retPath >>> 31
    c.error[row] = error
    c.errorNulls[row] = error >>> 31
    c.state[row] = this.states[content.killed ? UNFINISHED : call.state] as number
    c.split[row] = call.split ? 1 : 0
    if (durationDigits > this.durationDigits) this.durationDigits = durationDigits
    writer.next()
  }
}

/** The columns' memory by name: going through the columns for each row costs more than filling them. */
function columnsOf(writer: RowWriter) {
  const numbers = (name: string) => numbersOf(writer, name)
  const nulls = (name: string) => nullsOf(writer, name)
  const values = (name: string) => writer.columns.find((c) => c.spec.name === name)?.values
  return {
    ts: numbers('ts'),
    tsNulls: nulls('ts'),
    dur: numbers('dur'),
    durNulls: nulls('dur'),
    tid: numbers('tid'),
    tidNulls: nulls('tid'),
    seq: numbers('seq'),
    endTs: numbers('end_ts'),
    endTsNulls: nulls('end_ts'),
    name: numbers('name'),
    fd: numbers('fd'),
    fdNulls: nulls('fd'),
    fdPath: numbers('fd_path'),
    fdPathNulls: nulls('fd_path'),
    request: numbers('request'),
    requestNulls: nulls('request'),
    args: numbers('args'),
    ret: numbers('ret'),
    retNulls: nulls('ret'),
    retText: numbers('ret_text'),
    retTextNulls: nulls('ret_text'),
    retPath: numbers('ret_path'),
    retPathNulls: nulls('ret_path'),
    error: numbers('error'),
    errorNulls: nulls('error'),
    state: numbers('state'),
    split: values('was_split') as Uint8Array,
  }
}
