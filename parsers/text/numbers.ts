/** Reading integers of up to 64 bits from text into two 32-bit halves. */
import { DASH, hexValue, isDigit, ZERO } from './bytes.ts'

/** Digits of a decimal number that a double holds exactly. */
const EXACT_DIGITS = 15

/** The number read last: `hi` and `lo` are the halves of its two's complement. */
export class NumberReader {
  hi = 0
  lo = 0
  negative = false
  /** Written in hexadecimal: its bits count, not its sign. */
  hex = false
  /** Does not fit into 64 bits. */
  overflow = false
  /** Behind the last digit. */
  end = 0

  /** Reads `-12`, `0x1f`, or with `bare` `1f`. Returns whether there was a digit. */
  read(bytes: Uint8Array, start: number, end: number, bare = false): boolean {
    let at = start
    this.negative = bytes[at] === DASH && at < end
    if (this.negative) at++
    const prefixed = at + 2 < end && bytes[at] === ZERO && ((bytes[at + 1] as number) | 0x20) === 0x78
    this.hex = prefixed || bare
    this.overflow = false
    return this.hex ? this.readHex(bytes, prefixed ? at + 2 : at, end) : this.readDecimal(bytes, at, end)
  }

  private readHex(bytes: Uint8Array, start: number, end: number): boolean {
    let hi = 0
    let lo = 0
    let at = start
    for (; at < end; at++) {
      const digit = hexValue(bytes[at] as number)
      if (digit < 0) break
      if (hi >>> 28 !== 0) this.overflow = true
      hi = (hi << 4) | (lo >>> 28)
      lo = (lo << 4) | digit
    }
    this.end = at
    this.hi = hi
    this.lo = lo
    if (this.negative) this.negate()
    return at > start
  }

  private readDecimal(bytes: Uint8Array, start: number, end: number): boolean {
    let value = 0
    let at = start
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    this.end = at
    if (at - start > EXACT_DIGITS) this.setBig(bytes, start, at)
    else {
      this.hi = Math.floor(value / 4294967296)
      this.lo = value | 0
    }
    if (this.negative) this.negate()
    return at > start
  }

  private setBig(bytes: Uint8Array, start: number, end: number): void {
    const value = BigInt(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'))
    this.overflow = value >> 64n !== 0n || (this.negative && value > 1n << 63n)
    this.hi = Number(BigInt.asIntN(32, value >> 32n))
    this.lo = Number(BigInt.asIntN(32, value))
  }

  private negate(): void {
    this.lo = -this.lo | 0
    this.hi = (this.lo === 0 ? -this.hi : ~this.hi) | 0
  }
}

/** The end of the run of hexadecimal digits that starts at `at`. */
export function hexEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && hexValue(bytes[i] as number) >= 0) i++
  return i
}

/** The start of the run of digits that ends at `end`, not before `from`. */
export function digitsStart(bytes: Uint8Array, from: number, end: number): number {
  let i = end
  while (i > from && isDigit(bytes[i - 1])) i--
  return i
}
