/** Writes calls that the log splits, when they are complete or given up. */
import type { Window } from '../text/window.ts'
import { Call, type CallWriter, COMPLETE, RESUMED, UNFINISHED } from './call.ts'
import type { Pending } from './pending.ts'
import type { Syscall } from './syscalls.ts'

export class SplitWriter {
  private readonly call: Call
  /** A call that never returned. */
  private readonly lost = new Call()
  private readonly calls: CallWriter

  /** `call` is the record that rows are written from: the end and the duration of the call are in it. */
  constructor(call: Call, calls: CallWriter) {
    this.call = call
    this.calls = calls
  }

  /** A call whose last line, with the result in `call.result`, has [start, end). Returns the number of its content. */
  complete(pending: Pending, window: Window, start: number, end: number, tid: number): number {
    const { call } = this
    const { place } = pending
    // Mostly both lines are in memory still, and the second one adds no arguments: nothing is to be joined.
    const whole = place === window && call.result.argsEnd <= start
    if (whole) {
      call.result.argsEnd = pending.to
      call.argsStart = pending.from
    } else {
      pending.append(window, start, end)
      call.result.find(pending.own.bytes, -1, pending.length)
      call.argsStart = 0
    }
    this.describe(pending, tid)
    return this.calls.write(call, pending.syscall as Syscall, whole ? window : pending.own)
  }

  /** A call whose content is known. */
  completeKnown(pending: Pending, content: number): void {
    this.describe(pending, pending.tid)
    this.calls.put(this.call, content)
  }

  /** A call of which there is only the rest, with the result in `call.result`. */
  rest(window: Window, start: number, tid: number, number: number, syscall: Syscall): void {
    const { call } = this
    call.start.known = false
    call.split = true
    call.tid = tid
    call.seq = number
    call.state = RESUMED
    call.argsStart = start
    if (call.result.argsEnd < start) call.result.argsEnd = start
    this.calls.write(call, syscall, window)
  }

  /** A call that never returned. */
  giveUp(pending: Pending): void {
    const call = this.lost
    pending.copy()
    call.result.clear()
    call.result.argsEnd = pending.length
    call.start.copy(pending.start)
    call.end.known = false
    call.split = true
    call.tid = pending.tid
    call.seq = pending.seq
    call.state = UNFINISHED
    call.argsStart = 0
    this.calls.write(call, pending.syscall as Syscall, pending.own)
  }

  private describe(pending: Pending, tid: number): void {
    const { call } = this
    call.start.copy(pending.start)
    call.split = true
    call.tid = pending.tid < 0 ? tid : pending.tid
    call.seq = pending.seq
    call.state = pending.resumed ? RESUMED : COMPLETE
  }
}
