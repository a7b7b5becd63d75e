/**
 * What strace prints before a call: thread, SELinux context, time, number of the call, instruction pointer (printleader()
 * in strace.c). Of the same digits a thread id and a number of seconds are told apart by their number: pids have at
 * most 7 (PID_MAX_LIMIT is 2^22), seconds since 1970 have 10.
 */
import {
  COLON,
  COMMA,
  DOT,
  decimal,
  digitsEnd,
  fraction,
  isDigit,
  LESS,
  MORE,
  OPEN_BRACKET,
  OPEN_PAREN,
  PLUS,
  SPACE,
  startsWith,
} from '../text/bytes.ts'
import type { Window } from '../text/window.ts'
import { deltaEnd, groupEnd, kindOfGroup, nothingSeen } from './seen.ts'
import { UsualPrefix } from './usual-prefix.ts'

export type Stamp = 'none' | 'unix' | 'time of day' | 'relative'

const PID_DIGITS = 8
const SECONDS_DIGITS = 11

export class Prefix {
  /** Thread id; -1 if not printed. */
  tid = -1
  /** Whether it was printed as `[pid N]`, which strace leaves out while only one thread is traced. */
  bracket = false
  /** The thread's name, printed by --decode-pids=comm. */
  commStart = 0
  commEnd = 0
  stamp: Stamp = 'none'
  seconds = 0
  nanoseconds = 0
  /** Digits after the point. */
  digits = 0
  /** Where the call begins. */
  body = 0
  private value = 0
  private readonly usual = new UsualPrefix()
  readonly seen = nothingSeen()

  parse(window: Window, start: number, end: number): void {
    if (this.usual.read(window, start, end)) this.takeUsual()
    else this.parseAny(window, start, end)
  }

  private takeUsual(): void {
    const { usual } = this
    this.tid = usual.tid
    if (usual.tid >= 0) this.seen.barePid = true
    this.bracket = false
    this.commEnd = this.commStart = 0
    this.stamp = 'unix'
    this.seconds = usual.seconds
    this.nanoseconds = usual.nanoseconds
    this.digits = 6
    this.body = usual.body
  }

  private parseAny({ bytes, view }: Window, start: number, end: number): void {
    this.tid = -1
    this.bracket = false
    this.commEnd = this.commStart = 0
    this.stamp = 'none'
    let at = start
    let spaces = 0
    const first = bytes[at] as number
    if (first === OPEN_BRACKET) at = this.groups(bytes, at, end)
    else if (isDigit(first)) {
      const digits = this.number(bytes, at, end)
      const width = digits - at
      if (bytes[digits] === SPACE && width <= PID_DIGITS) {
        this.tid = this.value
        this.seen.barePid = true
        at = digits + 1
        spaces = width < 5 ? width - 5 : 0
      } else if (bytes[digits] === LESS && width <= PID_DIGITS) {
        const tid = decimal(bytes, at, digits)
        const close = this.comm(bytes, digits, end)
        if (close > 0 && bytes[close] === SPACE) {
          this.tid = tid
          this.seen.barePid = true
          at = close + 1
        }
      }
      // The padding of the thread id.
      for (; spaces < 0 && bytes[at] === SPACE; spaces++) at++
      if (this.tid >= 0 && bytes[at] === OPEN_BRACKET) {
        at = this.groups(bytes, at, end)
        spaces = 0
      }
    }
    while (bytes[at] === SPACE && at < end) {
      at++
      spaces++
    }
    if (at < end && isDigit(bytes[at])) {
      const time = at
      at = this.time(bytes, at, end, spaces)
      if (at - time === 18 && this.isUsual()) this.usual.learn(view, time, this.seconds)
    }
    if (bytes[at] === OPEN_PAREN && bytes[at + 1] === PLUS) {
      const close = deltaEnd(bytes, at, end)
      if (close > at) this.seen.delta = true
      at = close
    }
    if (bytes[at] === OPEN_BRACKET) at = this.groups(bytes, at, end)
    this.body = at
  }

  private isUsual(): boolean {
    return this.stamp === 'unix' && this.digits === 6
  }

  /** Reads a number into `value`; the position behind it. */
  private number(bytes: Uint8Array, start: number, end: number): number {
    const digits = digitsEnd(bytes, start, end)
    this.value = decimal(bytes, start, digits)
    return digits
  }

  /** `[pid 486] `, `[ 202] ` (-n), `[00007f3c8e2fc1b4] ` (-i), `[user_t] ` (--secontext). */
  private groups(bytes: Uint8Array, at: number, end: number): number {
    while (bytes[at] === OPEN_BRACKET) {
      if (startsWith(bytes, at, end, '[ Process')) return at
      const close = groupEnd(bytes, at, end)
      if (bytes[close + 1] !== SPACE || close + 1 >= end) return at
      if (!this.group(bytes, at + 1, close, end)) return at
      at = close + 2
    }
    return at
  }

  private group(bytes: Uint8Array, start: number, close: number, end: number): boolean {
    if (startsWith(bytes, start, close, 'pid ')) {
      let at = start + 4
      while (bytes[at] === SPACE) at++
      const digits = digitsEnd(bytes, at, close)
      if (digits === at || digits - at > PID_DIGITS) return false
      if (bytes[digits] === LESS) this.comm(bytes, digits, end)
      else if (digits !== close) return false
      this.tid = decimal(bytes, at, digits)
      this.bracket = true
      this.seen.bracketPid = true
      return true
    }
    const kind = kindOfGroup(bytes, start, close)
    if (kind) this.seen[kind] = true
    return kind !== undefined
  }

  /** `<kwin_wayland>` behind a thread id; the position behind it, or 0. */
  private comm(bytes: Uint8Array, at: number, end: number): number {
    let close = at + 1
    while (close < end && bytes[close] !== MORE) close++
    if (close >= end) return 0
    this.commStart = at + 1
    this.commEnd = close
    this.seen.comm = true
    return close + 1
  }

  /** `1700000000.123456 `, `14:32:01 `, `14:32:01.123456 `, `     0.000071 `; where no time is meant, nothing. */
  private time(bytes: Uint8Array, start: number, end: number, spaces: number): number {
    let at = this.number(bytes, start, end)
    const width = at - start
    if (width > SECONDS_DIGITS) return start
    let seconds = this.value
    let stamp: Stamp = spaces > 0 || (width >= 6 && width < 9) ? 'relative' : 'unix'
    if (bytes[at] === COLON && width === 2) {
      if (bytes[at + 3] !== COLON || digitsEnd(bytes, at + 1, end) !== at + 3) return start
      if (digitsEnd(bytes, at + 4, end) !== at + 6) return start
      seconds = seconds * 3600 + decimal(bytes, at + 1, at + 3) * 60 + decimal(bytes, at + 4, at + 6)
      at += 6
      stamp = 'time of day'
    }
    this.digits = 0
    this.nanoseconds = 0
    if (bytes[at] === DOT || bytes[at] === COMMA) {
      const last = this.number(bytes, at + 1, end)
      this.digits = last - at - 1
      this.nanoseconds = this.digits === 6 ? this.value * 1000 : fraction(bytes, at + 1, last)
      at = last
    }
    if (bytes[at] !== SPACE || at >= end) return start
    this.stamp = stamp
    this.seconds = seconds
    return at + 1
  }
}
