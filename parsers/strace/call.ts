/** Rows of strace.calls, and of strace.ready for calls that wait for file descriptors. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { Time } from './clock.ts'
import { type Content, ContentReader } from './content.ts'
import type { Source } from './lines.ts'
import { Paths } from './paths.ts'
import { SETS } from './poll.ts'
import { ReadyWriter } from './ready.ts'
import { Result } from './result.ts'
import { nullsOf, numbersOf, putInt, putNumber, putTime } from './rows.ts'
import type { Syscall } from './syscalls.ts'
import { calls } from './tables.ts'
import type { TextIds } from './text-ids.ts'

export type State = 'complete' | 'unfinished' | 'resumed'

/** A call on its way to a row: who made it and when, and where its result is. */
export class Call {
  tid = -1
  /** Line where it begins. */
  seq = 0
  split = false
  state: State = 'complete'
  readonly start = new Time()
  readonly end = new Time()
  readonly result = new Result()
  argsStart = 0
}

export class CallWriter {
  /** Digits after the point of durations; -1 without -T. */
  durationDigits = -1
  readonly paths: Paths
  private readonly reader: ContentReader
  private readonly writer: RowWriter
  private readonly ready: ReadyWriter
  private readonly columns: ReturnType<typeof columnsOf>
  private readonly states: Record<State, number>

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
    this.states = {
      complete: strings.idOf('complete'),
      unfinished: strings.idOf('unfinished'),
      resumed: strings.idOf('resumed'),
    }
  }

  get total(): number {
    return this.writer.total
  }

  /** Writes a call whose text is in `source`. Returns what that says; valid until the next call. */
  write(call: Call, syscall: Syscall, source: Source): Content {
    const content = this.reader.read(source, call.argsStart, call.result, syscall)
    this.put(call, content)
    return content
  }

  /** Writes a call whose text was read before. */
  put(call: Call, content: Content): void {
    const { duration, durationDigits } = call.result
    if (content.polled) this.ready.write(call, content, content.polled)
    const { columns: c, writer } = this
    const { row } = writer
    putTime(c.ts, c.tsNulls, row, call.start)
    putTime(c.dur, c.durNulls, row, duration)
    putInt(c.tid, c.tidNulls, row, call.tid)
    putNumber(c.seq, row, call.seq)
    putTime(c.endTs, c.endTsNulls, row, call.end)
    c.name[row] = content.name
    putInt(c.fd, c.fdNulls, row, content.fd)
    putInt(c.fdPath, c.fdPathNulls, row, content.fdPath)
    putInt(c.request, c.requestNulls, row, content.request)
    c.args[row] = content.args
    putTime(c.ret, c.retNulls, row, content.value)
    putInt(c.retText, c.retTextNulls, row, content.retText)
    putInt(c.retPath, c.retPathNulls, row, content.retPath)
    putInt(c.error, c.errorNulls, row, content.error)
    c.state[row] = this.states[content.killed ? 'unfinished' : call.state]
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
