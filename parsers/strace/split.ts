/** Calls that the log splits: `poll(... <unfinished ...>` and later `<... poll resumed>) = 1`. */
import type { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import type { Bodies } from './bodies.ts'
import type { Call, CallWriter } from './call.ts'
import type { Counts } from './counts.ts'
import { changedPid, isDetached } from './marks.ts'
import type { Pending } from './pending.ts'
import { PendingCalls } from './pending-calls.ts'
import { SplitWriter } from './split-writer.ts'
import type { Syscall } from './syscalls.ts'

export class SplitCalls {
  /** Called when a thread goes on with a call that began in a line that named none. */
  onNamed = (_tid: number) => {}
  private readonly pending = new PendingCalls()
  private readonly call: Call
  private readonly writer: SplitWriter
  private readonly counts: Counts
  private readonly bodies: Bodies
  /** The call that the line before left unfinished. */
  private latest: Pending | undefined
  private latestLine = -1

  /** `call` is the record that rows are written from. */
  constructor(call: Call, calls: CallWriter, counts: Counts, bodies: Bodies) {
    this.bodies = bodies
    this.call = call
    this.writer = new SplitWriter(call, calls)
    this.counts = counts
    bodies.onForget = () => this.pending.copy()
  }

  /** Keeps the beginning of a call, whose time is in `call.start`; its arguments so far are [start, mark). */
  suspend(
    window: Window,
    start: number,
    mark: number,
    end: number,
    tid: number,
    number: number,
    syscall: Syscall,
  ): void {
    const { bytes } = window
    const thread = changedPid(bytes, mark, end) ?? tid
    const before = this.pending.get(thread)
    if (before) this.giveUp(before)
    this.keep(this.begin(window, start, mark, thread, number, syscall), bytes, mark, end, number)
  }

  /** The same for a line that is known and begins at `start`. */
  suspendKnown(window: Window, start: number, tid: number, number: number, body: number): void {
    const { bodies } = this
    const before = this.pending.get(tid)
    if (before) this.giveUp(before)
    const [from, to] = [start + bodies.from(body), start + bodies.to(body)]
    this.latest = this.begin(window, from, to, tid, number, bodies.syscall(body), body)
    this.latestLine = number
    this.excess()
  }

  /** A resumed line that is unfinished again; what it adds is [start, mark). */
  suspendAgain(
    window: Window,
    start: number,
    mark: number,
    end: number,
    tid: number,
    number: number,
    syscall: Syscall,
  ): void {
    const { bytes } = window
    let pending = this.find(tid, syscall)
    if (pending) {
      pending.append(window, start, mark)
      this.counts.resumed++
    } else {
      this.call.start.known = false
      pending = this.begin(window, start, mark, tid, number, syscall)
      pending.resumed = true
    }
    this.keep(pending, bytes, mark, end, number)
  }

  /** A resumed line whose result is in `call.result`; the rest of its arguments and the result are [start, end). */
  resume(window: Window, start: number, end: number, tid: number, number: number, syscall: Syscall, time: Time): void {
    const { call } = this
    const pending = this.find(tid, syscall)
    call.end.copy(time)
    if (pending) {
      this.counts.resumed++
      this.complete(pending, window, start, end, tid)
      return
    }
    this.writer.rest(window, start, tid, number, syscall)
  }

  /** The call whose rest a known line is, if the beginning is known as well. */
  begun(tid: number, rest: number): Pending | undefined {
    const pending = this.pending.get(tid)
    if (pending === undefined || pending.body < 0) return undefined
    return pending.syscall === this.bodies.syscall(rest) ? pending : undefined
  }

  /** Ends what `begun` returned by the line [start, end), whose duration has been read, but not its result. */
  resumeKnown(pending: Pending, window: Window, start: number, end: number, rest: number, time: Time): void {
    const { call, bodies } = this
    const begin = pending.body
    this.counts.resumed++
    call.end.copy(time)
    const known = bodies.pair(begin, rest)
    if (known >= 0) {
      this.writer.completeKnown(pending, known)
      this.pending.remove(pending)
    } else {
      const from = start + bodies.from(rest)
      call.result.find(window.bytes, from - 1, end)
      bodies.addPair(begin, rest, this.complete(pending, window, from, end, pending.tid))
    }
  }

  /** A line without any beginning that follows an unfinished one and ends it, as strace -z prints it. */
  continueLatest(window: Window, start: number, end: number, number: number): boolean {
    const { latest } = this
    if (!latest || this.latestLine !== number - 1 || this.pending.get(latest.tid) !== latest) return false
    const last = this.call.duration.read(window.bytes, start - 1, end)
    if (!this.call.result.find(window.bytes, start - 1, last)) return false
    this.counts.continued++
    this.call.end.known = false
    this.complete(latest, window, start, last, latest.tid)
    return true
  }

  /** The thread ended: its call never returns. */
  end(tid: number): void {
    const pending = this.pending.get(tid)
    if (pending) this.giveUp(pending)
  }

  /** execve() by another thread than the first: it goes on under the first one's id, whose own call is over. */
  supersede(old: number, tid: number): void {
    const moved = this.pending.get(old)
    const over = this.pending.get(tid)
    if (!moved || moved === over) return
    if (over) this.giveUp(over)
    this.pending.move(moved, tid)
  }

  /** The bytes of the lines so far are about to become invalid. */
  settle(): void {
    this.pending.settle(this.bodies)
    this.excess()
  }

  /** Nothing resumes any more. */
  finish(): void {
    for (const pending of this.pending.all()) this.giveUp(pending)
  }

  private begin(
    window: Window,
    start: number,
    mark: number,
    tid: number,
    number: number,
    syscall: Syscall,
    body = -1,
  ): Pending {
    const pending = this.pending.add(tid, syscall)
    pending.seq = number
    pending.resumed = false
    pending.start.copy(this.call.start)
    pending.begin(window, start, mark, body)
    return pending
  }

  private keep(pending: Pending, bytes: Uint8Array, mark: number, end: number, number: number): void {
    this.latest = pending
    this.latestLine = number
    this.pending.filled(pending)
    if (isDetached(bytes, mark, end)) this.giveUp(pending)
    this.excess()
  }

  private excess(): void {
    for (const oldest of this.pending.excess) this.giveUp(oldest)
  }

  /** The call that a resumed line goes on with; if it is none, the one of its thread is over. */
  private find(tid: number, syscall: Syscall): Pending | undefined {
    const found = this.pending.find(tid, syscall)
    if (!found) this.end(tid)
    else if (found.tid < 0 && tid >= 0) this.onNamed(tid)
    return found
  }

  private complete(pending: Pending, window: Window, start: number, end: number, tid: number): number {
    const content = this.writer.complete(pending, window, start, end, tid)
    this.pending.remove(pending)
    return content
  }

  /** Writes a call that never returned. */
  private giveUp(pending: Pending): void {
    this.writer.giveUp(pending)
    this.pending.remove(pending)
  }
}
