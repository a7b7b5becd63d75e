/** One of the logs that are merged: its next line, and when that was. */
import type { Input } from '../../src/parser.ts'
import { PLUS } from '../text/bytes.ts'
import { Lines } from '../text/lines.ts'
import { Time } from '../text/time.ts'
import { Clock } from './clock.ts'
import { supersededThread } from './event.ts'
import { Prefix } from './prefix.ts'

/** Bytes read at once: there may be hundreds of logs. */
const PIECE = 1 << 16

export class Part {
  readonly tid: number
  readonly lines: Lines
  /** What strace -f prints before each line. */
  readonly leader: Uint8Array
  readonly prefix = new Prefix()
  readonly clock = new Clock()
  /** The time of the line; not known where it has none of its own. */
  readonly time = new Time()
  hasEnded = false
  private readonly order: number

  constructor(tid: number, input: Input, order: number) {
    this.tid = tid
    this.lines = new Lines(input, undefined, PIECE, true)
    this.leader = Buffer.from(`${String(tid).padEnd(5)} `)
    this.order = order
  }

  /** Goes to the next line. Of one that is too long for the parser there is only the beginning. */
  next(): boolean {
    const { lines, prefix } = this
    if (lines.cut) lines.skipRest()
    if (!lines.next()) {
      this.hasEnded = true
      this.time.known = false
      return false
    }
    prefix.parse(lines.window, lines.start, lines.end)
    return true
  }

  readTime(): void {
    this.clock.read(this.prefix, this.lines.number, this.time)
    if (this.clock.stamp === 'relative') this.time.known = false
  }

  /** The thread whose execve() ended this one, if the line says so; or -1. */
  get superseder(): number {
    const { bytes, end } = this.lines
    const { body } = this.prefix
    return bytes[body] === PLUS ? supersededThread(bytes, body, end) : -1
  }

  /** Lines without a time come first, in the order of the threads. */
  isBefore(other: Part): boolean {
    const { time } = this
    if (time.known !== other.time.known) return !time.known
    const difference = time.known ? this.since(other) : 0
    return difference !== 0 ? difference < 0 : this.order < other.order
  }

  /** Whether its line is known to be of a later time. */
  isBehind(other: Part): boolean {
    return this.time.known && other.time.known && this.since(other) > 0
  }

  /** Of two times that are known: negative if this one is earlier, 0 if they are the same. */
  private since({ time }: Part): number {
    return this.time.hi - time.hi || (this.time.lo >>> 0) - (time.lo >>> 0)
  }
}
