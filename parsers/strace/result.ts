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
  digitsEnd,
  EQUALS,
  fraction,
  hexValue,
  isDigit,
  isNameByte,
  isUpper,
  LESS,
  MORE,
  OPEN_BRACKET,
  OPEN_PAREN,
  pathEnd,
  QUESTION,
  SPACE,
  ZERO,
} from './bytes.ts'
import { Time } from './clock.ts'

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

export class Result {
  /** The value, as halves; NULL for `?`. */
  readonly value = new Time()
  readonly path = new Span()
  readonly error = new Span()
  readonly text = new Span()
  readonly duration = new Time()
  /** Digits after the point of the duration. */
  durationDigits = -1
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
    const negative = bytes[start] === DASH
    const first = negative ? start + 1 : start
    if (bytes[first] === ZERO && bytes[first + 1] === 0x78) return this.readHex(bytes, first + 2, end)
    const last = digitsEnd(bytes, first, end)
    if (last === first || last - first > 20) return -1
    const base = bytes[first] === ZERO && last - first > 1 ? 8 : 10
    if (last - first <= 9 && base === 10) {
      const value = negative ? -decimal(bytes, first, last) : decimal(bytes, first, last)
      this.setHalves(value < 0 ? -1 : 0, value | 0)
    } else this.readLong(bytes, first, last, base, negative)
    return last
  }

  private readLong(bytes: Uint8Array, first: number, last: number, base: number, negative: boolean): void {
    let value = 0n
    for (let i = first; i < last; i++) value = value * BigInt(base) + BigInt((bytes[i] as number) - ZERO)
    if (negative) value = -value
    this.setHalves(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)))
  }

  private readHex(bytes: Uint8Array, start: number, end: number): number {
    let hi = 0
    let lo = 0
    let at = start
    for (; at < end && at < start + 16; at++) {
      const digit = hexValue(bytes[at] as number)
      if (digit < 0) break
      hi = (hi << 4) | (lo >>> 28)
      lo = (lo << 4) | digit
    }
    if (at === start) return -1
    this.setHalves(hi, lo)
    return at
  }

  private setHalves(hi: number, lo: number): void {
    this.value.known = true
    this.value.hi = hi
    this.value.lo = lo
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
