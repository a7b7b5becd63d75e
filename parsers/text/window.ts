/** Some bytes in the forms in which they are needed: for reading words, and for making text. */
import { decodeText } from '../../src/strings.ts'

const SHORT = 32

export class Window {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly buffer: Buffer

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The text of bytes [start, end); it keeps nothing else in memory. */
  text(start: number, end: number): string {
    const { bytes, view } = this
    let all = 0
    let i = start
    for (; i <= end - 4; i += 4) all |= view.getInt32(i, true)
    for (; i < end; i++) all |= bytes[i] as number
    return (all & 0x80808080) === 0 ? this.buffer.toString('latin1', start, end) : decodeText(bytes, start, end)
  }

  /** Copies bytes [start, end) of another one to `at`. */
  copy(at: number, other: Window, start: number, end: number): void {
    const { bytes } = this
    if (end - start > SHORT) bytes.set(other.bytes.subarray(start, end), at)
    else for (let i = start, j = at; i < end; i++, j++) bytes[j] = other.bytes[i] as number
  }
}
