/** A call whose end is still to come. */
import { COMMA, NEWLINE, SPACE } from '../text/bytes.ts'
import { Time } from '../text/time.ts'
import { Window } from '../text/window.ts'
import type { Bodies } from './bodies.ts'
import type { Syscall } from './syscalls.ts'

const NOTHING = new Window(new Uint8Array(0))

/** Bytes that an entry keeps for the next call of its thread. */
const MOST_KEPT = 4096

/** The beginning of a thread's call: its arguments, as far as they were printed. */
export class Pending {
  tid: number
  /** Whether there is such a call. */
  open = false
  /** Rises from call to call. */
  order = 0
  /** The arguments at [0, length), once they were copied. */
  own = NOTHING
  length = 0
  seq = 0
  syscall: Syscall | undefined
  /** It began before the log. */
  resumed = false
  readonly start = new Time()
  /** The bytes of the log in which the arguments still are, at [from, to); undefined once they were copied. */
  place: Window | undefined
  from = 0
  to = 0
  /** The line with the arguments, where it is known and the call has no other one yet; else -1. */
  body = -1
  /** Bytes that PendingCalls has counted. */
  counted = 0
  /** Where the part of the last line begins; 0 if there is one line. */
  private part = 0

  constructor(tid: number) {
    this.tid = tid
  }

  begin(window: Window, start: number, end: number, body: number): void {
    this.place = window
    this.body = body
    this.from = start
    this.to = end
    this.length = 0
    this.part = 0
  }

  /** The call is over. */
  close(): void {
    this.open = false
    this.counted = 0
    this.place = undefined
    this.body = -1
    if (this.own.bytes.length > MOST_KEPT) this.own = NOTHING
  }

  /** Makes it independent of the bytes of the log, which are about to become invalid. */
  settle(bodies: Bodies): void {
    const { place, body } = this
    if (!place) return
    if (body >= 0) {
      this.place = bodies.window
      this.from = bodies.place(body) + bodies.from(body)
      this.to = bodies.place(body) + bodies.to(body)
    } else this.copy()
  }

  /** Copies the arguments. */
  copy(): void {
    const { place } = this
    if (!place) return
    this.place = undefined
    this.body = -1
    this.add(place, this.from, this.to)
  }

  /** Adds what a resumed line has; one that repeats the line before (resumed, unfinished, resumed) replaces it. */
  append(window: Window, start: number, end: number): void {
    this.copy()
    if (this.part > 0 && this.isRepeated(window.bytes, start, end)) this.length = this.part
    const { bytes } = this.own
    if (bytes[this.length - 1] === COMMA && window.bytes[start] !== SPACE) bytes[this.length++] = SPACE
    this.part = this.length
    this.add(window, start, end)
  }

  private isRepeated(bytes: Uint8Array, start: number, end: number): boolean {
    const size = this.length - this.part
    if (size === 0 || end - start < size) return false
    const own = this.own.bytes
    for (let i = 0; i < size; i++) if (own[this.part + i] !== bytes[start + i]) return false
    return true
  }

  private add(window: Window, start: number, end: number): void {
    const last = this.length + end - start
    this.reserve(last + 1)
    this.own.copy(this.length, window, start, end)
    // As behind a line: nothing may be read past the end by mistake.
    this.own.bytes[last] = NEWLINE
    this.length = last
  }

  private reserve(size: number): void {
    const { bytes } = this.own
    if (size <= bytes.length) return
    const grown = new Uint8Array(Math.max(256, 2 * size))
    grown.set(bytes.subarray(0, this.length))
    this.own = new Window(grown)
  }
}
