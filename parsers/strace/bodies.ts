/**
 * What was read from lines, by the bytes behind their time stamp and before their duration. Most lines of a log repeat
 * one that came before in these bytes (four of five within 10 s of KWin) and need not be read again.
 */
import { NEWLINE } from './bytes.ts'
import type { Content } from './content.ts'
import { type Source, textOf } from './lines.ts'
import type { Syscall } from './syscalls.ts'

const SLOTS = 1 << 13
const PAIRS = 1 << 13
/** Bytes that are kept; when they are used up, everything is forgotten. */
const MEMORY = 4 << 20
const SHORTEST = 4
const LONGEST = 2048

interface Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
}

const allocate = (size: number): Memory => {
  // Between two lines is a byte of this: nothing may be read past the end by mistake.
  const bytes = new Uint8Array(size).fill(NEWLINE)
  return { bytes, view: new DataView(bytes.buffer) }
}

/** The bytes of a line, and what they say: a whole call, the beginning of one, or the rest of one. */
export class Body implements Source {
  readonly bytes: Uint8Array
  readonly ascii: boolean
  readonly view: DataView
  /** Where they are in `bytes`. */
  readonly at: number
  readonly size: number
  readonly id: number
  /** Of a whole call. */
  content: Content | undefined
  /** Of a beginning or a rest. */
  syscall: Syscall | undefined
  isRest = false
  /** Where the arguments begin in `bytes`; where those of a beginning end. */
  from = 0
  to = 0

  constructor(memory: Memory, ascii: boolean, at: number, size: number, id: number) {
    this.bytes = memory.bytes
    this.view = memory.view
    this.ascii = ascii
    this.at = at
    this.size = size
    this.id = id
  }

  slice(start: number, end: number): string {
    return textOf(this.bytes, start, end)
  }
}

interface Pair {
  readonly begin: Body
  readonly rest: Body
  readonly content: Content
}

export class Bodies {
  private slots: (Body | undefined)[] = new Array(SLOTS).fill(undefined)
  private pairs: (Pair | undefined)[] = new Array(PAIRS).fill(undefined)
  /** The hash of what was last missed per slot: only what comes twice is kept. */
  private readonly missed = new Int32Array(SLOTS)
  private memory = allocate(0)
  private used = 0
  private next = 0
  private hash = 0

  /** The line whose bytes were these, if it is known. */
  find(view: DataView, start: number, end: number): Body | undefined {
    const size = end - start
    this.hash = 0
    if (size < SHORTEST || size > LONGEST) return undefined
    const hash = hashOf(view, start, end)
    this.hash = hash
    const body = this.slots[slotOf(hash)]
    return body !== undefined && body.size === size && isSame(body, view, start, end) ? body : undefined
  }

  /** Keeps the line that `find` did not find, if it comes for the second time. */
  add(source: Source, start: number, end: number): Body | undefined {
    const { hash } = this
    const slot = slotOf(hash)
    if (hash === 0 || this.missed[slot] !== hash) {
      this.missed[slot] = hash
      return undefined
    }
    const size = end - start
    if (this.used + size >= this.memory.bytes.length) this.forget()
    const at = this.used
    this.used = at + size + 1
    this.memory.bytes.set(source.bytes.subarray(start, end), at)
    const body = new Body(this.memory, source.ascii, at, size, this.next++)
    this.slots[slot] = body
    return body
  }

  /** What a call says whose beginning and rest are these lines. */
  pair(begin: Body, rest: Body): Content | undefined {
    const pair = this.pairs[pairSlotOf(begin, rest)]
    return pair !== undefined && pair.begin === begin && pair.rest === rest ? pair.content : undefined
  }

  addPair(begin: Body, rest: Body, content: Content): void {
    this.pairs[pairSlotOf(begin, rest)] = { begin, rest, content }
  }

  /** Lines that are still in use keep their memory. */
  private forget(): void {
    this.memory = allocate(MEMORY)
    this.used = 0
    this.slots = new Array(SLOTS).fill(undefined)
    this.pairs = new Array(PAIRS).fill(undefined)
  }
}

/** The lowest bit of a hash is always 1. */
const slotOf = (hash: number): number => (hash >>> 1) & (SLOTS - 1)

const pairSlotOf = (begin: Body, rest: Body): number => (Math.imul(begin.id, 0x9e3779b1) ^ rest.id) & (PAIRS - 1)

/** Never 0. Two sums, since each step of one waits for the step before. */
function hashOf(view: DataView, start: number, end: number): number {
  let a = end - start
  let b = 0
  let i = start
  for (; i <= end - 8; i += 8) {
    a = (Math.imul(a, 0x9e3779b1) + view.getInt32(i, true)) | 0
    b = (Math.imul(b, 0x85ebca6b) + view.getInt32(i + 4, true)) | 0
  }
  if (i <= end - 4) a = (Math.imul(a, 0x9e3779b1) + view.getInt32(i, true)) | 0
  b = (Math.imul(b, 0x85ebca6b) + view.getInt32(end - 4, true)) | 0
  const hash = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) ^ Math.imul(b ^ (b >>> 13), 0x297a2d39)
  return (hash ^ (hash >>> 16)) | 1
}

function isSame(body: Body, view: DataView, start: number, end: number): boolean {
  const known = body.view
  let j = body.at
  for (let i = start; i <= end - 4; i += 4, j += 4) {
    if (known.getInt32(j, true) !== view.getInt32(i, true)) return false
  }
  return known.getInt32(body.at + body.size - 4, true) === view.getInt32(end - 4, true)
}
