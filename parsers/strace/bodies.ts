/**
 * What was read from lines, by the bytes behind their time stamp and before their duration. Most lines of a log repeat
 * one that came before in these bytes (four of five within 10 s of KWin) and need not be read again.
 *
 * Each such line has a number until everything is forgotten, and is a whole call, the beginning of one, or the rest of one.
 */
import { ByteTable, grown } from '../text/byte-table.ts'
import { hashOf } from '../text/hash.ts'
import type { Window } from '../text/window.ts'
import type { Syscall } from './syscalls.ts'

/** Lines that are kept, and their bytes; when either is used up, everything is forgotten. */
const MOST = 1 << 14
const MEMORY = 4 << 20
const LONGEST = 2048

/** So many lines are kept at once, the others when they come for the second time: most logs hold more that never come again. */
const AT_ONCE = 1 << 12

const MISSES = 1 << 15
const PAIRS = 1 << 14

/** Instead of the number of a whole call's content. */
export const BEGINNING = -1
export const REST = -2

/** What is known of a line: content, syscall, where the arguments begin and end in it. */
const FIELDS = 4
/** What is known of a pair of lines: beginning, rest, content + 1 (0: nothing), and nothing. */
const PAIR = 4

export class Bodies {
  /** Called before everything is forgotten. */
  onForget = () => {}
  private readonly table = new ByteTable(MOST, MEMORY)
  private fields = new Int32Array(FIELDS << 7)
  private syscalls: Syscall[] = []
  private readonly pairs = new Int32Array(PAIR * PAIRS)
  /** The hashes of what was last missed: each may be in two places. */
  private readonly missed = new Int32Array(MISSES)
  private misses = 0
  private hash = 0

  /** What places refer to; another one from time to time, with the same bytes. */
  get window(): Window {
    return this.table.window
  }

  /** The number of the line whose bytes were these; -1 if it is not known. */
  find(view: DataView, start: number, end: number): number {
    this.hash = 0
    if (end - start > LONGEST) return -1
    // 0 stands for none.
    const hash = hashOf(view, start, end) | 1
    this.hash = hash
    return this.table.find(view, start, end, hash >> 1)
  }

  /** The number of a whole call's content, BEGINNING or REST. */
  content(body: number): number {
    return this.fields[body * FIELDS] as number
  }

  /** Of a beginning or a rest. */
  syscall(body: number): Syscall {
    return this.syscalls[this.fields[body * FIELDS + 1] as number] as Syscall
  }

  /** Where the arguments begin in the line. */
  from(body: number): number {
    return this.fields[body * FIELDS + 2] as number
  }

  /** Where the arguments of a beginning end in the line. */
  to(body: number): number {
    return this.fields[body * FIELDS + 3] as number
  }

  /** Where the line begins in the window. */
  place(body: number): number {
    return this.table.place(body)
  }

  /** Keeps a whole call that `find` did not find. */
  addCall(window: Window, start: number, end: number, content: number): void {
    const body = this.add(window, start, end)
    if (body >= 0) this.describe(body, content, 0, 0, 0)
  }

  /** The same for a beginning or a rest, whose arguments are [from, to). */
  addPart(window: Window, start: number, end: number, kind: number, syscall: Syscall, from: number, to: number): void {
    const body = this.add(window, start, end)
    if (body < 0) return
    const { syscalls } = this
    const known = syscalls.indexOf(syscall)
    this.describe(body, kind, known < 0 ? syscalls.push(syscall) - 1 : known, from - start, to - start)
  }

  private add(window: Window, start: number, end: number): number {
    const { hash, table } = this
    if (hash === 0 || (table.count >= AT_ONCE && !this.wasMissed(hash))) return -1
    const body = table.add(window, start, end, hash >> 1)
    if (body >= 0) return body
    this.forget()
    return table.add(window, start, end, hash >> 1)
  }

  private describe(body: number, content: number, syscall: number, from: number, to: number): void {
    const at = body * FIELDS
    if (at === this.fields.length) this.fields = grown(this.fields)
    this.fields[at] = content
    this.fields[at + 1] = syscall
    this.fields[at + 2] = from
    this.fields[at + 3] = to
  }

  /** Whether a line of this hash was missed lately; from now on it was. */
  private wasMissed(hash: number): boolean {
    const { missed } = this
    // The place of the older one is not always taken: three that come in turns would never be seen twice.
    const slot = (hash & (MISSES - 2)) | (this.misses++ & 1)
    if (missed[slot] === hash || missed[slot ^ 1] === hash) return true
    missed[slot] = hash
    return false
  }

  /** The line that `find` found is not to be kept again. */
  skip(): void {
    this.hash = 0
  }

  /** The content of a call whose beginning and rest are these lines; -1 if that is not known. */
  pair(begin: number, rest: number): number {
    const { pairs } = this
    let at = placeOfPair(begin, rest)
    if (pairs[at] !== begin || pairs[at + 1] !== rest) at = otherPlace(at)
    return pairs[at] === begin && pairs[at + 1] === rest ? (pairs[at + 2] as number) - 1 : -1
  }

  addPair(begin: number, rest: number, content: number): void {
    const { pairs } = this
    let at = placeOfPair(begin, rest)
    if (pairs[at + 2] !== 0) at = otherPlace(at)
    pairs[at] = begin
    pairs[at + 1] = rest
    pairs[at + 2] = content + 1
  }

  private forget(): void {
    this.onForget()
    this.table.clear()
    this.syscalls = []
    this.pairs.fill(0)
  }
}

const placeOfPair = (begin: number, rest: number): number =>
  PAIR * (((Math.imul(begin, 0x9e3779b1) >>> 13) ^ rest) & (PAIRS - 1))

/** Where a pair is whose first place is another's. */
const otherPlace = (at: number): number => at ^ PAIR
