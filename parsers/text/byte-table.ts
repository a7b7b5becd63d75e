/** A table from bytes to numbers that grows to a limit. */
import { NEWLINE } from './bytes.ts'
import { isSame } from './hash.ts'
import { Window } from './window.ts'

const FIRST_SLOTS = 1 << 8
const FIRST_BYTES = 1 << 13
const GROWTH = 4

/** What a slot holds: hash, where the bytes are, how many, value + 1 (0: nothing). */
const FIELDS = 4

export class ByteTable {
  /** The bytes that it has. */
  window = new Window(new Uint8Array(FIRST_BYTES))
  private readonly mostSlots: number
  private readonly mostBytes: number
  private slots = new Int32Array(FIRST_SLOTS * FIELDS)
  private used = 0
  private count = 0

  /** Keeps at most `most` keys (a power of 2) with at most `bytes` bytes. */
  constructor(most: number, bytes: number) {
    this.mostSlots = 2 * most
    this.mostBytes = bytes
  }

  /** The value of bytes [start, end), whose hash is `hash`; -1 if it has none. */
  find(view: DataView, start: number, end: number, hash: number): number {
    const { slots } = this
    const size = end - start
    const mask = slots.length - 1
    for (let at = (hash * FIELDS) & mask; slots[at + 3] !== 0; at = (at + FIELDS) & mask) {
      if (slots[at] !== hash || slots[at + 2] !== size) continue
      if (isSame(this.window.view, slots[at + 1] as number, view, start, size)) return (slots[at + 3] as number) - 1
    }
    return -1
  }

  /** Adds bytes that it has not. Returns where they are in `window`; -1 if it is full. */
  add(window: Window, start: number, end: number, hash: number, value: number): number {
    const size = end - start
    if (!this.hasRoom(size)) return -1
    const at = this.used
    this.window.copy(at, window, start, end)
    // As behind a line: nothing may be read past the end by mistake.
    this.window.bytes[at + size] = NEWLINE
    this.used += size + 1
    this.count++
    this.put(hash, at, size, value + 1)
    return at
  }

  clear(): void {
    this.slots.fill(0)
    this.used = this.count = 0
  }

  private put(hash: number, place: number, size: number, value: number): void {
    const { slots } = this
    const mask = slots.length - 1
    let at = (hash * FIELDS) & mask
    while (slots[at + 3] !== 0) at = (at + FIELDS) & mask
    slots[at] = hash
    slots[at + 1] = place
    slots[at + 2] = size
    slots[at + 3] = value
  }

  private hasRoom(size: number): boolean {
    const needed = this.used + size + 1
    if (needed > this.mostBytes || 2 * this.count >= this.mostSlots) return false
    if (needed > this.window.bytes.length) this.growBytes(needed)
    if (2 * this.count >= this.slots.length / FIELDS) this.growSlots()
    return true
  }

  private growBytes(needed: number): void {
    const grown = new Uint8Array(Math.min(this.mostBytes, GROWTH * needed))
    grown.set(this.window.bytes.subarray(0, this.used))
    this.window = new Window(grown)
  }

  private growSlots(): void {
    const { slots } = this
    this.slots = new Int32Array(Math.min(this.mostSlots * FIELDS, GROWTH * slots.length))
    for (let at = 0; at < slots.length; at += FIELDS) {
      const [hash = 0, place = 0, size = 0, value = 0] = slots.subarray(at, at + FIELDS)
      if (value !== 0) this.put(hash, place, size, value)
    }
  }
}
