/** Lines that begin a call or resume one. */
import type { Sink } from '../../src/parser.ts'
import { isNameByte, LESS, OPEN_PAREN, QUESTION, SPACE, startsWith } from '../text/bytes.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import { BEGINNING, Bodies, REST } from './bodies.ts'
import { Call, CallWriter } from './call.ts'
import type { Counts } from './counts.ts'
import type { Leader } from './leader.ts'
import { brokenOffMark, isUnfinished, unfinishedMark } from './marks.ts'
import { SplitCalls } from './split.ts'
import { Syscalls } from './syscalls.ts'

const RESUMED = ' resumed>'

export class CallLines {
  readonly calls: CallWriter
  readonly split: SplitCalls
  private readonly leader: Leader
  private readonly syscalls: Syscalls
  private readonly bodies = new Bodies()
  private readonly call = new Call()
  private readonly time = new Time()
  /** The line that resumed a call last. */
  private lastRest = -1

  constructor(sink: Sink, texts: TextIds, leader: Leader, counts: Counts) {
    this.leader = leader
    this.syscalls = new Syscalls(texts)
    this.calls = new CallWriter(sink, texts, leader.threads)
    this.split = new SplitCalls(this.call, this.calls, counts, this.bodies)
    this.split.onNamed = (tid) => leader.threads.lone.resumes(tid)
  }

  /** Reads a line whose call begins at `body`; false if it is none, or is not whole. */
  read(window: Window, body: number, end: number, number: number): boolean {
    const { bytes } = window
    const last = this.call.duration.read(bytes, body, end)
    const known = this.bodies.find(window.view, body, last)
    if (known >= 0) {
      if (this.known(known, window, body, last, number)) return true
      this.bodies.skip()
    }
    return bytes[body] === LESS
      ? this.rest(window, body, end, number, last)
      : this.whole(window, body, end, number, last)
  }

  /** A line whose bytes before the duration came before. False: it is to be read after all. */
  private known(known: number, window: Window, body: number, last: number, number: number): boolean {
    const { bodies, call, leader, split } = this
    const tid = leader.thread(window.bytes, number)
    const content = bodies.content(known)
    if (content === REST) {
      const pending = split.begun(tid, known)
      if (!pending) return false
      leader.time(number, this.time)
      this.lastRest = number
      split.resumeKnown(pending, window, body, last, known, this.time)
      return true
    }
    leader.time(number, call.start)
    if (content === BEGINNING) split.suspendKnown(window, body, tid, number, known)
    else {
      call.begin(tid, number)
      this.calls.put(call, content)
    }
    return true
  }

  /** A call, or the beginning of one. `last`: where its bytes without the duration end. */
  private whole(window: Window, body: number, end: number, number: number, last: number): boolean {
    const { bytes } = window
    const nameEnd = nameEndOf(bytes, body, end)
    if (bytes[nameEnd] !== OPEN_PAREN || nameEnd >= end) return false
    const { call, leader } = this
    const argsStart = nameEnd + 1
    let mark = unfinishedMark(bytes, argsStart, end)
    const isPlain = mark >= 0 && isUnfinished(bytes, mark, end)
    if (mark < 0 && !call.result.find(bytes, argsStart, last)) {
      mark = brokenOffMark(bytes, argsStart, end)
      if (mark < 0) return false
    }
    const tid = leader.thread(bytes, number)
    leader.time(number, call.start)
    const syscall = this.syscalls.of(bytes, body, nameEnd)
    if (mark >= 0) {
      if (isPlain) this.bodies.addPart(window, body, last, BEGINNING, syscall, argsStart, mark)
      this.split.suspend(window, argsStart, mark, end, tid, number, syscall)
      return true
    }
    call.begin(tid, number)
    call.argsStart = argsStart
    const content = this.calls.write(call, syscall, window)
    if (syscall.executes) this.executed()
    else if (content >= 0) this.bodies.addCall(window, body, last, content)
    return true
  }

  /** `<... poll resumed>) = 1 ([{fd=3, revents=POLLIN}])`, with the rest of the arguments before the bracket. */
  private rest(window: Window, body: number, end: number, number: number, last: number): boolean {
    const { bytes } = window
    if (!startsWith(bytes, body, end, '<... ')) return false
    const name = body + 5
    const nameEnd = nameEndOf(bytes, name, end)
    if (!startsWith(bytes, nameEnd, end, RESUMED)) return false
    let rest = nameEnd + RESUMED.length
    // Old versions print a space here; the one of ` <unfinished ...>) = ?` belongs to that.
    if (bytes[rest] === SPACE && bytes[rest + 1] !== LESS) rest++
    let mark = unfinishedMark(bytes, rest, end)
    if (mark < 0 && !this.call.result.find(bytes, rest - 1, last)) {
      mark = brokenOffMark(bytes, rest, end)
      if (mark < 0) return false
    }
    const syscall = this.syscalls.of(bytes, name, nameEnd)
    const tid = this.leader.thread(bytes, number)
    this.leader.time(number, this.time)
    if (mark >= 0) this.split.suspendAgain(window, rest, mark, end, tid, number, syscall)
    else {
      if (!syscall.executes) this.bodies.addPart(window, body, last, REST, syscall, rest, rest)
      this.lastRest = number
      this.split.resume(window, rest, last, tid, number, syscall, this.time)
      if (syscall.executes) this.executed()
    }
    return true
  }

  /** The line that was read last is that of an execve(). */
  private executed(): void {
    const { value } = this.call.result
    const { prefix, threads } = this.leader
    if (prefix.tid < 0 && value.known && value.hi === 0 && value.lo === 0) threads.lone.executed()
  }

  /** The call that this line is, or ends: the number of the line where it begins; -1 if it ends none. */
  callOf(number: number): number {
    const { lastSeq } = this.calls
    return number === this.lastRest || number === lastSeq ? lastSeq : -1
  }
}

/** The first byte of what `read` takes: of a name, of `<... resumed>`, of a call whose name strace does not know. */
export const beginsCall = (c: number): boolean => c === LESS || isNameByte(c) || c === QUESTION

function nameEndOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (isNameByte(bytes[at] as number) || bytes[at] === QUESTION)) at++
  return at
}
