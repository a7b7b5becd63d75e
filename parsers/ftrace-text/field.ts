/** One field of an event on its way from text into a column. */
import type { Column } from '../../src/batch.ts'
import { CLOSE_PAREN, COMMA, DASH, OPEN_PAREN, SPACE } from '../text/bytes.ts'
import { NumberReader } from '../text/numbers.ts'
import type { TextIds } from '../text/text-ids.ts'

export interface FieldOptions {
  /** What the text calls it; the column's name if left out. */
  readonly keys?: readonly string[]
  /** Printed in hexadecimal without `0x`. */
  readonly bare?: boolean
  /** Numbers of the symbols that are printed instead of one; `A|B` is their sum. */
  readonly symbols?: Readonly<Record<string, number>>
}

const number = new NumberReader()

/** `(nil)` is a pointer that is 0 (trace-cmd). */
const WORDS: Readonly<Record<string, number>> = { true: 1, false: 0, '(nil)': 0 }

/** Combinations of symbols that are remembered. */
const MOST_SUMS = 1000

/** A number in hexadecimal without 0x. */
const BARE_HEX = /^(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{2,16}$/i

/** Texts that may hold spaces and `=`: names of threads and files. */
const FREE_TEXT = /comm$|name$|path$/

export class Field {
  readonly name: string
  readonly keys: readonly Uint8Array[]
  /** Only the key of another field ends its value. */
  readonly free: boolean
  /** Values that the column cannot hold; they are NULL. */
  misfits = 0
  /** The line and the text of the first of them. */
  firstMisfit: { line: number; text: string } | undefined
  /** The line that told that its numbers are printed in hexadecimal without 0x: those without letters are not read from then on. */
  hexSince: number | undefined
  readonly column: Column
  private readonly options: FieldOptions
  private readonly isText: boolean
  /** 64 bits. */
  private readonly isWide: boolean
  /** Symbols of one letter by its code, and others that were seen. */
  private readonly letters: (number | undefined)[]
  private readonly sums = new Map<string, number>()
  private readonly texts: TextIds

  constructor(column: Column, options: FieldOptions, texts: TextIds) {
    this.column = column
    this.options = options
    this.texts = texts
    this.name = column.spec.name
    this.keys = (options.keys ?? [this.name]).map((key) => new Uint8Array(Buffer.from(key, 'latin1')))
    const symbols = Object.entries(options.symbols ?? {})
    this.letters = Array.from({ length: 256 }, (_, code) => symbols.find(([s]) => s === String.fromCharCode(code))?.[1])
    this.isText = ['TEXT', 'ULIST', 'BLOB'].includes(column.spec.type)
    this.isWide = column.spec.type === 'BIGINT' || column.spec.type === 'UBIGINT'
    this.free = column.spec.type === 'TEXT' && FREE_TEXT.test(this.name)
  }

  isCalled(bytes: Uint8Array, start: number, end: number): boolean {
    for (const key of this.keys) {
      if (key.length !== end - start) continue
      let i = 0
      while (i < key.length && key[i] === bytes[start + i]) i++
      if (i === key.length) return true
    }
    return false
  }

  /** Stores the value [start, end) in a row. Returns whether the column can hold it. */
  set(bytes: Uint8Array, start: number, end: number, row: number): boolean {
    const { column } = this
    if (this.isText) {
      ;(column.values as Int32Array)[row] = this.texts.id(bytes, start, end)
      ;(column.nulls as Uint8Array)[row] = 0
      return true
    }
    if (number.read(bytes, start, end, this.options.bare) && endsNumber(bytes, number.end, end)) {
      if (number.hex && number.hi === 0) readSigned(bytes, number.end, end)
      return (this.hexSince === undefined || number.hex) && this.store(number, row)
    }
    return this.setSymbol(bytes, start, end, row)
  }

  setInteger(value: number, row: number): void {
    number.hi = value < 0 ? -1 : Math.floor(value / 4294967296)
    number.lo = value | 0
    number.hex = number.overflow = false
    number.negative = value < 0
    this.store(number, row)
  }

  /** The id of a text. */
  setId(id: number, row: number): void {
    ;(this.column.values as Int32Array)[row] = id
    ;(this.column.nulls as Uint8Array)[row] = 0
  }

  isNull(row: number): boolean {
    return (this.column.nulls as Uint8Array)[row] === 1
  }

  /** An INTEGER, or the id of a text. */
  integer(row: number): number {
    return (this.column.values as Int32Array)[row] as number
  }

  private store(value: NumberReader, row: number): boolean {
    const { column } = this
    if (!fits(column, value)) return false
    if (this.isWide) {
      column.words[2 * row] = value.lo
      column.words[2 * row + 1] = value.hi
    } else (column.values as Int32Array)[row] = value.lo
    ;(column.nulls as Uint8Array)[row] = 0
    return true
  }

  /** `MAPPED|DONE`, `S`, `true`; or a symbol with its address, `hrtimer_wakeup (0xffffffffaa1a2f00)`. */
  private setSymbol(bytes: Uint8Array, start: number, end: number, row: number): boolean {
    for (let i = start + 1; i + 3 < end; i++) {
      if (bytes[i] !== OPEN_PAREN || bytes[i - 1] !== SPACE) continue
      if (number.read(bytes, i + 1, end) && number.hex) return this.store(number, row)
    }
    let stop = start
    while (stop < end && bytes[stop] !== SPACE && bytes[stop] !== COMMA) stop++
    const value = this.symbol(bytes, start, stop)
    if (value === undefined) return this.options.symbols !== undefined
    this.setInteger(value, row)
    return true
  }

  /** The number of a symbol, or of several with `|` between them. */
  private symbol(bytes: Uint8Array, start: number, end: number): number | undefined {
    if (end - start === 1) return this.letters[bytes[start] as number]
    const text = latin1(bytes, start, end)
    const known = this.sums.get(text)
    if (known !== undefined) return known
    const symbols = this.options.symbols ?? WORDS
    let sum = 0
    for (const word of text.split('|')) {
      const value = symbols[word]
      if (value === undefined) return undefined
      sum += value
    }
    if (this.sums.size < MOST_SUMS) this.sums.set(text, sum)
    return sum
  }

  misfit(line: number, bytes: Uint8Array, start: number, end: number): void {
    const text = latin1(bytes, start, Math.min(end, start + 80))
    if (this.misfits++ === 0) this.firstMisfit = { line, text }
    if (this.hexSince === undefined && BARE_HEX.test(text)) this.hexSince = line
  }
}

/** Whether a number that ends at `at` is all of a value, or all but a remark like `[ns]`. */
const endsNumber = (bytes: Uint8Array, at: number, end: number): boolean =>
  at >= end || bytes[at] === SPACE || bytes[at] === COMMA

/** `0xfffffffe (-2)`, as the trace option fields prints numbers: those of 32 bits with their sign. */
function readSigned(bytes: Uint8Array, at: number, end: number): void {
  if (bytes[end - 1] !== CLOSE_PAREN || bytes[at] !== SPACE || bytes[at + 1] !== OPEN_PAREN || bytes[at + 2] !== DASH)
    return
  const { lo } = number
  if (!number.read(bytes, at + 2, end) || number.end !== end - 1 || number.lo !== lo) number.overflow = true
}

function fits(column: Column, { hi, lo, negative, hex, overflow }: NumberReader): boolean {
  if (overflow) return false
  switch (column.spec.type) {
    case 'UBIGINT':
      return true
    case 'BIGINT':
      return hex || negative || hi >= 0
    case 'UINTEGER':
      return hi === 0 || (hi === -1 && lo < 0)
    case 'INTEGER':
      return hi === lo >> 31 || (hex && hi === 0)
    case 'SMALLINT':
      return hi === lo >> 31 && lo === (lo << 16) >> 16
    case 'USMALLINT':
      return hi === 0 && lo === (lo & 0xffff)
    case 'UTINYINT':
      return hi === 0 && lo === (lo & 0xff)
    default:
      return false
  }
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
