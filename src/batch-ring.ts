/** Batches on their way from one thread to another: a ring of shared memory that makes the writer wait when it is full. */
import { arrayOf, type Column, type Values } from './batch.ts'
import type { ColumnSpec } from './schema.ts'

/** What it counts in: 8 bytes, so that every column is aligned. */
const UNIT = 8
const UNITS = (8 << 20) / UNIT

/** The memory that both sides share: the units that were read, and the ring. */
export interface RingMemory {
  readonly read: SharedArrayBuffer
  readonly ring: SharedArrayBuffer
}

export const createRing = (): RingMemory => ({
  read: new SharedArrayBuffer(4),
  ring: new SharedArrayBuffer(UNITS * UNIT),
})

/** A batch as it is stored: columns, then masks. */
export type StoredColumn = Pick<Column, 'values' | 'nulls'>

/** Where a batch begins, and what is read when it was read. Counts go on for ever, modulo 2^32. */
export interface Place {
  readonly at: number
  readonly end: number
}

/** The writer's side. One thread writes, another reads. */
export class RingWriter {
  private readonly read: Int32Array
  private readonly bytes: Uint8Array
  private end = 0

  constructor(memory: RingMemory) {
    this.read = new Int32Array(memory.read)
    this.bytes = new Uint8Array(memory.ring)
  }

  /** Copies a batch, if need be after the reader made room; undefined for one that is not for a ring (texts, or huge). */
  put(columns: readonly StoredColumn[], rows: number): Place | undefined {
    let units = 0
    for (const { values, nulls } of columns) {
      if (Array.isArray(values)) return undefined
      units += unitsOf(rows * values.BYTES_PER_ELEMENT) + (nulls ? unitsOf(rows) : 0)
    }
    if (units > UNITS / 2) return undefined
    const start = this.end & (UNITS - 1)
    const skipped = start + units > UNITS ? UNITS - start : 0
    this.end = (this.end + skipped + units) | 0
    this.awaitRoom()
    const at = skipped > 0 ? 0 : start
    let to = at * UNIT
    const copy = (part: Exclude<Values, string[]>) => {
      this.bytes.set(new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, rows * part.BYTES_PER_ELEMENT), to)
      to += unitsOf(rows * part.BYTES_PER_ELEMENT) * UNIT
    }
    for (const { values, nulls } of columns) {
      copy(values as Exclude<Values, string[]>)
      if (nulls) copy(nulls)
    }
    return { at, end: this.end }
  }

  private awaitRoom(): void {
    for (;;) {
      const read = Atomics.load(this.read, 0)
      if (((this.end - read) | 0) <= UNITS) return
      Atomics.wait(this.read, 0, read)
    }
  }
}

/** The reader's side. */
export class RingReader {
  private readonly read: Int32Array
  private readonly ring: SharedArrayBuffer

  constructor(memory: RingMemory) {
    this.read = new Int32Array(memory.read)
    this.ring = memory.ring
  }

  /** The columns of a batch where they lie; valid until `release`. */
  columns(specs: readonly ColumnSpec[], { at }: Place, rows: number): StoredColumn[] {
    let from = at * UNIT
    return specs.map((spec) => {
      const values = new (arrayOf(spec.type))(this.ring, from, rows)
      from += unitsOf(values.byteLength) * UNIT
      if (!spec.nullable) return { values, nulls: undefined }
      const nulls = new Uint8Array(this.ring, from, rows)
      from += unitsOf(rows) * UNIT
      return { values, nulls }
    })
  }

  release({ end }: Place): void {
    Atomics.store(this.read, 0, end)
    Atomics.notify(this.read, 0)
  }
}

const unitsOf = (bytes: number): number => Math.ceil(bytes / UNIT)
