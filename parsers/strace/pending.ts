/** Calls whose end is still to come. */
import type { Body } from './bodies.ts'
import { COMMA, NEWLINE, SPACE } from './bytes.ts'
import { Time } from './clock.ts'
import { type Source, textOf } from './lines.ts'
import type { Syscall } from './syscalls.ts'

/** Threads with an unfinished call at once, and bytes of arguments kept for them; beyond, the oldest is given up. */
const MOST_CALLS = 32_768
const MOST_BYTES = 64 << 20

/** The beginning of a call: its arguments, as far as they were printed. */
export class Pending implements Source {
  bytes: Uint8Array = new Uint8Array(256)
  ascii = true
  readonly view = undefined
  length = 0
  tid = -1
  seq = 0
  syscall: Syscall | undefined
  /** It began before the log. */
  resumed = false
  readonly start = new Time()
  /** The bytes of the log in which the arguments still are, at [from, to); undefined once they were copied. */
  place: Source | undefined
  from = 0
  to = 0
  /** The line with the arguments, where it is known and the call has no other one yet. */
  body: Body | undefined
  /** Bytes that PendingCalls has counted. */
  counted = 0
  private buffer = Buffer.from(this.bytes.buffer)
  /** Where the part of the last line begins; 0 if there is one line. */
  private part = 0

  begin(source: Source, start: number, end: number, body?: Body): void {
    this.place = source
    this.body = body
    this.from = start
    this.to = end
    this.length = 0
    this.part = 0
  }

  /** Makes it independent of the bytes of the log, which are about to become invalid. */
  settle(): void {
    const { place, body } = this
    if (!place) return
    if (!body) this.copy()
    else if (place !== body) {
      this.place = body
      this.from = body.from
      this.to = body.to
    }
  }

  /** Copies the arguments. */
  copy(): void {
    const { place } = this
    if (!place) return
    this.place = this.body = undefined
    this.ascii = place.ascii
    this.add(place.bytes, this.from, this.to)
  }

  /** Adds what a resumed line has; one that repeats the line before (resumed, unfinished, resumed) replaces it. */
  append(source: Source, start: number, end: number): void {
    this.copy()
    const { bytes } = source
    if (!source.ascii) this.ascii = false
    if (this.part > 0 && this.isRepeated(bytes, start, end)) this.length = this.part
    if (this.bytes[this.length - 1] === COMMA && bytes[start] !== SPACE) this.bytes[this.length++] = SPACE
    this.part = this.length
    this.add(bytes, start, end)
  }

  slice(start: number, end: number): string {
    return this.ascii ? this.buffer.toString('latin1', start, end) : textOf(this.bytes, start, end)
  }

  private isRepeated(bytes: Uint8Array, start: number, end: number): boolean {
    const size = this.length - this.part
    if (size === 0 || end - start < size) return false
    for (let i = 0; i < size; i++) if (this.bytes[this.part + i] !== bytes[start + i]) return false
    return true
  }

  private add(bytes: Uint8Array, start: number, end: number): void {
    const at = this.length
    const last = at + end - start
    this.reserve(last + 1)
    if (end - start > 64) this.bytes.set(bytes.subarray(start, end), at)
    else for (let i = start, j = at; i < end; i++, j++) this.bytes[j] = bytes[i] as number
    // As behind a line: nothing may be read past the end by mistake.
    this.bytes[last] = NEWLINE
    this.length = last
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return
    const grown = new Uint8Array(2 * size)
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.buffer = Buffer.from(grown.buffer)
  }
}

/** At most one unfinished call per thread; -1 is the thread that no line names. */
export class PendingCalls {
  private readonly byTid = new Map<number, Pending>()
  private readonly free: Pending[] = []
  private bytes = 0

  /** A new entry for a thread that has none. */
  add(tid: number): Pending {
    const pending = this.free.pop() ?? new Pending()
    pending.tid = tid
    this.byTid.set(tid, pending)
    return pending
  }

  get(tid: number): Pending | undefined {
    return this.byTid.get(tid)
  }

  /** Counts the bytes of an entry that was filled. */
  filled(pending: Pending): void {
    this.bytes += pending.length - pending.counted
    pending.counted = pending.length
  }

  remove(pending: Pending): void {
    this.byTid.delete(pending.tid)
    this.bytes -= pending.counted
    pending.counted = 0
    if (this.free.length < 256 && pending.bytes.length <= 65_536) this.free.push(pending)
  }

  /** The entry of one thread becomes another's. */
  move(pending: Pending, tid: number): void {
    this.byTid.delete(pending.tid)
    pending.tid = tid
    this.byTid.set(tid, pending)
  }

  /** The only entry of this system call, for a resumed line that names no thread. */
  only(syscall: Syscall): Pending | undefined {
    let found: Pending | undefined
    for (const pending of this.byTid.values()) {
      if (pending.syscall !== syscall) continue
      if (found) return undefined
      found = pending
    }
    return found
  }

  /** The oldest entry, if there is too much. */
  get excess(): Pending | undefined {
    if (this.byTid.size <= MOST_CALLS && this.bytes <= MOST_BYTES) return undefined
    return this.byTid.values().next().value
  }

  /** Makes every entry independent of the bytes of the log. */
  settle(): void {
    for (const pending of this.byTid.values()) {
      if (!pending.place) continue
      pending.settle()
      this.filled(pending)
    }
  }

  all(): Pending[] {
    return [...this.byTid.values()]
  }
}
