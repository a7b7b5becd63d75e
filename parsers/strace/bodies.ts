/**
 * What was read from lines, by the bytes behind their time stamp and before their duration. Most lines of a log repeat
 * one that came before in these bytes (four of five within 10 s of KWin) and need not be read again.
 */
import { ByteTable } from '../text/byte-table.ts'
import { hashOf } from '../text/hash.ts'
import type { Window } from '../text/window.ts'
import type { Syscall } from './syscalls.ts'

/** Lines that are kept, and their bytes; when either is used up, everything is forgotten. */
const MOST = 1 << 14
const MEMORY = 4 << 20
const LONGEST = 2048

const MISSES = 1 << 15
const PAIRS = 1 << 14

/** The bytes of a line, and what they say: a whole call, the beginning of one, or the rest of one. */
export class Body {
  readonly id: number
  /** Where the bytes begin in the window of all bodies. */
  at = 0
  /** Of a whole call: the number of its content; else -1. */
  content = -1
  /** Of a beginning or a rest. */
  syscall: Syscall | undefined
  isRest = false
  /** Where the arguments begin in the window; where those of a beginning end. */
  from = 0
  to = 0

  constructor(id: number) {
    this.id = id
  }
}

interface Pair {
  readonly begin: Body
  readonly rest: Body
  readonly content: number
}

export class Bodies {
  /** Called before everything is forgotten. */
  onForget = () => {}
  private readonly table = new ByteTable(MOST, MEMORY)
  private bodies: Body[] = []
  private pairs: (Pair | undefined)[] = []
  /** The hashes of what was last missed, two per two slots: only what comes twice is kept. */
  private readonly missed = new Int32Array(MISSES)
  private next = 0
  private hash = 0

  /** What the bodies' places refer to; another one from time to time, with the same bytes. */
  get window(): Window {
    return this.table.window
  }

  /** The line whose bytes were these, if it is known. */
  find(view: DataView, start: number, end: number): Body | undefined {
    this.hash = 0
    if (end - start > LONGEST) return undefined
    // 0 stands for none.
    const hash = hashOf(view, start, end) | 1
    this.hash = hash
    const index = this.table.find(view, start, end, hash >> 1)
    return index < 0 ? undefined : this.bodies[index]
  }

  /** Keeps the line that `find` did not find, if it comes for the second time. */
  add(window: Window, start: number, end: number): Body | undefined {
    const { hash } = this
    if (hash === 0 || !this.wasMissed(hash)) return undefined
    const body = new Body(this.next++)
    body.at = this.table.add(window, start, end, hash >> 1, this.bodies.length)
    if (body.at < 0) {
      this.forget()
      body.at = this.table.add(window, start, end, hash >> 1, 0)
    }
    this.bodies.push(body)
    return body
  }

  /** Whether a line of this hash was missed lately; from now on it was. */
  private wasMissed(hash: number): boolean {
    const { missed } = this
    const slot = (hash >>> 1) & (MISSES - 1)
    if (missed[slot] === hash || missed[slot ^ 1] === hash) return true
    missed[slot ^ 1] = missed[slot] as number
    missed[slot] = hash
    return false
  }

  /** The line that `find` found is not to be kept again. */
  skip(): void {
    this.hash = 0
  }

  /** The content of a call whose beginning and rest are these lines; -1 if that is not known. */
  pair(begin: Body, rest: Body): number {
    const pair = this.pairs[pairSlotOf(begin, rest)]
    return pair !== undefined && pair.begin === begin && pair.rest === rest ? pair.content : -1
  }

  addPair(begin: Body, rest: Body, content: number): void {
    if (this.pairs.length === 0) this.pairs = new Array<Pair | undefined>(PAIRS).fill(undefined)
    this.pairs[pairSlotOf(begin, rest)] = { begin, rest, content }
  }

  private forget(): void {
    this.onForget()
    this.table.clear()
    this.bodies = []
    this.pairs = []
  }
}

const pairSlotOf = (begin: Body, rest: Body): number => (Math.imul(begin.id, 0x9e3779b1) ^ rest.id) & (PAIRS - 1)
