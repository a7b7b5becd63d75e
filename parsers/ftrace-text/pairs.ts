/**
 * The values of `key=value` texts: `a=1 b=2`, `a=1, b=2`, `a = 1, b = 2`, and `a="1 b=2"` of probes (PRINT_TYPE_FMT_NAME(
 * string) in kernel/trace/trace_probe.c), whose value has no quotes in a trace.dat.
 */
import { COMMA, EQUALS, isNameByte, QUOTE, SPACE, startsWith, TAB } from '../text/bytes.ts'
import type { EventTable } from './event-table.ts'
import { marks } from './template.ts'

/** Writes the values of the fields that the event's table has; what it has not stays in the text only. */
export function readPairs(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  event.template.read(findPairs, event, bytes, start, end, row)
}

function findPairs(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  const { fields } = event
  let depth = 0
  let current = -1
  let value = start
  let quotes: Quotes | undefined
  let isFirst = true
  const close = (stop: number): void => {
    const last = trimEnd(bytes, value, stop)
    marks.add(current, value, last)
    if (current < 0) return
    const isQuoted = bytes[value] === QUOTE && bytes[last - 1] === QUOTE && last > value + 1
    if (isQuoted) event.setQuoted(current, bytes, value + 1, last - 1, row)
    else event.set(current, bytes, value, last, row)
  }
  for (let i = start; i < end; i++) {
    const c = bytes[i] as number
    if (c !== EQUALS) {
      // { } [ ] ( ): what is inside belongs to the value.
      if (c === 0x7b || c === 0x5b || c === 0x28) depth++
      else if ((c === 0x7d || c === 0x5d || c === 0x29) && depth > 0) depth--
      continue
    }
    const free = current >= 0 && (fields[current] as (typeof fields)[number]).free
    if (depth > 0 && !free) continue
    const keyEnd = lastNonSpace(bytes, start, i)
    const key = keyStart(bytes, start, keyEnd)
    if (key === keyEnd || (key > start && !isBreak(bytes[key - 1] as number))) continue
    const found = event.fieldCalled(bytes, key, keyEnd, current + 1)
    if (found < 0 && free) continue
    if (!isFirst) close(key)
    isFirst = false
    current = found
    depth = 0
    value = i + 1
    while (value < end && bytes[value] === SPACE) value++
    if (bytes[value] === QUOTE) {
      quotes ??= new Quotes(bytes, end)
      i = quotes.last(value)
    }
  }
  if (!isFirst) close(end)
}

/** The keys of a text with their first values, for declaring a table. */
export function pairsOf(text: string): { key: string; value: string }[] {
  const bytes = new Uint8Array(Buffer.from(text, 'latin1'))
  const starts: { key: string; from: number; at: number }[] = []
  const quotes = new Quotes(bytes, bytes.length)
  let depth = 0
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i] as number
    if (c === 0x7b || c === 0x5b || c === 0x28) depth++
    else if ((c === 0x7d || c === 0x5d || c === 0x29) && depth > 0) depth--
    if (c !== EQUALS || depth > 0) continue
    const keyEnd = lastNonSpace(bytes, 0, i)
    const key = keyStart(bytes, 0, keyEnd)
    if (key < keyEnd && (key === 0 || isBreak(bytes[key - 1] as number))) {
      starts.push({ key: text.slice(key, keyEnd), from: key, at: i + 1 })
      if (bytes[i + 1] === QUOTE) i = quotes.last(i + 1)
    }
  }
  return starts.map(({ key, at }, n) => {
    const stop = trimEnd(bytes, at, starts[n + 1]?.from ?? bytes.length)
    return { key, value: text.slice(at, stop).trim() }
  })
}

/** Finds the quotes that end values. */
class Quotes {
  private readonly bytes: Uint8Array
  private readonly end: number
  /** No quote that ends a value stands behind this. */
  private stop: number

  constructor(bytes: Uint8Array, end: number) {
    this.bytes = bytes
    this.end = end
    this.stop = end
  }

  /** The quote that ends the value which the one at `start` begins; `start` where there is none. */
  last(start: number): number {
    const { bytes, end } = this
    for (let i = start + 1; i < this.stop; i++) {
      if (bytes[i] === QUOTE && (i + 1 === end || isBreak(bytes[i + 1] as number))) return i
    }
    this.stop = start
    return start
  }
}

const isBreak = (c: number): boolean => c === SPACE || c === COMMA || c === TAB

/** Bytes of keys: names, and the `-` of `high-prec`, the `.` of `a.b`. */
const isKeyByte = (c: number): boolean => isNameByte(c) || c === 0x2d || c === 0x2e

function keyStart(bytes: Uint8Array, start: number, end: number): number {
  let i = end
  while (i > start && isKeyByte(bytes[i - 1] as number)) i--
  return i
}

function lastNonSpace(bytes: Uint8Array, start: number, end: number): number {
  let i = end
  while (i > start && bytes[i - 1] === SPACE) i--
  return i
}

/** The end of a value without the spaces, the comma or the arrow (`prev_state=S ==> next_comm=`) behind it. */
function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let i = lastNonSpace(bytes, start, end)
  if (i - start > 3 && startsWith(bytes, i - 4, i, ' ==>')) i -= 4
  while (i > start && isBreak(bytes[i - 1] as number)) i--
  return i
}
