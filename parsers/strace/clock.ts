/** Time stamps as ns in two 32-bit halves. */
import { Time } from '../text/time.ts'
import type { Prefix, Stamp } from './prefix.ts'

const DAY = 86_400

/**
 * Seconds by which a time of day may be less than one before, and the day is the same: a clock is set back, by an hour at
 * the end of daylight saving time; with -z a call is printed when it ends, with the time when it began.
 */
const MOST_BACK = 7200

/** So many seconds back are a clock that was set, since calls that -z prints late rarely last as long. */
const SET_BACK = 1800

/** What the clock of each kind of time stamp is called in `captures.clock`. */
export const CLOCK_NAMES: Record<Stamp, string> = {
  none: 'none',
  unix: 'realtime',
  'time of day': 'time-of-day',
  relative: 'relative',
}

/** The clock of a log: the kind of its first time stamp. */
export class Clock {
  stamp: Stamp = 'none'
  /** Digits after the point of the first time stamp. */
  digits = 0
  /** Lines whose time stamp is of another kind, and the first of them. */
  others = 0
  firstOther = 0
  /** Lines before which the time of day was set back, and the first of them. */
  setBacks = 0
  firstSetBack = 0
  private days = 0
  private last = 0
  private seconds = 0
  private nanoseconds = 0
  /** The second that `hi` and `lo` stand for, since most lines share it with the one before. */
  private cached = -1
  private readonly base = new Time()

  /** The time of a line, from its prefix. */
  read(prefix: Prefix, line: number, time: Time): void {
    let stamp = prefix.stamp
    if (stamp === 'none') {
      time.known = false
      return
    }
    if (this.stamp === 'none') {
      // Without padding only the first value tells -r (0.000000) from -ttt on a machine whose clock starts in 1970.
      if (stamp === 'unix' && prefix.seconds === 0) stamp = 'relative'
      this.stamp = stamp
      this.digits = prefix.digits
    } else if (stamp === 'unix' && this.stamp === 'relative' && prefix.seconds < 1e8) stamp = 'relative'
    if (stamp !== this.stamp) {
      if (this.others++ === 0) this.firstOther = line
      time.known = false
    } else if (stamp === 'unix') this.convert(prefix.seconds, prefix.nanoseconds, time)
    else if (stamp === 'relative') this.relative(prefix, time)
    else this.timeOfDay(prefix, line, time)
  }

  /** Times of day begin on the day after. */
  startNextDay(): void {
    this.days = 1
  }

  private convert(seconds: number, nanoseconds: number, time: Time): void {
    if (seconds !== this.cached) {
      this.cached = seconds
      this.base.set(seconds, 0)
    }
    const low = (this.base.lo >>> 0) + nanoseconds
    time.known = true
    time.lo = low | 0
    time.hi = low >= 4294967296 ? this.base.hi + 1 : this.base.hi
  }

  /** -r: the time since the line before (static `ots` in printleader()). */
  private relative(prefix: Prefix, time: Time): void {
    this.seconds += prefix.seconds
    this.nanoseconds += prefix.nanoseconds
    if (this.nanoseconds >= 1e9) {
      this.nanoseconds -= 1e9
      this.seconds++
    }
    this.convert(this.seconds, this.nanoseconds, time)
  }

  /** -t and -tt: a step back of more than MOST_BACK is midnight; one forth to shortly before midnight is a line of before. */
  private timeOfDay(prefix: Prefix, line: number, time: Time): void {
    const { seconds } = prefix
    const back = this.last - seconds
    let { days } = this
    if (back > MOST_BACK) days = ++this.days
    else if (back < MOST_BACK - DAY && days > 0) days--
    else if (back >= SET_BACK && this.setBacks++ === 0) this.firstSetBack = line
    if (days === this.days) this.last = seconds
    this.convert(days * DAY + seconds, prefix.nanoseconds, time)
  }
}
