/** A table that knows bytes again, which grows to a limit. */
import { NEWLINE } from './bytes.ts'
import { isSame } from './hash.ts'
import { Window } from './window.ts'

const FIRST_SLOTS = 1 << 8
const FIRST_ENTRIES = 1 << 7
const FIRST_BYTES = 1 << 13
const GROWTH = 4

/** What a slot holds: hash, number of the entry + 1 (0: nothing). */
const SLOT = 2
/** What an entry holds: where its bytes are, how many. */
const ENTRY = 2

export class ByteTable {
  /** The bytes that it has. */
  window = new Window(new Uint8Array(FIRST_BYTES))
  /** Entries; they are numbered from 0 as they are added. */
  count = 0
  private readonly most: number
  private readonly mostBytes: number
  // Small arrays that are dense: what is looked up is to stay in the processor's cache.
  private slots = new Int32Array(FIRST_SLOTS * SLOT)
  private entries = new Int32Array(FIRST_ENTRIES * ENTRY)
  private used = 0

  /** Keeps at most `most` entries (a power of 2) with at most `bytes` bytes. */
  constructor(most: number, bytes: number) {
    this.most = most
    this.mostBytes = bytes
  }

  /** The number of the entry with bytes [start, end), whose hash is `hash`; -1 if there is none. */
  find(view: DataView, start: number, end: number, hash: number): number {
    const { slots, entries } = this
    const size = end - start
    const mask = slots.length - 1
    let at = (hash * SLOT) & mask
    for (let number = slots[at + 1] as number; number !== 0; number = slots[at + 1] as number) {
      if (slots[at] === hash) {
        const entry = (number - 1) * ENTRY
        if (entries[entry + 1] === size && isSame(this.window.view, entries[entry] as number, view, start, size))
          return number - 1
      }
      at = (at + SLOT) & mask
    }
    return -1
  }

  /** Adds bytes that it has not. Returns the number of the entry; -1 if it is full. */
  add(window: Window, start: number, end: number, hash: number): number {
    const size = end - start
    if (!this.hasRoom(size)) return -1
    const at = this.used
    this.window.copy(at, window, start, end)
    // As behind a line: nothing may be read past the end by mistake.
    this.window.bytes[at + size] = NEWLINE
    this.used += size + 1
    const number = this.count++
    this.entries[number * ENTRY] = at
    this.entries[number * ENTRY + 1] = size
    this.put(hash, number + 1)
    return number
  }

  /** Where the bytes of an entry are in `window`. */
  place(number: number): number {
    return this.entries[number * ENTRY] as number
  }

  clear(): void {
    this.slots.fill(0)
    this.used = this.count = 0
  }

  private put(hash: number, number: number): void {
    const { slots } = this
    const mask = slots.length - 1
    let at = (hash * SLOT) & mask
    while (slots[at + 1] !== 0) at = (at + SLOT) & mask
    slots[at] = hash
    slots[at + 1] = number
  }

  private hasRoom(size: number): boolean {
    const needed = this.used + size + 1
    if (needed > this.mostBytes || this.count >= this.most) return false
    if (needed > this.window.bytes.length) this.growBytes(needed)
    if (this.count * ENTRY === this.entries.length) {
      this.entries = grown(this.entries)
      this.growSlots()
    }
    return true
  }

  private growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.min(this.mostBytes, GROWTH * needed))
    bytes.set(this.window.bytes.subarray(0, this.used))
    this.window = new Window(bytes)
  }

  /** There are twice as many slots as entries. */
  private growSlots(): void {
    const { slots } = this
    this.slots = new Int32Array(2 * slots.length)
    for (let at = 0; at < slots.length; at += SLOT) {
      if (slots[at + 1] !== 0) this.put(slots[at] as number, slots[at + 1] as number)
    }
  }
}

/** The same with room for twice as many. */
export function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(2 * values.length)
  twice.set(values)
  return twice
}
