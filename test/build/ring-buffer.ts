/**
 * Pages of the kernel's ring buffer (kernel/trace/ring_buffer.c; the layout is in `events/header_page` and
 * `events/header_event`):
 *
 *     u64 time stamp │ long commit │ entry │ entry │ ... │ [long missed events]
 *                      └ bit 31: events were missed before this page; bit 30: their number follows the data
 *
 *     entry = word { type_len: 5, time_delta: 27 } [word] [data]
 *     type_len 1..28: so many words of data    0: the next word is the length of the data and itself
 *              29: padding     30: time extend (next word = delta >> 27)     31: absolute time (59 bits)
 */
import { ByteWriter, type Endian } from './byte-writer.ts'

export interface RingShape {
  endian: Endian
  /** Bytes of a page or sub-buffer. */
  pageSize: number
  /** Bytes of `commit`: the kernel's `long`. */
  commitSize: 4 | 8
}

/** A record at a time. `time`: how the time is stored; by default a delta, or a time extend if it is too large for one. */
export interface RingEvent {
  ts: bigint
  data: Uint8Array
  time?: 'extend' | 'absolute'
  /** Store the length in a word of its own even where type_len could hold it. */
  lengthWord?: boolean
}

/** An event that was discarded after it was reserved: padding of so many bytes (at least 4) after the first word. */
export interface RingDiscarded {
  ts: bigint
  discarded: number
}

/** Starts a new page, before which so many events were lost. `unknown`: lost, but not counted. */
export interface RingLoss {
  missed: number | 'unknown'
}

export type RingEntry = RingEvent | RingDiscarded | RingLoss

/** One page, when its edges matter. */
export interface RingPage {
  /** The page's own time; by default that of its first entry. */
  ts?: bigint
  entries: readonly (RingEvent | RingDiscarded)[]
  missed?: number | 'unknown'
  /** What follows the data: `padding` as the kernel leaves it beyond the commit, or `committed` padding. */
  tail?: 'zero' | 'padding' | 'committed'
}

const MAX_DELTA = 1n << 27n
const MAX_SMALL = 28 * 4
const MISSED_EVENTS = 1n << 31n
const MISSED_STORED = 1n << 30n

/** The entries, each page filled before the next is begun. */
export function fillPages(entries: readonly RingEntry[], shape: RingShape): RingPage[] {
  const room = shape.pageSize - 8 - shape.commitSize
  const pages: { entries: (RingEvent | RingDiscarded)[]; missed?: number | 'unknown' }[] = []
  let used = room + 1
  let now = 0n
  let missed: number | 'unknown' | undefined
  for (const entry of entries) {
    if ('missed' in entry) {
      missed = entry.missed
      continue
    }
    const size = sizeOf(entry, entry.ts - now)
    if (missed !== undefined || used + size > room) {
      pages.push(missed === undefined ? { entries: [] } : { entries: [], missed })
      missed = undefined
      used = 0
      now = entry.ts
    }
    used += sizeOf(entry, entry.ts - now)
    pages.at(-1)!.entries.push(entry)
    now = entry.ts
  }
  return pages
}

function sizeOf(entry: RingEvent | RingDiscarded, delta: bigint): number {
  const stamp = delta >= MAX_DELTA || delta < 0n || ('time' in entry && entry.time) ? 8 : 0
  if ('discarded' in entry) return stamp + 4 + entry.discarded
  const { length } = entry.data
  const words = Math.max(4, Math.ceil(length / 4) * 4)
  return stamp + 4 + words + (entry.lengthWord || length > MAX_SMALL ? 4 : 0)
}

/** The page's bytes. Throws if the entries do not fit. */
export function encodePage(page: RingPage, shape: RingShape): Uint8Array {
  const header = 8 + shape.commitSize
  const body = new ByteWriter(shape.endian)
  const start = page.ts ?? page.entries[0]?.ts ?? 0n
  let now = start
  for (const entry of page.entries) now = encodeEntry(body, entry, now)
  const room = shape.pageSize - header
  if (body.length > room) throw new Error(`page is too small: ${body.length} bytes into ${room}`)
  let used = body.length
  if (page.tail && page.tail !== 'zero' && room - used >= 8) {
    word(body, 29, 1).u32(room - used - 4)
    if (page.tail === 'committed') used = room
  }
  let commit = BigInt(used)
  if (page.missed !== undefined) {
    commit |= MISSED_EVENTS
    if (page.missed !== 'unknown' && used + shape.commitSize <= room) {
      if (body.length > used) throw new Error('a page holds either padding after its data or the number of lost events')
      commit |= MISSED_STORED
      body.integer(page.missed, shape.commitSize)
    }
  }
  return new ByteWriter(shape.endian)
    .u64(start)
    .integer(commit, shape.commitSize)
    .raw(body.done())
    .fill(room - body.length)
    .done()
}

/** Appends the entry and returns the time a reader then has. */
function encodeEntry(body: ByteWriter, entry: RingEvent | RingDiscarded, now: bigint): bigint {
  const time = 'time' in entry ? entry.time : undefined
  let delta = entry.ts - now
  if (time === 'absolute') {
    stamp(body, 31, BigInt.asUintN(59, entry.ts))
    delta = 0n
  } else if (delta < 0n) {
    throw new Error(`time goes back from ${now} to ${entry.ts}; only an absolute time can`)
  } else if (time === 'extend' || delta >= MAX_DELTA) {
    stamp(body, 30, delta)
    delta = 0n
  }
  if ('discarded' in entry) {
    // A delta of zero would mean "the rest of the page is padding"; the kernel makes it one.
    const step = Math.max(1, Number(delta))
    word(body, 29, step)
      .u32(entry.discarded)
      .fill(entry.discarded - 4, 0xdd)
    return entry.ts - delta + BigInt(step)
  }
  const { length } = entry.data
  const size = Math.max(4, Math.ceil(length / 4) * 4)
  if (entry.lengthWord || length > MAX_SMALL) word(body, 0, Number(delta)).u32(size + 4)
  else word(body, size / 4, Number(delta))
  body.raw(entry.data).fill(size - length)
  return entry.ts
}

function stamp(body: ByteWriter, type: number, value: bigint): void {
  word(body, type, Number(value & (MAX_DELTA - 1n))).u32(Number(value >> 27n))
}

/** The bit fields of a word are filled from the low end on little-endian machines, from the high end on big-endian ones. */
function word(body: ByteWriter, type: number, delta: number): ByteWriter {
  return body.u32((body.endian === 'little' ? delta * 32 + type : type * MAX_DELTA_NUMBER + delta) >>> 0)
}

const MAX_DELTA_NUMBER = 1 << 27
