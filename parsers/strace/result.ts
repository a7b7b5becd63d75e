/**
 * What follows `) = `: the value, the path of a returned file descriptor, the error, a remark, the time spent
 * (syscall_exiting_trace() in syscall.c; -T and --syscall-times in the manual).
 */

import {
  CLOSE_PAREN,
  COMMA,
  DASH,
  DOT,
  decimal,
  EQUALS,
  fraction,
  isDigit,
  isNameByte,
  isUpper,
  LESS,
  MORE,
  OPEN_BRACKET,
  OPEN_PAREN,
  QUESTION,
  SPACE,
  ZERO,
} from '../text/bytes.ts'
import { NumberReader } from '../text/numbers.ts'
import { Time } from '../text/time.ts'
import { pathEnd } from './arguments.ts'

/** A span of bytes; empty where `start === end`. */
export class Span {
  start = 0
  end = 0

  set(start: number, end: number): void {
    this.start = start
    this.end = end
  }

  clear(): void {
    this.end = this.start = 0
  }
}

/** Places of ` = ` that are tried per line: the last is right, unless a file name or a string was cut there. */
const TRIES = 16

/** Digits of a value. */
const MOST_DIGITS = 20

export class Result {
  /** The value, as halves; NULL for `?`. */
  readonly value = new Time()
  readonly path = new Span()
  readonly error = new Span()
  readonly text = new Span()
  readonly duration = new Time()
  /** Digits after the point of the duration. */
  durationDigits = -1
  private readonly number = new NumberReader()
  /** Where the arguments end: the bracket before the value. */
  argsEnd = 0

  clear(): void {
    this.value.known = false
    this.path.clear()
    this.error.clear()
    this.text.clear()
    this.duration.known = false
    this.durationDigits = -1
  }

  /**
   * Finds the last ` = ` behind a bracket with something behind it that can be a result; arguments may hold ` = ` too,
   * and so may the name of a returned file.
   */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    this.clear()
    const last = this.readDuration(bytes, start, end)
    let tries = TRIES
    for (let i = last - 3; i > start; i--) {
      if (bytes[i] !== EQUALS || bytes[i + 1] !== SPACE || bytes[i - 1] !== SPACE) continue
      let close = i - 2
      while (close > start && bytes[close] === SPACE) close--
      if (bytes[close] === CLOSE_PAREN) {
        if (this.parse(bytes, i + 2, last)) {
          this.argsEnd = close
          return true
        }
        if (--tries === 0) return false
      }
      i = close + 1
    }
    return false
  }

  /** Reads only the duration; the position before it. */
  findDuration(bytes: Uint8Array, start: number, end: number): number {
    this.duration.known = false
    this.durationDigits = -1
    return this.readDuration(bytes, start, end)
  }

  /** ` <0.000012>` at the end; the position before it. */
  private readDuration(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[end - 1] !== MORE) return end
    return this.readMicroseconds(bytes, start, end) ? end - 11 : this.readAnyDuration(bytes, start, end)
  }

  /** ` <0.000012>`, as nearly all of them are. */
  private readMicroseconds(bytes: Uint8Array, start: number, end: number): boolean {
    const at = end - 11
    if (at <= start || bytes[at] !== SPACE || bytes[at + 1] !== LESS || bytes[at + 3] !== DOT) return false
    const seconds = (bytes[at + 2] as number) - ZERO
    let microseconds = 0
    for (let i = at + 4; i < at + 10; i++) {
      const digit = (bytes[i] as number) - ZERO
      if (digit < 0 || digit > 9) return false
      microseconds = microseconds * 10 + digit
    }
    if (seconds < 0 || seconds > 9) return false
    this.duration.set(seconds, microseconds * 1000)
    this.durationDigits = 6
    return true
  }

  private readAnyDuration(bytes: Uint8Array, start: number, end: number): number {
    let at = end - 2
    let point = -1
    for (; at > start; at--) {
      const c = bytes[at]
      if (c === DOT || c === COMMA) {
        if (point >= 0) return end
        point = at
      } else if (!isDigit(c)) break
    }
    if (bytes[at] !== LESS || bytes[at - 1] !== SPACE || at + 2 > end - 1) return end
    const whole = point < 0 ? end - 1 : point
    if (whole - at - 1 > 9) return end
    this.duration.set(decimal(bytes, at + 1, whole), point < 0 ? 0 : fraction(bytes, point + 1, end - 1))
    this.durationDigits = point < 0 ? 0 : end - 2 - point
    return at - 1
  }

  private parse(bytes: Uint8Array, start: number, end: number): boolean {
    this.path.clear()
    this.error.clear()
    this.text.clear()
    let at = this.readValue(bytes, start, end)
    if (at < 0) return false
    if (at === end) return true
    if (bytes[at] === LESS) {
      const close = pathEnd(bytes, at, end)
      if (close < 0) return false
      this.path.set(at + 1, close - 1)
      at = close
      if (at === end) return true
    }
    if (bytes[at] !== SPACE) return false
    at++
    if (isUpper(bytes[at])) {
      const name = at
      while (at < end && isNameByte(bytes[at] as number)) at++
      this.error.set(name, at)
      if (at === end) return true
      if (bytes[at] !== SPACE) return false
      at++
    }
    const c = bytes[at]
    if (c !== OPEN_PAREN && c !== LESS && c !== OPEN_BRACKET) return false
    if (c === OPEN_PAREN && bytes[end - 1] === CLOSE_PAREN && isOneGroup(bytes, at, end)) this.text.set(at + 1, end - 1)
    else this.text.set(at, end)
    return true
  }

  /** `-1`, `0x7fdfc833a000`, `022` (octal), `?`; the position behind it, or -1. */
  private readValue(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] === QUESTION) {
      this.value.known = false
      return start + 1
    }
    const first = bytes[start] === DASH ? start + 1 : start
    const isHex = bytes[first] === ZERO && bytes[first + 1] === 0x78
    const { number, value } = this
    if (!number.read(bytes, isHex ? first : start, end) || number.end - first > MOST_DIGITS) return -1
    if (!isHex && bytes[first] === ZERO && number.end - first > 1) return this.readOctal(bytes, start, number.end)
    value.known = true
    value.hi = number.hi
    value.lo = number.lo
    return number.end
  }

  private readOctal(bytes: Uint8Array, start: number, end: number): number {
    const negative = bytes[start] === DASH
    let value = 0n
    for (let i = negative ? start + 1 : start; i < end; i++) value = value * 8n + BigInt((bytes[i] as number) - ZERO)
    if (negative) value = -value
    this.value.known = true
    this.value.hi = Number(BigInt.asIntN(32, value >> 32n))
    this.value.lo = Number(BigInt.asIntN(32, value))
    return end
  }
}

/** Whether the bracket that opens at `at` closes only at the end: `(Timeout)`, but not `(Timeout) (INJECTED)`. */
function isOneGroup(bytes: Uint8Array, at: number, end: number): boolean {
  let depth = 0
  for (let i = at; i < end; i++) {
    if (bytes[i] === OPEN_PAREN) depth++
    else if (bytes[i] === CLOSE_PAREN && --depth === 0) return i === end - 1
  }
  return false
}
