/**
 * What follows `) = `: the value, the path of a returned file descriptor, the error, a remark (syscall_exiting_trace() in
 * syscall.c).
 */

import {
  CLOSE_PAREN,
  DASH,
  digitsEnd,
  EQUALS,
  isNameByte,
  isUpper,
  LESS,
  OPEN_BRACKET,
  OPEN_PAREN,
  QUESTION,
  SPACE,
  startsWith,
  ZERO,
} from '../text/bytes.ts'
import { NumberReader } from '../text/numbers.ts'
import { Time } from '../text/time.ts'
import { pathEnd } from './arguments.ts'
import { deletedEnd } from './fd-argument.ts'

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

const COMMENT = '/* '
const OF_STRACE = " in strace's PID NS */"

export class Result {
  /** The value, as halves; NULL for `?`. */
  readonly value = new Time()
  readonly path = new Span()
  readonly error = new Span()
  readonly text = new Span()
  private readonly number = new NumberReader()
  /** Where the arguments end: the bracket before the value. */
  argsEnd = 0

  clear(): void {
    this.value.known = false
    this.path.clear()
    this.error.clear()
    this.text.clear()
  }

  /**
   * Finds the last ` = ` behind a bracket with something behind it, up to `end`, that can be a result; arguments may hold
   * ` = ` too, and so may the name of a returned file.
   */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    this.clear()
    let tries = TRIES
    for (let i = end - 3; i > start; i--) {
      if (bytes[i] !== EQUALS || bytes[i + 1] !== SPACE || bytes[i - 1] !== SPACE) continue
      let close = i - 2
      while (close > start && bytes[close] === SPACE) close--
      if (bytes[close] === CLOSE_PAREN) {
        if (this.parse(bytes, i + 2, end)) {
          this.argsEnd = close
          return true
        }
        if (--tries === 0) return false
      }
      i = close + 1
    }
    return false
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
      at = deletedEnd(bytes, close, end)
      if (at === end) return true
    }
    if (bytes[at] !== SPACE) return false
    at++
    if (startsWith(bytes, at, end, COMMENT)) return this.readTranslation(bytes, start, at, end)
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

  /**
   * `2<sh> /* 486 in strace's PID NS` of --decode-pids=pidns, with the comment at `at` (printpid_translation() in pidns.c).
   * Lines of that thread begin with strace's number, so that it is the value; the text is all of it.
   */
  private readTranslation(bytes: Uint8Array, start: number, at: number, end: number): boolean {
    const number = at + COMMENT.length
    const digits = digitsEnd(bytes, number, end)
    if (digits - number > MOST_DIGITS || !startsWith(bytes, digits, end, OF_STRACE)) return false
    this.path.clear()
    this.text.set(start, end)
    return this.readValue(bytes, number, digits) > 0
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
