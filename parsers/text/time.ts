/** Times as ns in two 32-bit halves. */

/** A time or nothing; `hi` and `lo` are the halves of a signed 64-bit number of ns. */
export class Time {
  known = false
  hi = 0
  lo = 0

  copy(other: Time): void {
    this.known = other.known
    this.hi = other.hi
    this.lo = other.lo
  }

  /** Sets it to seconds and nanoseconds; exact up to 2^47 seconds, which is more than can be stored. */
  set(seconds: number, nanoseconds: number): void {
    if (seconds < 3) {
      this.known = true
      this.hi = 0
      this.lo = (seconds * 1e9 + nanoseconds) | 0
      return
    }
    const upper = Math.floor(seconds / 65536)
    const a = upper * 1e9
    const rest = Math.floor(a / 65536)
    const low = (a - rest * 65536) * 65536 + (seconds - upper * 65536) * 1e9 + nanoseconds
    this.known = true
    this.hi = (rest + Math.floor(low / 4294967296)) | 0
    this.lo = low | 0
  }
}
