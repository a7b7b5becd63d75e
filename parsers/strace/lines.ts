/** The lines of a log, read in pieces. */
import { isAscii } from 'node:buffer'
import type { Input } from '../../src/parser.ts'
import { decodeText } from '../../src/strings.ts'
import { CR, NEWLINE } from './bytes.ts'

/** Bytes read at once: few enough to stay in the processor's cache. */
const PIECE = 1 << 16

/** Bytes of the longest line; a longer one is cut. */
const LONGEST_LINE = 1 << 20

/** Bytes that text can be taken from. */
export interface Source {
  /** Never a Buffer: its `slice` does not copy. */
  readonly bytes: Uint8Array
  /** Whether all of them are ASCII, as nearly all that strace prints. */
  readonly ascii: boolean
  /** The same bytes, for reading words; not of those that are put together from lines. */
  readonly view: DataView | undefined
  /** The text of bytes [start, end), for a VARCHAR column. */
  slice(start: number, end: number): string
}

/** Goes from line to line. After `next()` the line is `bytes[start, end)`, without its newline. */
export class Lines implements Source {
  bytes: Uint8Array = new Uint8Array(0)
  view: DataView = new DataView(new ArrayBuffer(0))
  start = 0
  end = 0
  /** The number of the line, from 1. */
  number = 0
  /** Whether the line ends with a newline: the last one of a log that is still written does not. */
  complete = true
  ascii = true
  /** Whether the line was too long, and is only its beginning. */
  cut = false
  private readonly input: Input
  /** Called before `bytes` become invalid. */
  private readonly onRead: () => void
  /** The offset of `bytes` in the input. */
  private offset = 0
  private position = 0
  private atEnd = false
  /** The bytes as Latin-1, for finding newlines and as the parent of slices: much cheaper than decoding each. */
  private text = ''

  constructor(input: Input, onRead: () => void = () => {}) {
    this.input = input
    this.onRead = onRead
  }

  /** Bytes behind the line. */
  get done(): number {
    return this.offset + this.position
  }

  next(): boolean {
    let newline = this.text.indexOf('\n', this.position)
    if (newline < 0) {
      for (let size = PIECE; newline < 0 && !this.atEnd && size <= LONGEST_LINE; size *= 4) {
        this.read(this.offset + this.position, size)
        newline = this.text.indexOf('\n')
      }
      if (newline < 0) return this.lastOrCut()
    }
    this.start = this.position
    this.end = newline > this.start && this.bytes[newline - 1] === CR ? newline - 1 : newline
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
    this.end = size
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
      const newline = this.text.indexOf('\n')
      if (newline >= 0) {
        this.position = newline + 1
        return
      }
      this.position = this.bytes.length
    }
  }

  private read(offset: number, size: number): void {
    this.onRead()
    const part = this.input.read(offset, size)
    this.bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    this.view = new DataView(part.buffer, part.byteOffset, part.byteLength)
    this.offset = offset
    this.position = 0
    this.atEnd = part.length < size
    this.ascii = isAscii(this.bytes)
    this.text = latin1(this.bytes, 0, this.bytes.length)
  }

  slice(start: number, end: number): string {
    return this.ascii ? this.text.substring(start, end) : textOf(this.bytes, start, end)
  }
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return isAscii(bytes.subarray(start, end)) ? latin1(bytes, start, end) : decodeText(bytes, start, end)
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')

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
