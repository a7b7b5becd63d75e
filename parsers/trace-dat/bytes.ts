/** A cursor over an Input in the file's byte order. */
import { TraceError } from '../../src/errors.ts'
import type { Input } from '../../src/parser.ts'
import { decodeText } from '../../src/strings.ts'

/** The largest block (a part of the metadata, a chunk of trace data) that is read into memory at once: 128 MiB. */
export const MAX_BLOCK = 128 * 1024 * 1024

/** Bytes held in memory, as an Input. */
export function bytesInput(bytes: Uint8Array): Input {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }
}

/** Reads numbers, strings and blocks one after the other; throws TraceError with the offset where the input ends too early. */
export class ByteReader {
  readonly input: Input
  readonly bigEndian: boolean
  offset: number
  /** Added to offsets in messages: where in the file a decompressed section began. */
  private readonly origin: number

  constructor(input: Input, bigEndian: boolean, offset = 0, origin = 0) {
    this.input = input
    this.bigEndian = bigEndian
    this.offset = offset
    this.origin = origin
  }

  get left(): number {
    return this.input.size - this.offset
  }

  /** The next `length` bytes, a copy. `what` names them in the message when they are not there. */
  bytes(length: number, what: string): Uint8Array {
    if (length > MAX_BLOCK || length > this.left || length < 0) {
      const left = `${Math.max(0, this.left)} left${length > this.left ? '' : `, and at most ${MAX_BLOCK} are read`}`
      throw new TraceError(`${what} is cut short: ${length} bytes expected, ${left}`, {
        at: this.origin + this.offset,
        hint: 'the file is incomplete or damaged: copy it again, or record again',
      })
    }
    const bytes = new Uint8Array(this.input.read(this.offset, length))
    if (bytes.length < length) throw new TraceError(`${what} could not be read`, { at: this.origin + this.offset })
    this.offset += length
    return bytes
  }

  private view(length: number, what: string): DataView {
    const bytes = this.bytes(length, what)
    return new DataView(bytes.buffer, bytes.byteOffset, length)
  }

  u8(what: string): number {
    return this.view(1, what).getUint8(0)
  }
  u16(what: string): number {
    return this.view(2, what).getUint16(0, !this.bigEndian)
  }
  u32(what: string): number {
    return this.view(4, what).getUint32(0, !this.bigEndian)
  }
  u64(what: string): bigint {
    return this.view(8, what).getBigUint64(0, !this.bigEndian)
  }
  /** A 64-bit size or offset as a number; absurd values fail where they are used. */
  size64(what: string): number {
    return Number(this.u64(what))
  }

  /** A NUL-terminated string of at most `limit` bytes. */
  cstring(what: string, limit = 4096): string {
    const bytes = this.input.read(this.offset, Math.min(limit, Math.max(0, this.left)))
    const end = bytes.indexOf(0)
    if (end < 0) {
      throw new TraceError(`${what} has no terminating NUL within ${bytes.length} bytes`, {
        at: this.origin + this.offset,
        hint: 'the file is incomplete or damaged',
      })
    }
    this.offset += end + 1
    return decodeText(bytes, 0, end)
  }

  /** A block preceded by its 4- or 8-byte length, as text. */
  text(width: 4 | 8, what: string): string {
    const length = width === 8 ? this.size64(`size of ${what}`) : this.u32(`size of ${what}`)
    const bytes = this.bytes(length, what)
    return decodeText(bytes, 0, bytes.length)
  }
}
