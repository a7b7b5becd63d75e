/**
 * What stands before an event's text: thread, CPU, flags and time, as the kernel (trace_print_context() and
 * trace_print_lat_context() in kernel/trace/trace_output.c) and trace-cmd report (show_data() in tracecmd/trace-read.c)
 * print it.
 *
 *     kwinsys:    kwin_wayland-476   (    476) [000] d..2.   611.699968: sched_switch: ...
 *     kwin_way-476     0d..2. 16660us+: sched_switch: ...
 */
import {
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COLON,
  DASH,
  DOT,
  decimal,
  digitsEnd,
  fraction,
  isDigit,
  OPEN_BRACKET,
  OPEN_PAREN,
  SPACE,
  startsWith,
  TAB,
  ZERO,
} from '../text/bytes.ts'
import { digitsStart, hexEnd } from '../text/numbers.ts'
import type { LineHead, Stamp } from './line-head.ts'

/** Width of the column of the thread's name; an instance's name stands before it (`%16s-%-5d`, `%8.8s-%-5d`). */
const COMM_WIDTH = 16
const LATENCY_COMM_WIDTH = 8

export class Head implements LineHead {
  commStart = 0
  commEnd = 0
  tid = 0
  /** The process, where there is a TGID column and it is known; else -1. */
  pid = -1
  cpu = 0
  stamp: Stamp = 'seconds'
  /** Seconds, microseconds or ticks, by `stamp`. */
  whole = 0
  nanoseconds = 0
  /** Digits behind the point. */
  digits = 0
  /** The kernel cuts names to 15 characters; trace-cmd report -l and the latency format to 8. */
  cutAt = COMM_WIDTH
  instanceStart = 0
  instanceEnd = 0
  /** Where the flags are; empty where the text has none. `rawFlags`: in hexadecimal. */
  flagsStart = 0
  flagsEnd = 0
  rawFlags = false
  readonly namesWriter = true
  /** Where the event begins. */
  end = 0
  /** The last time: tells where one begins that stands not apart from the flags. */
  private lastTicks = 0

  /** Reads the head of a line. Returns whether it is an event's. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++
    this.commStart = at
    // Names have 15 characters at most: behind the column of the name no other dash counts, whatever the name holds.
    if (at > start && at <= start + COMM_WIDTH && this.readBehind(bytes, start + COMM_WIDTH, end)) return true
    for (let dash = at + 1; dash < end; dash++) if (this.readBehind(bytes, dash, end)) return true
    return false
  }

  /** Reads what stands behind the thread's name, if there is a dash. */
  private readBehind(bytes: Uint8Array, dash: number, end: number): boolean {
    if (bytes[dash] !== DASH) return false
    const digits = digitsEnd(bytes, dash + 1, end)
    if (digits === dash + 1 || digits - dash > 11 || bytes[digits] !== SPACE) return false
    if (!this.readRest(bytes, skipSpaces(bytes, digits, end), end)) return false
    this.commEnd = dash
    this.tid = decimal(bytes, dash + 1, digits)
    this.findInstance(bytes)
    return true
  }

  private readRest(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start
    this.pid = -1
    if (bytes[at] === OPEN_PAREN) {
      // (    476), (-----), or ( -------) where the kernel does not know it.
      at++
      while (bytes[at] === SPACE) at++
      const digits = digitsEnd(bytes, at, end)
      if (digits > at) this.pid = decimal(bytes, at, digits)
      at = digits
      while (bytes[at] === DASH) at++
      if (bytes[at] !== CLOSE_PAREN) return false
      at = skipSpaces(bytes, at + 1, end)
    }
    this.cutAt = COMM_WIDTH
    if (bytes[at] === OPEN_BRACKET) {
      // tracealyze events numbers the CPUs that a cut trace.dat does not tell from [-01] down.
      const first = bytes[at + 1] === DASH ? at + 2 : at + 1
      const digits = digitsEnd(bytes, first, end)
      if (digits === first || bytes[digits] !== CLOSE_BRACKET) return false
      this.cpu = first === at + 1 ? decimal(bytes, first, digits) : -decimal(bytes, first, digits)
      return this.readTime(bytes, digits + 1, end)
    }
    // Latency format: CPU and flags in one word.
    const digits = digitsEnd(bytes, at, end)
    if (digits === at || digits - at > 4) return false
    if (digits >= end || !isFlag(bytes[digits] as number)) return false
    this.cpu = decimal(bytes, at, digits)
    this.cutAt = LATENCY_COMM_WIDTH
    return this.readTime(bytes, digits, end)
  }

  /** Flags (or none, or `-0x1` of trace-cmd report -R), the time, and a colon. */
  private readTime(bytes: Uint8Array, start: number, end: number): boolean {
    let at = skipSpaces(bytes, start, end)
    let stop = wordEnd(bytes, at, end)
    const raw = bytes[at] === DASH && bytes[at + 1] === ZERO
    this.rawFlags = raw
    this.flagsStart = raw ? at + 3 : at
    this.flagsEnd = isDigit(bytes[at]) ? at : stop
    if (!isDigit(bytes[at]) && bytes[stop - 1] !== COLON) {
      at = skipSpaces(bytes, stop, end)
      stop = wordEnd(bytes, at, end)
    }
    if (isDigit(bytes[at])) {
      return this.readStamp(bytes, at, end)
    }
    // A time that is wider than its column has no space before it: `d..2.1166178672713:`, `-0x11166178672713:`.
    if (bytes[stop - 1] !== COLON) return false
    let from = digitsStart(bytes, at, stop - 1)
    if (bytes[from - 1] === DOT && stop - 1 - from >= 6 && isDigit(bytes[from - 2]) && stop - from < 11) {
      from = digitsStart(bytes, at, from - 1)
    }
    if (raw) {
      if (hexEnd(bytes, at + 3, stop - 1) < stop - 1) return false
      from = Math.max(from, at + 4)
    }
    if (from >= stop - 1) return false
    this.flagsEnd = this.stampStart(bytes, from)
    return this.readStamp(bytes, this.flagsEnd, end)
  }

  /** Digits of the flags may touch those of the time: it begins where it is nearest to the time before. */
  private stampStart(bytes: Uint8Array, first: number): number {
    const end = digitsEnd(bytes, first, bytes.length)
    const longer = this.lastTicks === 0 ? 0 : end - first - String(this.lastTicks).length
    let best = first
    let nearest = Number.POSITIVE_INFINITY
    for (let at = first; at <= first + longer && at < end; at++) {
      const distance = Math.abs(decimal(bytes, at, end) - this.lastTicks)
      if (distance < nearest) {
        nearest = distance
        best = at
      }
    }
    return best
  }

  /** `611.699968:`, `611.699968123:`, `16660us+:`, `1166178672713:`. */
  private readStamp(bytes: Uint8Array, at: number, end: number): boolean {
    const digits = digitsEnd(bytes, at, end)
    this.whole = decimal(bytes, at, digits)
    this.nanoseconds = 0
    this.digits = 0
    let stop = digits
    if (bytes[digits] === DOT) {
      stop = digitsEnd(bytes, digits + 1, end)
      this.digits = stop - digits - 1
      if (this.digits === 0) return false
      this.nanoseconds = fraction(bytes, digits + 1, stop)
      this.stamp = 'seconds'
    } else if (startsWith(bytes, digits, end, 'us')) {
      // A mark of how long the event took follows: mark_duration() in trace_output.c.
      stop = digits + 2
      if (bytes[stop] !== COLON) stop++
      this.stamp = 'us'
    } else this.stamp = 'ticks'
    if (bytes[stop] !== COLON || (stop + 1 < end && bytes[stop + 1] !== SPACE)) return false
    if (this.stamp !== 'us') this.lastTicks = this.whole
    stop = skipSpaces(bytes, stop + 1, end)
    // trace-cmd report --ts-diff: (+348)
    if (bytes[stop] === OPEN_PAREN && (bytes[stop + 1] === 0x2b || isDigit(bytes[stop + 1]))) {
      const close = bytes.indexOf(CLOSE_PAREN, stop)
      if (close > 0 && close < end) stop = skipSpaces(bytes, close + 1, end)
    }
    this.end = stop
    return true
  }

  /** ` fences:        camclient`: the column of the name begins behind the instance. */
  private findInstance(bytes: Uint8Array): void {
    const start = this.commStart
    this.instanceStart = this.instanceEnd = start
    for (let i = start; i + this.cutAt < this.commEnd; i++) {
      if (bytes[i] === SPACE) return
      if (bytes[i] !== COLON || bytes[i + 1] !== SPACE) continue
      this.instanceEnd = i
      this.commStart = skipSpaces(bytes, i + 1, this.commEnd)
      return
    }
  }
}

/** The first of the flags: interrupts and bottom halves off (trace_print_lat_fmt()). */
const isFlag = (c: number): boolean =>
  c === DOT || c === 0x64 || c === 0x44 || c === 0x58 || c === 0x62 || c === 0x42 || c === DASH

function skipSpaces(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i] === SPACE) i++
  return i
}

function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i] !== SPACE) i++
  return i
}
