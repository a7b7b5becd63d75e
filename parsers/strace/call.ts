/** Rows of strace.calls. */
import type { Column, RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import {
  argumentEnd,
  COMMA,
  decimal,
  digitsEnd,
  isDigit,
  LESS,
  MORE,
  pathEnd,
  SPACE,
  skipArgumentName,
  startsWith,
} from './bytes.ts'
import { Time } from './clock.ts'
import type { Source } from './lines.ts'
import { Paths } from './paths.ts'
import { ReadyWriter } from './poll.ts'
import { Result, Span } from './result.ts'
import { type ColumnsOf, setInt, setIntOrNull, setNull, setNumber, setText, setTime } from './rows.ts'
import type { Syscall } from './syscalls.ts'
import { calls } from './tables.ts'
import type { TextIds } from './text-ids.ts'

export type State = 'complete' | 'unfinished' | 'resumed'

/** A call on its way to a row: where its parts are in the bytes of `source`. */
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

const UNFINISHED_ARGUMENT = ' <unfinished ...>'

export class CallWriter {
  /** Digits after the point of durations; -1 without -T. */
  durationDigits = -1
  readonly paths: Paths
  private readonly texts: TextIds
  private readonly writer: RowWriter
  private readonly ready: ReadyWriter
  private readonly columns: ReturnType<typeof columnsOf>
  private readonly states: Record<State, number>
  /** The first argument's file descriptor and its path. */
  private fd = -1
  private fdPath = -1
  /** ioctl's second argument. */
  private readonly request = new Span()

  constructor(sink: Sink, texts: TextIds) {
    this.texts = texts
    this.writer = sink.table(calls)
    this.columns = columnsOf(this.writer)
    this.paths = new Paths(texts)
    this.ready = new ReadyWriter(sink, texts, this.paths)
    const { strings } = sink
    this.states = {
      complete: strings.idOf('complete'),
      unfinished: strings.idOf('unfinished'),
      resumed: strings.idOf('resumed'),
    }
  }

  get total(): number {
    return this.writer.total
  }

  write(call: Call, syscall: Syscall, source: Source): void {
    const { bytes } = source
    const { result } = call
    let { argsEnd } = result
    // A thread that is killed in a call: `read(3, <unfinished ...>) = ?` (print_event_exit() in strace.c).
    if (!result.value.known && bytes[argsEnd - 1] === MORE && this.isUnfinished(bytes, call.argsStart, argsEnd)) {
      argsEnd -= UNFINISHED_ARGUMENT.length
      call.state = 'unfinished'
    }
    this.fd = this.fdPath = -1
    this.request.clear()
    if (syscall.poll) this.poll(call, syscall, bytes, argsEnd)
    else if (syscall.fdFirst) {
      const rest = this.firstArgument(bytes, skipArgumentName(bytes, call.argsStart, argsEnd), argsEnd)
      if (syscall.ioctl) this.readRequest(bytes, rest, argsEnd)
    }
    this.row(call, syscall, source, argsEnd)
  }

  private isUnfinished(bytes: Uint8Array, start: number, end: number): boolean {
    const at = end - UNFINISHED_ARGUMENT.length
    return at >= start && startsWith(bytes, at, end, UNFINISHED_ARGUMENT)
  }

  private row(call: Call, syscall: Syscall, source: Source, argsEnd: number): void {
    const { row } = this.writer
    const { ts, dur, tid, seq, endTs, name, fd, fdPath, request, args, ret, retText, retPath, error, state, split } =
      this.columns
    const { result } = call
    const { bytes } = source
    setTime(ts, row, call.start)
    setTime(dur, row, result.duration)
    setIntOrNull(tid, row, call.tid)
    setNumber(seq, row, call.seq)
    setTime(endTs, row, call.end)
    setInt(name, row, syscall.id)
    setIntOrNull(fd, row, this.fd)
    setIntOrNull(fdPath, row, this.fdPath)
    this.setSpan(request, row, bytes, this.request.start, this.request.end)
    setText(args, row, source.slice(call.argsStart, argsEnd))
    setTime(ret, row, result.value)
    const { text, path } = result
    const remark = path.end > path.start && syscall.returnsPid && text.end === text.start ? path : text
    this.setSpan(retText, row, bytes, remark.start, remark.end)
    if (remark === path) setNull(retPath, row)
    else this.setSpan(retPath, row, bytes, path.start, path.end)
    this.setSpan(error, row, bytes, result.error.start, result.error.end)
    setInt(state, row, this.states[call.state])
    ;(split.values as Uint8Array)[row] = call.split ? 1 : 0
    if (result.durationDigits > this.durationDigits) this.durationDigits = result.durationDigits
    this.writer.next()
  }

  private setSpan(column: Column, row: number, bytes: Uint8Array, start: number, end: number): void {
    if (start === end) setNull(column, row)
    else setInt(column, row, this.texts.id(bytes, start, end))
  }

  private poll(call: Call, syscall: Syscall, bytes: Uint8Array, argsEnd: number): void {
    const { ready } = this
    ready.write(call, syscall, bytes, argsEnd)
    if (ready.count !== 1) return
    this.fd = ready.fd
    this.fdPath = ready.fdPath
  }

  /** `19</dev/dri/card0>`; the position behind it. */
  private firstArgument(bytes: Uint8Array, start: number, end: number): number {
    if (!isDigit(bytes[start])) return bytes[start] === LESS ? start : argumentEnd(bytes, start, end)
    const last = digitsEnd(bytes, start, end)
    if (last - start > 9) return last
    this.fd = decimal(bytes, start, last)
    if (bytes[last] !== LESS || last >= end) return last
    const close = pathEnd(bytes, last, end)
    if (close < 0) return last
    this.fdPath = this.paths.id(bytes, last + 1, close - 1)
    return close
  }

  private readRequest(bytes: Uint8Array, at: number, end: number): void {
    if (at >= end || bytes[at] !== COMMA) return
    let start = at + 1
    while (start < end && bytes[start] === SPACE) start++
    start = skipArgumentName(bytes, start, end)
    this.request.set(start, argumentEnd(bytes, start, end))
  }
}

/** The columns by name: taking an array apart for each row costs more than filling it. */
function columnsOf({ columns }: RowWriter) {
  const [ts, dur, tid, seq, endTs, name, fd, fdPath, request, args, ret, retText, retPath, error, state, split] =
    columns as ColumnsOf<16>
  return { ts, dur, tid, seq, endTs, name, fd, fdPath, request, args, ret, retText, retPath, error, state, split }
}
