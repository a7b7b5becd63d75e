/** One of the logs that are merged: its next line, and when that was. */
import type { Input } from '../../src/parser.ts'
import { Lines } from '../text/lines.ts'
import { Time } from '../text/time.ts'
import { Clock } from './clock.ts'
import { Prefix } from './prefix.ts'

/** Bytes read at once: there may be hundreds of logs. */
const PIECE = 1 << 16

export class Part {
  readonly lines: Lines
  /** What strace -f prints before each line. */
  readonly leader: Uint8Array
  readonly prefix = new Prefix()
  readonly clock = new Clock()
  /** The time of the line; not known where it has none of its own. */
  readonly time = new Time()
  private readonly order: number

  constructor(tid: number, input: Input, order: number) {
    this.lines = new Lines(input, undefined, PIECE)
    this.leader = Buffer.from(`${String(tid).padEnd(5)} `)
    this.order = order
  }

  /** Goes to the next line. Of one that is too long for the parser there is only the beginning. */
  next(): boolean {
    const { lines, prefix } = this
    if (lines.cut) lines.skipRest()
    if (!lines.next()) return false
    prefix.parse(lines.window, lines.start, lines.end)
    return true
  }

  readTime(): void {
    this.clock.read(this.prefix, this.lines.number, this.time)
    if (this.clock.stamp === 'relative') this.time.known = false
  }

  /** Lines without a time come first, in the order of the threads. */
  isBefore(other: Part): boolean {
    const { time } = this
    if (time.known !== other.time.known) return !time.known
    if (!time.known) return this.order < other.order
    if (time.hi !== other.time.hi) return time.hi < other.time.hi
    const a = time.lo >>> 0
    const b = other.time.lo >>> 0
    return a !== b ? a < b : this.order < other.order
  }
}
