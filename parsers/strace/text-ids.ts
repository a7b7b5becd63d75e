/** Ids of texts that were just seen, found without a map. */
import { decodeText, type Strings } from '../../src/strings.ts'

const SLOTS = 8192
const LONGEST = 256

interface Slot {
  readonly bytes: Uint8Array
  readonly id: number
}

/** A small cache before the dictionary: a log repeats a few hundred texts millions of times. */
export class TextIds {
  private readonly strings: Strings
  private readonly slots = new Array<Slot | undefined>(SLOTS).fill(undefined)

  constructor(strings: Strings) {
    this.strings = strings
  }

  id(bytes: Uint8Array, start: number, end: number): number {
    const size = end - start
    if (size > LONGEST) return this.strings.idOf(decodeText(bytes, start, end))
    let hash = size
    if (size <= 16) for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
    else {
      for (let i = start; i < start + 8; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
      for (let i = end - 8; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
    }
    const index = (hash ^ (hash >>> 13)) & (SLOTS - 1)
    const slot = this.slots[index]
    if (slot !== undefined && isSame(slot.bytes, bytes, start, size)) return slot.id
    const id = this.strings.id(bytes, start, end)
    this.slots[index] = { bytes: bytes.slice(start, end), id }
    return id
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, size: number): boolean {
  if (known.length !== size) return false
  for (let i = 0; i < size; i++) if (known[i] !== bytes[start + i]) return false
  return true
}
