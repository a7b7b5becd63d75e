/** Rows of strace.stacks: the frames that -k prints behind a call (print_call_cb() in strace's unwind.c). */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { type ColumnsOf, setIntOrNull, setNull, setNumber } from '../text/columns.ts'
import { stacks } from './tables.ts'

/** `OBJECT(SYMBOL+0xOFFSET) [0xADDRESS] SOURCE:LINE`; the symbol may hold brackets, the object only ` (deleted)`. */
const FRAME = /^ > ([^(]+ \(deleted\)|[^(]+)\((.*)\) \[0x([\da-f]{1,16})\](?: (.+:\d+))?$/

const OFFSET = /^(.*)\+0x([\da-f]{1,16})$/

/** Characters of a line of a stack. */
export const LONGEST_FRAME = 4096

export class Stacks {
  private readonly sink: Sink
  private writer: RowWriter | undefined
  /** The call of the frame before, its level, and the line that it is on. */
  private call = -1
  private level = 0
  private line = -1

  constructor(sink: Sink) {
    this.sink = sink
  }

  /** The call of the stack that goes on in this line; -1 where one begins. */
  continued(number: number): number {
    return number === this.line + 1 ? this.call : -1
  }

  /** Writes the frame of a call. Returns whether the line is one. */
  add(text: string, call: number, number: number): boolean {
    const match = FRAME.exec(text)
    if (!match) return false
    this.level = call === this.call ? this.level + 1 : 0
    this.call = call
    this.line = number
    const [, object, symbol = '', address = '', source] = match
    const offset = OFFSET.exec(symbol)
    const name = offset?.[1] ?? symbol
    const writer = this.writer ?? this.sink.table(stacks)
    this.writer = writer
    const { row } = writer
    const [seq, level, objectColumn, symbolColumn, offsetColumn, addressColumn, sourceColumn] =
      writer.columns as ColumnsOf<7>
    setNumber(seq, row, call)
    setIntOrNull(level, row, this.level)
    setIntOrNull(objectColumn, row, this.idOf(object))
    setIntOrNull(symbolColumn, row, this.idOf(name))
    // Without a symbol, strace prints +0x0.
    if (name === '' || !offset) setNull(offsetColumn, row)
    else (offsetColumn.values as BigUint64Array)[row] = BigInt(`0x${offset[2]}`)
    ;(addressColumn.values as BigUint64Array)[row] = BigInt(`0x${address}`)
    setIntOrNull(sourceColumn, row, this.idOf(source))
    writer.next()
    return true
  }

  /** The id of a text; -1 for none. */
  private idOf(text: string | undefined): number {
    return text ? this.sink.strings.idOf(text) : -1
  }
}
