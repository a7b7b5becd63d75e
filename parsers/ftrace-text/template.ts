/**
 * Nearly all texts of one event differ in their values only: what stood between the values of one line is looked for in
 * the next ones, which is much faster than to find the keys again.
 */
import { EQUALS, QUOTE, SPACE } from '../text/bytes.ts'
import type { EventTable, Reader } from './event-table.ts'

/** Lines that do not fit before another one is learned from. */
const PATIENCE = 16

/** Where the values of the line that was read last were found. */
class Marks {
  readonly fields: number[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []

  clear(): void {
    this.fields.length = this.starts.length = this.ends.length = 0
  }

  add(field: number, start: number, end: number): void {
    this.fields.push(field)
    this.starts.push(start)
    this.ends.push(end)
  }
}

/** Filled by the readers that know how to find values. */
export const marks = new Marks()

export class Template {
  private literals: Uint8Array[] = []
  private fields: number[] = []
  private readonly starts: number[] = []
  private readonly ends: number[] = []
  private misses = PATIENCE

  /** Reads a text like the one it learned from, or lets `read` do it. */
  read(read: Reader, event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
    if (this.literals.length > 0 && this.follow(event, bytes, start, end, row)) return
    marks.clear()
    read(event, bytes, start, end, row)
    if (++this.misses > PATIENCE) this.learn(bytes, start)
  }

  private learn(bytes: Uint8Array, start: number): void {
    this.misses = 0
    this.fields = marks.fields.slice()
    this.literals = marks.starts.map((from, n) => bytes.slice(n === 0 ? start : marks.ends[n - 1], from))
  }

  /** Finds all values, then stores them. Returns whether the text is like the one that was learned. */
  private follow(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): boolean {
    const { literals, fields, starts, ends } = this
    const last = literals.length - 1
    const first = literals[0] as Uint8Array
    if (!isAt(first, bytes, start, end)) return false
    let at = start + first.length
    for (let n = 0; n <= last; n++) {
      const field = fields[n] as number
      const free = field < 0 || (event.fields[field] as EventTable['fields'][number]).free
      while (bytes[at] === SPACE && at < end) at++
      if (bytes[at] === QUOTE) return false
      let stop = at
      if (n < last) {
        const next = literals[n + 1] as Uint8Array
        const begin = next[0]
        for (; ; stop++) {
          if (stop >= end) return false
          const c = bytes[stop]
          if (c === begin && isAt(next, bytes, stop, end)) break
          if (!free && (c === EQUALS || c === QUOTE)) return false
        }
        starts[n] = at
        ends[n] = stop
        at = stop + next.length
      } else {
        if (!free) for (; stop < end; stop++) if (bytes[stop] === EQUALS || bytes[stop] === QUOTE) return false
        stop = end
        while (stop > at && bytes[stop - 1] === SPACE) stop--
        starts[n] = at
        ends[n] = stop
      }
    }
    for (let n = 0; n <= last; n++) {
      const field = fields[n] as number
      if (field >= 0) event.set(field, bytes, starts[n] as number, ends[n] as number, row)
    }
    return true
  }
}

function isAt(literal: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  const { length } = literal
  if (at + length > end) return false
  for (let i = 0; i < length; i++) if (literal[i] !== bytes[at + i]) return false
  return true
}
