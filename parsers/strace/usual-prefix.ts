/**
 * What nearly all lines begin with, read without looking at each digit: `476   1795321216.617682 ` as `strace -f -ttt -o`
 * prints it, or only the time, in the same second as a line before.
 */
import { DOT, OPEN_BRACKET, OPEN_PAREN, SPACE, ZERO } from '../text/bytes.ts'
import type { Window } from '../text/window.ts'

const PID_DIGITS = 8
/** Width of the thread id with the space behind it. */
const PID_COLUMN = 6
/** Digits of seconds, the point, six digits, a space. */
const TIME_WIDTH = 18

export class UsualPrefix {
  /** Thread id; -1 if not printed. */
  tid = -1
  seconds = -1
  nanoseconds = 0
  /** Where the call begins. */
  body = 0
  /** The ten digits of the second, as words. */
  private a = 0
  private b = 0
  private c = 0

  /** Remembers the second of a time at `at`, which is as wide as this one. */
  learn(view: DataView, at: number, seconds: number): void {
    this.a = view.getInt32(at, true)
    this.b = view.getInt32(at + 4, true)
    this.c = view.getInt16(at + 8, true)
    this.seconds = seconds
  }

  /** Reads the line [start, end); false if it begins otherwise. */
  read({ bytes, view }: Window, start: number, end: number): boolean {
    let at = start
    let tid = 0
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO
      if (digit < 0 || digit > 9) break
      tid = tid * 10 + digit
    }
    if (at - start > PID_DIGITS) {
      at = start
      tid = -1
    } else {
      if (at === start || bytes[at] !== SPACE) return false
      for (at++; at < start + PID_COLUMN; at++) if (bytes[at] !== SPACE) return false
    }
    const body = at + TIME_WIDTH
    if (this.seconds < 0 || body >= end || view.getInt32(at, true) !== this.a) return false
    if (view.getInt32(at + 4, true) !== this.b || view.getInt16(at + 8, true) !== this.c) return false
    if (bytes[at + 10] !== DOT || bytes[body - 1] !== SPACE) return false
    let microseconds = 0
    for (let i = at + 11; i < body - 1; i++) {
      const digit = (bytes[i] as number) - ZERO
      if (digit < 0 || digit > 9) return false
      microseconds = microseconds * 10 + digit
    }
    // More of -r, -n, -i or --secontext.
    if (bytes[body] === OPEN_BRACKET || bytes[body] === OPEN_PAREN) return false
    this.tid = tid
    this.nanoseconds = microseconds * 1000
    this.body = body
    return true
  }
}
