/** The unfinished calls of all threads, in bounded memory. */
import type { Bodies } from './bodies.ts'
import { Pending } from './pending.ts'
import type { Syscall } from './syscalls.ts'

/** Threads with an unfinished call at once, and bytes of arguments kept for them; beyond, the oldest are given up. */
const MOST_CALLS = 32_768
const MOST_BYTES = 64 << 20

/** Of so many at least one is given up, since they are found by looking at all. */
const GIVEN_UP = 16

/** Threads without such a call that are remembered, at least. */
const MOST_CLOSED = 1024

const NONE: readonly Pending[] = []

/** Threads that were seen lately, by the lowest bits of their id. */
const RECENT = 256

/** At most one unfinished call per thread; -1 is the thread that no line names. */
export class PendingCalls {
  /** An entry for each thread that had an unfinished call; most have none now. */
  private readonly byTid = new Map<number, Pending>()
  private readonly recent = new Array<Pending | undefined>(RECENT).fill(undefined)
  private count = 0
  private bytes = 0
  private order = 0

  /** A new entry for a thread that has none. */
  add(tid: number, syscall: Syscall): Pending {
    const pending = this.entry(tid) ?? this.create(tid)
    pending.open = true
    pending.syscall = syscall
    syscall.unfinished++
    syscall.unfinishedTids += tid
    pending.order = ++this.order
    this.count++
    return pending
  }

  get(tid: number): Pending | undefined {
    const pending = this.entry(tid)
    return pending?.open ? pending : undefined
  }

  /** Counts the bytes of an entry that was filled. */
  filled(pending: Pending): void {
    this.bytes += pending.length - pending.counted
    pending.counted = pending.length
  }

  remove(pending: Pending): void {
    const syscall = pending.syscall as Syscall
    syscall.unfinished--
    syscall.unfinishedTids -= pending.tid
    this.bytes -= pending.counted
    this.count--
    pending.close()
  }

  /** The entry of one thread becomes another's, which has none. */
  move(pending: Pending, tid: number): void {
    this.forget(pending.tid)
    this.forget(tid)
    ;(pending.syscall as Syscall).unfinishedTids += tid - pending.tid
    pending.tid = tid
    pending.order = ++this.order
    this.byTid.set(tid, pending)
  }

  /** The entry that a resumed line of this system call goes on with. */
  find(tid: number, syscall: Syscall): Pending | undefined {
    const own = this.get(tid)
    if (own && own.syscall === syscall) return own
    // `[pid N]` appears and vanishes with the number of threads: a call may begin with it and end without, or reverse.
    const other = tid < 0 ? this.only(syscall) : this.get(-1)
    return other?.syscall === syscall ? other : undefined
  }

  /** The oldest entries, if there are too many; else none. */
  get excess(): readonly Pending[] {
    if (this.count <= MOST_CALLS && this.bytes <= MOST_BYTES) return NONE
    return this.all().slice(0, Math.ceil(this.count / GIVEN_UP))
  }

  /** Makes every entry independent of the bytes of lines that are known, which are about to become invalid. */
  copy(): void {
    for (const pending of this.byTid.values()) {
      if (pending.body < 0) continue
      pending.copy()
      this.filled(pending)
    }
  }

  /** Makes every entry independent of the bytes of the log. */
  settle(bodies: Bodies): void {
    for (const pending of this.byTid.values()) {
      if (!pending.place) continue
      pending.settle(bodies)
      this.filled(pending)
    }
    if (this.byTid.size > 2 * this.count + MOST_CLOSED) this.forgetClosed()
  }

  /** From the oldest to the latest. */
  all(): Pending[] {
    return [...this.byTid.values()].filter(({ open }) => open).sort((a, b) => a.order - b.order)
  }

  /** The only one of this system call, for a line that names no thread. */
  private only(syscall: Syscall): Pending | undefined {
    return syscall.unfinished === 1 ? this.get(syscall.unfinishedTids) : undefined
  }

  private entry(tid: number): Pending | undefined {
    const recent = this.recent[tid & (RECENT - 1)]
    if (recent !== undefined && recent.tid === tid) return recent
    const pending = this.byTid.get(tid)
    if (pending) this.recent[tid & (RECENT - 1)] = pending
    return pending
  }

  private create(tid: number): Pending {
    const pending = new Pending(tid)
    this.byTid.set(tid, pending)
    this.recent[tid & (RECENT - 1)] = pending
    return pending
  }

  private forget(tid: number): void {
    this.byTid.delete(tid)
    this.recent[tid & (RECENT - 1)] = undefined
  }

  /** A log of many short-lived threads is not to be remembered for ever. */
  private forgetClosed(): void {
    for (const { tid, open } of this.byTid.values()) if (!open) this.forget(tid)
  }
}
