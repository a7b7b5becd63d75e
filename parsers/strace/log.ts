/** Reads the lines of a log, one after the other. */
import type { Sink } from '../../src/parser.ts'
import { Bodies, type Body } from './bodies.ts'
import {
  CLOSE_PAREN,
  COMMA,
  DASH,
  indexOf,
  isNameByte,
  LESS,
  OPEN_PAREN,
  PLUS,
  QUESTION,
  SPACE,
  startsWith,
} from './bytes.ts'
import { Call, CallWriter } from './call.ts'
import { Clock, Time } from './clock.ts'
import { Counts } from './counts.ts'
import { EventWriter, supersededThread } from './event.ts'
import type { Source } from './lines.ts'
import { isUnfinished, stackMark, unfinishedMark } from './marks.ts'
import { attachedThread, skipReason } from './message.ts'
import { OpenLine } from './open-line.ts'
import { Prefix } from './prefix.ts'
import { type Place, SplitCalls } from './split.ts'
import { SummaryReader } from './summary.ts'
import { describeSyscall, type Syscall } from './syscalls.ts'
import { TextIds } from './text-ids.ts'
import { Threads } from './threads.ts'

const RESUMED = ' resumed>'

export class Log {
  readonly prefix = new Prefix()
  readonly clock = new Clock()
  readonly calls: CallWriter
  readonly events: EventWriter
  readonly summary: SummaryReader
  readonly counts: Counts
  private readonly texts: TextIds
  private readonly threads: Threads
  private readonly syscalls = new Map<number, Syscall>()
  private readonly split: SplitCalls
  private readonly open = new OpenLine()
  private readonly bodies = new Bodies()
  private readonly call = new Call()
  private readonly time = new Time()
  private readonly place: Place = { tid: -1, number: 0 }

  constructor(sink: Sink, tid = -1) {
    this.texts = new TextIds(sink.strings)
    this.threads = new Threads(sink, this.texts, tid)
    this.calls = new CallWriter(sink, this.texts)
    this.events = new EventWriter(sink, this.texts)
    this.summary = new SummaryReader(sink)
    this.counts = new Counts(sink)
    this.split = new SplitCalls(this.call, this.calls, this.counts, this.bodies)
  }

  /** Rows that stand for lines. */
  get rows(): number {
    return this.calls.total + this.events.total + this.summary.total
  }

  line(source: Source, start: number, end: number, number: number): void {
    if (this.summary.active && this.summaryLine(source, start, end)) return
    if (this.read(source, start, end, number)) {
      if (this.open.lines > 0) this.closeOpen()
    } else this.other(source, start, end, number)
  }

  /** The bytes of the lines so far are about to become invalid. */
  settle(): void {
    this.split.settle()
  }

  /** No line comes any more. */
  finish(): void {
    if (this.open.lines > 0) this.closeOpen()
    this.split.finish()
    this.counts.flush()
  }

  /** Reads a line that begins with a call, an event or `<... resumed>`; false if it is none, or is not whole. */
  private read(source: Source, start: number, end: number, number: number): boolean {
    const { bytes } = source
    const { prefix } = this
    prefix.parse(bytes, start, end)
    const { body } = prefix
    if (body >= end) return false
    const c = bytes[body] as number
    const isRest = c === LESS
    if (isRest || isNameByte(c) || c === QUESTION) {
      const last = this.call.result.findDuration(bytes, body, end)
      const known = source.view && this.bodies.find(source.view, body, last)
      if (known && this.knownLine(known, source, body, end, number)) return true
      return isRest ? this.resumedLine(source, body, end, number, last) : this.callLine(source, body, end, number, last)
    }
    if (c === PLUS) return this.exitLine(source, body, end, number)
    if (c === DASH) {
      this.clock.read(prefix, number, this.time)
      return this.events.signal(source, body, end, this.time, this.threads.of(prefix, bytes), number)
    }
    return false
  }

  /** A line whose bytes before the duration came before. False: it is to be read after all. */
  private knownLine(known: Body, source: Source, body: number, end: number, number: number): boolean {
    const { call, prefix, clock } = this
    const tid = this.threads.of(prefix, source.bytes)
    const from = body + known.from - known.at
    if (known.isRest) {
      const pending = this.split.begun(tid, known)
      if (!pending) return false
      clock.read(prefix, number, this.time)
      this.split.resumeKnown(pending, source, from, end, known, this.time)
      return true
    }
    clock.read(prefix, number, call.start)
    const { content } = known
    if (content === undefined) {
      const mark = body + known.to - known.at
      this.split.suspendKnown(source, from, mark, this.at(tid, number), known)
      return true
    }
    call.tid = tid
    call.seq = number
    call.split = false
    call.state = 'complete'
    call.end.known = false
    this.calls.put(call, content)
    return true
  }

  /** `last`: where its bytes without the duration end. */
  private callLine(source: Source, body: number, end: number, number: number, last: number): boolean {
    const { bytes } = source
    const nameEnd = this.nameEnd(bytes, body, end)
    if (bytes[nameEnd] !== OPEN_PAREN || nameEnd >= end) return false
    const { call } = this
    const argsStart = nameEnd + 1
    let mark = unfinishedMark(bytes, argsStart, end)
    const isPlain = mark >= 0 && isUnfinished(bytes, mark, end)
    if (mark < 0 && !call.result.find(bytes, argsStart, end)) {
      mark = stackMark(bytes, argsStart, end)
      if (mark < 0) return false
    }
    const tid = this.threads.of(this.prefix, bytes)
    this.clock.read(this.prefix, number, call.start)
    const syscall = this.syscall(this.texts.id(bytes, body, nameEnd), bytes, body, nameEnd)
    if (mark >= 0) {
      if (isPlain) this.keep(source, body, last, argsStart, mark, syscall)
      this.split.suspend(source, argsStart, mark, end, this.at(tid, number), syscall)
      return true
    }
    call.tid = tid
    call.seq = number
    call.split = false
    call.state = 'complete'
    call.end.known = false
    call.argsStart = argsStart
    const content = this.calls.write(call, syscall, source)
    const known = source.view && this.bodies.add(source, body, last)
    if (known) known.content = content.copy()
    return true
  }

  /** Keeps the beginning of a call (arguments in [from, to)), or its rest. */
  private keep(source: Source, body: number, last: number, from: number, to: number, syscall: Syscall): void {
    const known = source.view && this.bodies.add(source, body, last)
    if (!known) return
    known.syscall = syscall
    known.from = known.at + from - body
    known.to = known.at + to - body
    known.isRest = to < from
  }

  /** `<... poll resumed>) = 1 ([{fd=3, revents=POLLIN}])`, with the rest of the arguments before the bracket. */
  private resumedLine(source: Source, body: number, end: number, number: number, last: number): boolean {
    const { bytes } = source
    if (!startsWith(bytes, body, end, '<... ')) return false
    const name = body + 5
    const nameEnd = this.nameEnd(bytes, name, end)
    if (!startsWith(bytes, nameEnd, end, RESUMED)) return false
    let rest = nameEnd + RESUMED.length
    // Old versions print a space here; the one of ` <unfinished ...>) = ?` belongs to that.
    if (bytes[rest] === SPACE && bytes[rest + 1] !== LESS) rest++
    let mark = unfinishedMark(bytes, rest, end)
    if (mark < 0 && !this.call.result.find(bytes, rest - 1, end)) {
      mark = stackMark(bytes, rest, end)
      if (mark < 0) return false
    }
    const syscall = this.syscall(this.texts.id(bytes, name, nameEnd), bytes, name, nameEnd)
    const place = this.at(this.threads.of(this.prefix, bytes), number)
    this.clock.read(this.prefix, number, this.time)
    if (mark >= 0) this.split.suspendAgain(source, rest, mark, end, place, syscall)
    else {
      this.keep(source, body, last, rest, -1, syscall)
      this.split.resume(source, rest, end, place, syscall, this.time)
    }
    return true
  }

  private exitLine(source: Source, body: number, end: number, number: number): boolean {
    const { bytes } = source
    const old = supersededThread(bytes, body, end)
    this.clock.read(this.prefix, number, this.time)
    const tid = this.threads.of(this.prefix, bytes)
    if (old >= 0) {
      this.counts.skip('thread superseded by execve')
      this.split.supersede(old, tid)
      this.threads.end(old)
      return true
    }
    if (!this.events.exit(source, body, end, this.time, tid, number)) return false
    this.split.end(tid)
    this.threads.end(tid)
    return true
  }

  private at(tid: number, number: number): Place {
    this.place.tid = tid
    this.place.number = number
    return this.place
  }

  private nameEnd(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    while (at < end && (isNameByte(bytes[at] as number) || bytes[at] === QUESTION)) at++
    return at
  }

  private other(source: Source, start: number, end: number, number: number): void {
    const { bytes } = source
    const reason = skipReason(bytes, start, end, this.prefix.body)
    if (reason) {
      this.counts.skip(reason)
      if (reason === 'attach message') this.attached(bytes, start, end)
      return
    }
    if (this.behindOutput(source, start, end, number) || this.split.continueLatest(source, start, end, number)) return
    const first = bytes[start]
    if (this.open.lines > 0 && this.open.fits(end - start)) {
      const continues = first === CLOSE_PAREN || first === COMMA || (first === SPACE && bytes[start + 1] === LESS)
      this.open.add(bytes, start, end, !continues)
      const { length, number: opened, lines } = this.open
      if (this.read(this.open, 0, length, opened)) {
        this.counts.continued += lines - 1
        this.split.settle()
        this.open.clear()
      }
      return
    }
    if (this.open.lines > 0) this.closeOpen()
    const text = end - start < 400 ? source.slice(start, end) : ''
    if (this.summary.isHead(text)) {
      this.counts.skip('summary heading')
      this.summary.begin(text)
    } else if (this.isBegun(bytes, end)) {
      const message = attachedThread(bytes, start, end)
      if (message) this.threads.add(message.tid)
      this.open.begin(bytes, start, message ? message.at : end, number)
    } else this.counts.unparsed(bytes, start, end, number, 1)
  }

  /** Whether the line that `prefix` was read from begins a call or resumes one. */
  private isBegun(bytes: Uint8Array, end: number): boolean {
    const { body } = this.prefix
    if (startsWith(bytes, body, end, '<... ')) return true
    let at = body
    while (at < end && isNameByte(bytes[at] as number)) at++
    return at > body && at < end && bytes[at] === OPEN_PAREN
  }

  /** Output of the traced program without a newline, and then a line of strace: `hello[pid 123] read(...`. */
  private behindOutput(source: Source, start: number, end: number, number: number): boolean {
    const at = indexOf(source.bytes, start + 1, end, '[pid ')
    if (at > start && this.read(source, at, end, number)) return true
    this.prefix.parse(source.bytes, start, end)
    return false
  }

  private attached(bytes: Uint8Array, start: number, end: number): void {
    const message = attachedThread(bytes, start, end)
    if (message && this.prefix.seen.bracketPid) this.threads.add(message.tid)
  }

  private closeOpen(): void {
    const { open } = this
    this.counts.unparsed(open.bytes, 0, Math.min(open.length, open.firstLength), open.number, open.lines)
    open.clear()
  }

  private summaryLine(source: Source, start: number, end: number): boolean {
    const kind = this.summary.line(end - start < 2000 ? source.slice(start, end) : '')
    if (kind === 'heading') this.counts.skip('summary heading')
    else if (kind === 'total') this.counts.skip('summary total')
    return kind !== 'other'
  }

  private syscall(id: number, bytes: Uint8Array, start: number, end: number): Syscall {
    const known = this.syscalls.get(id)
    if (known) return known
    const syscall = describeSyscall(id, Buffer.from(bytes.subarray(start, end)).toString('latin1'))
    if (this.syscalls.size < 10_000) this.syscalls.set(id, syscall)
    return syscall
  }
}
