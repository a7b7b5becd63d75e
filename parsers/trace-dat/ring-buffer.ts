/**
 * Walks the records on the pages of one CPU's ring buffer.
 *
 *     page:   u64 timestamp | long commit (bit 31: events were missed before it, bit 30: their number is stored behind
 *             the data) | records
 *     record: u32 header: type_len (5 bits) and time delta (27 bits), then
 *             1..28  type_len * 4 bytes of data        0   u32 length + 4, then data
 *             29     padding (a discarded record)      30  time extend: u32, adds (u32 << 27) + delta
 *             31     absolute time: the same sum replaces the low 59 bits of the time
 *
 * Big-endian files keep type_len in the upper bits of the header.
 * Source: include/linux/ring_buffer.h and kernel/trace/ring_buffer.c (6.12); libtraceevent 1.8 src/kbuffer-parse.c.
 */
import type { Problem } from '../../src/parser.ts'
import type { Block, NextBlock } from './cpu-data.ts'
import type { PageLayout } from './event-format.ts'

const PADDING = 29
/** 31, an absolute time, is what remains. */
const TIME_EXTEND = 30
const COMMIT_MASK = 0x07ffffff
const MISSED_EVENTS = 0x80000000 | 0
const MISSED_STORED = 0x40000000
/** The kernel's own null padding ends a page. */
const EMPTY_BLOCK: Block = { bytes: new Uint8Array(0), words: new Int32Array(0), offset: 0, pages: 0 }

/** Events that were lost before the cursor's current event. `count` is undefined where the kernel did not keep it. */
export interface Loss {
  count: number | undefined
}

export interface CursorContext {
  readonly bigEndian: boolean
  readonly layout: PageLayout
  readonly pageSize: number
  problem(problem: Problem): void
}

/** The current event of one CPU: its time, and where its data lies in `bytes` and `words`. */
export class CpuCursor {
  readonly cpu: number
  bytes: Uint8Array = EMPTY_BLOCK.bytes
  words: Int32Array = EMPTY_BLOCK.words
  /** Time of the current event, halves of a u64. Both signed: small integers in V8, unlike unsigned ones. */
  hi = 0
  lo = 0
  /** Byte offset of the record's data in `bytes`, and its length. */
  data = 0
  size = 0
  /** Set where events were lost just before the current one; the reader clears it. */
  loss: Loss | undefined
  /** Time of the last event that was taken from it, once there is one. */
  hasLast = false
  lastHi = 0
  lastLo = 0
  /** Pages walked. */
  pages = 0

  private block: Block = EMPTY_BLOCK
  private nextPage = 0
  private pos = 0
  private end = 0
  private readonly nextBlock: NextBlock
  private readonly context: CursorContext

  constructor(cpu: number, nextBlock: NextBlock, context: CursorContext) {
    this.cpu = cpu
    this.nextBlock = nextBlock
    this.context = context
  }

  /** The file offset of the current position, for messages (of the chunk, where it is compressed). */
  get at(): string {
    return `+0x${(this.block.offset + this.data).toString(16)}`
  }

  /** Moves to the next event; false at the end of the CPU's data. */
  advance(): boolean {
    const { bigEndian } = this.context
    for (;;) {
      while (this.pos >= this.end) if (!this.loadPage()) return false
      const header = this.words[this.pos >> 2] as number
      const type = bigEndian ? header >>> 27 : header & 31
      const delta = bigEndian ? header & COMMIT_MASK : header >>> 5
      const body = this.pos + 4
      if (type > 0 && type < PADDING) {
        this.addTime(0, delta)
        this.data = body
        this.size = type * 4
        this.pos = body + this.size
        if (this.pos > this.end) {
          this.broken(type * 4)
          continue
        }
        return true
      }
      if (body + 4 > this.end) {
        if (type !== PADDING) this.broken(4)
        this.pos = this.end
        continue
      }
      const word = this.words[body >> 2] as number
      if (type === 0) {
        this.addTime(0, delta)
        const length = (((word - 4) | 0) + 3) & ~3
        this.data = body + 4
        this.size = length
        if (length < 0 || this.data + length > this.end) {
          this.broken(length)
          continue
        }
        this.pos = this.data + length
        return true
      }
      if (type === PADDING) {
        // A padding record without a delta is the rest of the page; others are discarded events.
        if (delta === 0) this.pos = this.end
        else {
          this.addTime(0, delta)
          this.pos = word >= 0 && body + word <= this.end ? (body + word + 3) & ~3 : this.end
        }
      } else {
        const low = (word << 27) | delta
        const high = word >>> 5
        if (type === TIME_EXTEND) this.addTime(high, low)
        else {
          this.hi = (this.hi & 0xf8000000) | high
          this.lo = low
        }
        this.pos = body + 4
      }
    }
  }

  private addTime(high: number, low: number): void {
    const sum = (this.lo + low) | 0
    const carry = sum >>> 0 < low >>> 0 ? 1 : 0
    this.lo = sum
    this.hi = (this.hi + high + carry) | 0
  }

  /** A record reaches beyond its page: the rest of the page cannot be read. Where the file was cut, that is told already. */
  private broken(length: number): void {
    this.pos = this.end
    this.loss = { count: undefined }
    if (this.block.end !== undefined) return
    this.context.problem({
      kind: 'broken-record',
      at: this.at,
      detail: `CPU ${this.cpu}: a record of ${length} bytes reaches beyond its page; the rest of the page is skipped`,
      hint: 'the file is damaged: copy it again, or record again',
    })
  }

  private loadPage(): boolean {
    const { layout, pageSize, bigEndian } = this.context
    if (this.nextPage >= this.block.pages) {
      const block = this.nextBlock()
      if (!block) return false
      this.block = block
      this.bytes = block.bytes
      this.words = block.words
      this.nextPage = 0
      if (block.lost) this.loss = { count: undefined }
      if (block.pages === 0) return true
    }
    const start = this.nextPage++ * pageSize
    this.pages++
    const word = (offset: number): number => this.words[(start + offset) >> 2] as number
    const lowAt = (size: number): number => (bigEndian && size === 8 ? 4 : 0)
    this.data = start
    this.lo = word(lowAt(8))
    this.hi = word(4 - lowAt(8))
    const commit = word(layout.commitOffset + lowAt(layout.commitSize))
    const length = commit & COMMIT_MASK & ~3
    this.pos = start + layout.dataOffset
    this.end = this.pos + length
    if (this.end > start + pageSize) {
      const detail = `CPU ${this.cpu}: a page claims ${length} bytes of data, ${pageSize - layout.dataOffset} fit`
      this.context.problem({
        kind: 'broken-page',
        at: this.at,
        detail: `${detail}; it is skipped`,
        hint: 'the file is damaged: copy it again, or record again',
      })
      this.pos = this.end
      this.loss = { count: undefined }
      return true
    }
    if (commit & MISSED_EVENTS) {
      // A page without events leaves its loss to the next one.
      const count = commit & MISSED_STORED ? this.storedLoss(start) : undefined
      const before = this.loss ? this.loss.count : 0
      this.loss = { count: count === undefined || before === undefined ? undefined : before + count }
    }
    if (this.block.end !== undefined && this.end > this.block.end) this.end = this.block.end
    return true
  }

  /** The number of missed events, a long behind the page's data. */
  private storedLoss(start: number): number | undefined {
    const { layout, pageSize, bigEndian } = this.context
    if (this.end + layout.commitSize > start + pageSize) return undefined
    const count = this.words[(this.end + (bigEndian && layout.commitSize === 8 ? 4 : 0)) >> 2]
    return count === undefined ? undefined : count >>> 0
  }
}
