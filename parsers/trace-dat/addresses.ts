/** The addresses of functions that occur in a recording, and their names. */
import type { Column } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { symbols } from '../../src/tables.ts'
import type { Field } from './event-format.ts'
import { symbolsOf } from './print-format/symbols.ts'
import type { CpuCursor } from './ring-buffer.ts'

/** Distinct addresses that are kept; more come only from data that is none. */
const MAX_ADDRESSES = 200_000
/** A function is shorter; what lies further behind a symbol belongs to something without one. */
const MAX_OFFSET = 1 << 20
const SEEN = 4096

export class Addresses {
  /** Lower halves by upper half. */
  private readonly known = new Map<number, Set<number>>()
  private count = 0
  /** What was seen last, by some bits of the lower half: most addresses come again and again. */
  private readonly low = new Int32Array(SEEN)
  private readonly high = new Int32Array(SEEN)
  private readonly longSize: 4 | 8
  private readonly bigEndian: boolean

  constructor({ longSize, bigEndian }: { longSize: 4 | 8; bigEndian: boolean }) {
    this.longSize = longSize
    this.bigEndian = bigEndian
  }

  /** Keeps what these fields of the cursor's record hold; an array reaches to the record's end. */
  see({ words, data, size }: CpuCursor, fields: readonly Field[]): void {
    for (const field of fields) {
      const isList = field.array || field.size === 0
      const width = isList ? this.longSize : field.size
      const end = isList ? data + size : data + field.offset + width
      for (let at = data + field.offset; at + width <= end; at += width) {
        const word = at >> 2
        if (width === 4) this.add(0, words[word] as number)
        else if (this.bigEndian) this.add(words[word] as number, words[word + 1] as number)
        else this.add(words[word + 1] as number, words[word] as number)
      }
    }
  }

  private add(high: number, low: number): void {
    const slot = (low ^ (low >>> 12)) & (SEEN - 1)
    if (this.low[slot] === low && this.high[slot] === high) return
    this.low[slot] = low
    this.high[slot] = high
    let lows = this.known.get(high)
    if (!lows) {
      if (this.known.size >= SEEN) return
      lows = new Set()
      this.known.set(high, lows)
    }
    if (lows.has(low) || this.count >= MAX_ADDRESSES) return
    lows.add(low)
    this.count++
  }

  /** Writes the table `symbols`: a row for each address that lies in a function the recording knows. */
  write(kallsyms: string, sink: Sink): void {
    if (this.count === 0 || kallsyms === '') return
    const table = symbolsOf(kallsyms)
    const writer = sink.table(symbols)
    const [address, symbol, offset, module] = writer.columns as [Column, Column, Column, Column]
    for (const [high, lows] of this.known) {
      for (const low of lows) {
        const match = table.at((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0))
        if (!match || match.offset > MAX_OFFSET) continue
        const { row } = writer
        address.words[2 * row] = low
        address.words[2 * row + 1] = high
        ;(symbol.values as string[])[row] = match.name
        ;(offset.values as Int32Array)[row] = match.offset
        if (match.module === undefined) (module.nulls as Uint8Array)[row] = 1
        else (module.values as string[])[row] = match.module
        writer.next()
      }
    }
  }
}
