/** The lines of a log, read in pieces. */
import { isAscii } from 'node:buffer'
import type { Input } from '../../src/parser.ts'
import { CR, NEWLINE } from './bytes.ts'
import { hasColors, removeColors } from './colors.ts'
import { type Source, textOf } from './source.ts'
import { Window } from './window.ts'

/** Bytes read at once: few enough to stay in the processor's cache, and many enough to be worth the call. */
export const PIECE = 1 << 18

/** Bytes of the longest line; a longer one is cut. */
const LONGEST_LINE = 1 << 20

/** Goes from line to line. After `next()` the line is `bytes[start, end)`, without its newline. */
export class Lines implements Source {
  window = new Window(new Uint8Array(0))
  start = 0
  end = 0
  /** The number of the line, from 1. */
  number = 0
  /** Whether the line ends with a newline: the last one of a log that is still written does not. */
  complete = true
  /** Whether the line was too long, and is only its beginning. */
  cut = false
  private readonly input: Input
  /** Called before `bytes` become invalid. */
  private readonly onRead: () => void
  private readonly piece: number
  private readonly plain: boolean
  /** Whether colors are to be removed from the lines of `bytes`, which are its own then. */
  private colored = false
  /** The offset of `bytes` in the input. */
  private offset = 0
  private position = 0
  private atEnd = false
  /** The bytes as ASCII, the parent of slices: much cheaper than decoding each. Undefined if no slice was asked for. */
  private text: string | undefined
  private ascii = true

  /** `piece`: bytes read at once. `plain`: lines are without the colors of a terminal; such have no slices. */
  constructor(input: Input, onRead: () => void = () => {}, piece = PIECE, plain = false) {
    this.input = input
    this.onRead = onRead
    this.piece = piece
    this.plain = plain
  }

  get bytes(): Uint8Array {
    return this.window.bytes
  }

  /** Bytes behind the line. */
  get done(): number {
    return this.offset + this.position
  }

  next(): boolean {
    let newline = this.window.buffer.indexOf(NEWLINE, this.position)
    if (newline < 0) {
      for (let size = this.piece; newline < 0 && !this.atEnd && size <= LONGEST_LINE; size *= 4) {
        this.read(this.offset + this.position, size)
        newline = this.window.buffer.indexOf(NEWLINE)
      }
      if (newline < 0) return this.lastOrCut()
    }
    this.start = this.position
    this.end = newline > this.start && this.bytes[newline - 1] === CR ? newline - 1 : newline
    if (this.colored) this.end = removeColors(this.bytes, this.start, this.end)
    this.position = newline + 1
    this.number++
    this.cut = false
    return true
  }

  /** No newline in the rest: the last line, or one that is too long. */
  private lastOrCut(): boolean {
    const size = this.bytes.length
    if (this.position >= size) return false
    this.start = this.position
    this.end = this.colored ? removeColors(this.bytes, this.start, size) : size
    this.number++
    this.cut = !this.atEnd
    this.complete = this.cut
    this.position = size
    return true
  }

  /** Goes behind a line that was cut. */
  skipRest(): void {
    while (!this.atEnd) {
      this.read(this.offset + this.position, LONGEST_LINE)
      const newline = this.window.buffer.indexOf(NEWLINE)
      if (newline >= 0) {
        this.position = newline + 1
        return
      }
      this.position = this.bytes.length
    }
  }

  private read(offset: number, size: number): void {
    this.onRead()
    const given = this.input.read(offset, size)
    this.colored = this.plain && hasColors(given)
    const part = this.colored ? new Uint8Array(given) : given
    this.window = new Window(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
    this.offset = offset
    this.position = 0
    this.atEnd = part.length < size
    this.text = undefined
  }

  slice(start: number, end: number): string {
    this.text ??= this.asText()
    return this.ascii ? this.text.substring(start, end) : textOf(this.bytes, start, end)
  }

  private asText(): string {
    this.ascii = isAscii(this.bytes)
    return this.ascii ? this.window.buffer.toString('latin1') : ''
  }
}

/** The first lines of some bytes, without a last one that is cut, unless there is only that. */
export function* firstLines(bytes: Uint8Array, count: number): Generator<[start: number, end: number]> {
  let start = 0
  for (let n = 0; n < count && start < bytes.length; n++) {
    const newline = bytes.indexOf(NEWLINE, start)
    if (newline < 0 && start > 0) return
    const end = newline < 0 ? bytes.length : newline
    yield [start, end > start && bytes[end - 1] === CR ? end - 1 : end]
    start = end + 1
  }
}
