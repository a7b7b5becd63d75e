/**
 * Times of a recording as ns in two halves. Where the text has microseconds only, events of the same microsecond get 0,
 * 1, 2... ns in the order of their lines: a call would else begin when it ends, or after it. Rounded to microseconds a
 * time is what the text says.
 */
import type { CaptureFacts } from '../../src/parser.ts'
import { Time } from '../text/time.ts'
import type { LineHead } from './line-head.ts'

/** Nanoseconds that are added at most. */
const MOST_ADDED = 499

export class Stamps {
  hi = 0
  lo = 0
  /** Lines by the kind of their time. */
  seconds = 0
  us = 0
  ticks = 0
  /** Lines without a time. */
  none = 0
  /** Lines with nanoseconds. */
  precise = 0
  /** The second that `base` stands for: most lines share it with the one before. */
  private cached = -1
  private readonly base = new Time()
  private lastWhole = -1
  private lastNanoseconds = -1
  private added = 0

  read({ stamp, whole, nanoseconds, digits }: LineHead): void {
    if (stamp === undefined) {
      this.none++
      return
    }
    if (stamp === 'seconds') {
      this.seconds++
      if (digits > 6) this.precise++
      const extra = digits > 6 ? 0 : this.order(whole, nanoseconds)
      if (whole !== this.cached) {
        this.cached = whole
        this.base.set(whole, 0)
      }
      const low = (this.base.lo >>> 0) + nanoseconds + extra
      this.lo = low | 0
      this.hi = low >= 4294967296 ? this.base.hi + 1 : this.base.hi
      return
    }
    if (stamp === 'us') this.us++
    else this.ticks++
    const value = stamp === 'us' ? whole * 1000 + this.order(whole, 0) : whole
    this.lo = value | 0
    this.hi = Math.floor(value / 4294967296)
  }

  /** How many ns to add: the number of lines before it that have the same time. */
  private order(whole: number, nanoseconds: number): number {
    if (whole === this.lastWhole && nanoseconds === this.lastNanoseconds) {
      if (this.added < MOST_ADDED) this.added++
    } else {
      this.lastWhole = whole
      this.lastNanoseconds = nanoseconds
      this.added = 0
    }
    return this.added
  }

  facts(): Partial<CaptureFacts> {
    const { seconds, us, ticks, precise } = this
    if (ticks > seconds + us) return { clockUnit: 'ticks', resolution: 1 }
    return { clockUnit: 'ns', resolution: precise > 0 && precise === seconds && us === 0 ? 1 : 1000 }
  }
}
