/**
 * A line that begins a call but does not end it, because something else was printed to the same terminal: a message of
 * strace, or output of the traced program. The call goes on in the next line: `, child_tidptr=0x7f...) = 123`, `) = 5`.
 */
import { NEWLINE } from '../text/bytes.ts'
import { Window } from '../text/window.ts'
import type { ProcessMessage } from './message.ts'

const MOST_LINES = 64
const MOST_BYTES = 1 << 18

export class OpenLine {
  window = new Window(new Uint8Array(1024))
  length = 0
  /** Bytes of the first line. */
  firstLength = 0
  /** Number of the first line. */
  number = 0
  /** The message that was cut off. */
  message: ProcessMessage | undefined
  /** Lines joined so far; 0 if none is open. */
  lines = 0
  /** Whether the next line goes on right behind the first one: a message that was cut off stood between them. */
  cut = false

  fits(size: number): boolean {
    return this.lines < MOST_LINES && this.length + size < MOST_BYTES
  }

  /** `message`: what stands behind the line, and is cut off. */
  begin(bytes: Uint8Array, start: number, end: number, number: number, message?: ProcessMessage): void {
    this.cut = message !== undefined
    this.message = message
    this.length = 0
    this.number = number
    this.lines = 0
    this.append(bytes, start, end)
    this.firstLength = this.length
  }

  /** `newline`: the line is output of the program, which is kept as a line of its own. */
  add(bytes: Uint8Array, start: number, end: number, newline: boolean): void {
    const { cut } = this
    this.cut = false
    if (newline && !cut) {
      this.reserve(1)
      this.window.bytes[this.length++] = NEWLINE
    }
    this.append(bytes, start, end)
  }

  clear(): void {
    this.lines = 0
  }

  private append(bytes: Uint8Array, start: number, end: number): void {
    this.reserve(end - start + 1)
    this.window.bytes.set(bytes.subarray(start, end), this.length)
    this.length += end - start
    // As behind a line: nothing may be read past the end by mistake.
    this.window.bytes[this.length] = NEWLINE
    this.lines++
  }

  private reserve(size: number): void {
    const { bytes } = this.window
    if (this.length + size <= bytes.length) return
    const grown = new Uint8Array(2 * (this.length + size))
    grown.set(bytes.subarray(0, this.length))
    this.window = new Window(grown)
  }
}
