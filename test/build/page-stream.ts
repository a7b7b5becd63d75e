/** The ring-buffer pages of one CPU (little-endian, 8-byte long), written to a file a few pages at a time. */
import { writeSync } from 'node:fs'
import { type Compression, compressBlock } from './compression.ts'

export const PAGE_SIZE = 4096
const HEADER = 16
const CHUNK_PAGES = 10
const PAGES = 16 * CHUNK_PAGES
const MAX_DELTA = 2 ** 27

/** Records of whole words, at most 112 bytes each, at times that do not go back. */
export class PageStream {
  /** What is not yet written; `event` says where in it a record lies. */
  readonly bytes = new Uint8Array(PAGES * PAGE_SIZE)
  readonly view = new DataView(this.bytes.buffer)
  /** Chunks written, if they are compressed. */
  chunks = 0
  /** Bytes written. */
  written = 0
  private page = -PAGE_SIZE
  private used = PAGE_SIZE
  private now = 0
  private readonly fd: number
  private readonly compression: Compression

  constructor(fd: number, compression: Compression) {
    this.fd = fd
    this.compression = compression
  }

  /** Appends a copy of the record; returns the offset of its data in `bytes`, until the next call. */
  event(record: Uint8Array, ts: number): number {
    const size = record.length
    let delta = ts - this.now
    if (this.used + (delta < MAX_DELTA ? 4 : 12) + size > PAGE_SIZE) {
      this.nextPage(ts)
      delta = 0
    }
    let at = this.page + this.used
    if (delta >= MAX_DELTA) {
      this.view.setUint32(at, (delta % MAX_DELTA) * 32 + 30, true)
      this.view.setUint32(at + 4, Math.floor(delta / MAX_DELTA), true)
      at += 8
      delta = 0
    }
    this.view.setUint32(at, delta * 32 + size / 4, true)
    this.bytes.set(record, at + 4)
    this.used = at + 4 + size - this.page
    this.now = ts
    return at + 4
  }

  /** Writes what is left. */
  end(): void {
    this.closePage()
    this.flush()
  }

  private nextPage(ts: number): void {
    this.closePage()
    this.page += PAGE_SIZE
    if (this.page === this.bytes.length) this.flush()
    this.view.setBigUint64(this.page, BigInt(ts), true)
    this.used = HEADER
  }

  private closePage(): void {
    if (this.page >= 0) this.view.setUint32(this.page + 8, this.used - HEADER, true)
  }

  private flush(): void {
    const end = Math.min(this.page + (this.used > HEADER ? PAGE_SIZE : 0), this.bytes.length)
    const step = this.compression === 'none' ? this.bytes.length : CHUNK_PAGES * PAGE_SIZE
    for (let from = 0; from < end; from += step) {
      const part = this.bytes.subarray(from, Math.min(from + step, end))
      const packed = this.compression === 'none' ? part : compressBlock(part, this.compression, 'little')
      writeSync(this.fd, packed)
      this.written += packed.length
      this.chunks++
    }
    this.bytes.fill(0)
    this.page = 0
  }
}
