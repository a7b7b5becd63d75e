/** Ids of texts by their bytes: a log repeats a few thousand texts millions of times. */
import { decodeText, type Strings } from '../../src/strings.ts'
import { ByteTable, grown } from './byte-table.ts'
import { hashOf } from './hash.ts'
import { Window } from './window.ts'

/** Texts in a table, and their bytes. */
const MOST = 1 << 15
const MEMORY = 4 << 20
/** Bytes of the longest text that is remembered here. */
const LONGEST = 1 << 14

class IdTable {
  private readonly table = new ByteTable(MOST, MEMORY)
  private ids = new Int32Array(1 << 7)

  find(view: DataView, start: number, end: number, hash: number): number {
    const number = this.table.find(view, start, end, hash)
    return number < 0 ? -1 : (this.ids[number] as number)
  }

  /** False: it is full. */
  add(window: Window, start: number, end: number, hash: number, id: number): boolean {
    const number = this.table.add(window, start, end, hash)
    if (number < 0) return false
    if (number === this.ids.length) this.ids = grown(this.ids)
    this.ids[number] = id
    return true
  }

  clear(): void {
    this.table.clear()
  }
}

/** The dictionary of a log, and before it the texts that were seen lately. */
export class TextIds {
  private readonly strings: Strings
  /** When one table is full, the other one is emptied: what is in use moves over to it. */
  private recent = new IdTable()
  private older = new IdTable()
  /** The bytes that texts were in last, and those before. */
  private last = new Window(new Uint8Array(0))
  private other = new Window(new Uint8Array(0))

  constructor(strings: Strings) {
    this.strings = strings
  }

  /** The id of the text in bytes [start, end). */
  id(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > LONGEST) return this.strings.idOf(decodeText(bytes, start, end))
    const window = this.last.bytes === bytes ? this.last : this.windowOf(bytes)
    const hash = hashOf(window.view, start, end)
    const id = this.recent.find(window.view, start, end, hash)
    return id >= 0 ? id : this.olderOrNew(window, start, end, hash)
  }

  private olderOrNew(window: Window, start: number, end: number, hash: number): number {
    const older = this.older.find(window.view, start, end, hash)
    const id = older >= 0 ? older : this.strings.idOnce(window.text(start, end))
    if (!this.recent.add(window, start, end, hash, id)) {
      const { recent, older } = this
      older.clear()
      older.add(window, start, end, hash, id)
      this.recent = older
      this.older = recent
    }
    return id
  }

  private windowOf(bytes: Uint8Array): Window {
    const window = this.other.bytes === bytes ? this.other : new Window(bytes)
    this.other = this.last
    this.last = window
    return window
  }
}
