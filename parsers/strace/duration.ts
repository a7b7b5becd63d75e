/** The time spent in a call, which -T prints at the end of a line: ` <0.000012>`. */
import { COMMA, DOT, decimal, fraction, isDigit, LESS, MORE, SPACE, ZERO } from '../text/bytes.ts'
import { Time } from '../text/time.ts'

/** Bytes of ` <0.000012>`. */
const USUAL = 11

export class Duration {
  readonly time = new Time()
  /** Digits after the point; -1 if there is no duration. */
  digits = -1

  /** Reads the one at the end of [start, end); the position before it. */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.time.known = false
    this.digits = -1
    if (bytes[end - 1] !== MORE) return end
    return this.readMicroseconds(bytes, start, end) ? end - USUAL : this.readAny(bytes, start, end)
  }

  /** One below 10 seconds with six digits, as nearly all of them are. */
  private readMicroseconds(bytes: Uint8Array, start: number, end: number): boolean {
    const at = end - USUAL
    if (at <= start || bytes[at] !== SPACE || bytes[at + 1] !== LESS || bytes[at + 3] !== DOT) return false
    const seconds = (bytes[at + 2] as number) - ZERO
    let microseconds = 0
    for (let i = at + 4; i < at + 10; i++) {
      const digit = (bytes[i] as number) - ZERO
      if (digit < 0 || digit > 9) return false
      microseconds = microseconds * 10 + digit
    }
    if (seconds < 0 || seconds > 9) return false
    this.time.set(seconds, microseconds * 1000)
    this.digits = 6
    return true
  }

  private readAny(bytes: Uint8Array, start: number, end: number): number {
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
    this.time.set(decimal(bytes, at + 1, whole), point < 0 ? 0 : fraction(bytes, point + 1, end - 1))
    this.digits = point < 0 ? 0 : end - 2 - point
    return at - 1
  }
}
