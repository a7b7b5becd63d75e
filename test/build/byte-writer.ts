/** Bytes in either byte order, appended one value after the other. */

export type Endian = 'little' | 'big'

/** A buffer that grows as values are appended to it. */
export class ByteWriter {
  readonly endian: Endian
  private bytes = new Uint8Array(256)
  private view = new DataView(this.bytes.buffer)
  private end = 0

  constructor(endian: Endian) {
    this.endian = endian
  }

  /** Bytes written so far: the offset of the next value. */
  get length(): number {
    return this.end
  }

  u8(value: number): this {
    const at = this.grow(1)
    this.view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    const at = this.grow(2)
    this.view.setUint16(at, value, this.endian === 'little')
    return this
  }

  u32(value: number): this {
    const at = this.grow(4)
    this.view.setUint32(at, value, this.endian === 'little')
    return this
  }

  u64(value: number | bigint): this {
    this.patchU64(this.grow(8), value)
    return this
  }

  /** Overwrites eight bytes that were written before, for offsets that were not known then. */
  patchU64(at: number, value: number | bigint): void {
    this.view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), this.endian === 'little')
  }

  /** An integer of any number of bytes, two's complement. */
  integer(value: number | bigint, size: number): this {
    const at = this.grow(size)
    let rest = BigInt.asUintN(size * 8, BigInt(value))
    for (let i = 0; i < size; i++, rest >>= 8n)
      this.bytes[this.endian === 'little' ? at + i : at + size - 1 - i] = Number(rest & 0xffn)
    return this
  }

  raw(bytes: Uint8Array): this {
    const at = this.grow(bytes.length)
    this.bytes.set(bytes, at)
    return this
  }

  text(text: string): this {
    return this.raw(Buffer.from(text))
  }

  /** A text and the zero that ends it. */
  cstring(text: string): this {
    return this.text(text).u8(0)
  }

  fill(count: number, value = 0): this {
    const at = this.grow(count)
    this.bytes.fill(value, at, at + count)
    return this
  }

  /** Zeros up to the next multiple of `size`. */
  align(size: number): this {
    return this.fill((size - (this.end % size)) % size)
  }

  /** The bytes written so far, as a copy of their own. */
  done(): Uint8Array {
    return this.bytes.slice(0, this.end)
  }

  private grow(count: number): number {
    const at = this.end
    this.end += count
    if (this.end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.end, this.bytes.length * 2))
      larger.set(this.bytes)
      this.bytes = larger
      this.view = new DataView(larger.buffer)
    }
    return at
  }
}
