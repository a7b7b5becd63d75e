/** Which thread a line belongs to, and the names of threads. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { comms } from '../../src/tables.ts'
import { type ColumnsOf, setInt, setNull, setText } from '../text/columns.ts'
import { unescapeC } from '../text/escapes.ts'
import { latin1, textOf } from '../text/source.ts'
import type { TextIds } from '../text/text-ids.ts'
import type { Prefix } from './prefix.ts'

/** Threads that are remembered at once. */
const MOST = 100_000

export class Threads {
  private readonly sink: Sink
  private readonly texts: TextIds
  private readonly fallback: number
  private writer: RowWriter | undefined
  /** Threads that were named in `[pid N]` and did not end. */
  private readonly alive = new Set<number>()
  private last = -1
  private only = -1
  private readonly names = new Map<number, { id: number; text: string }>()

  /** `fallback`: the thread of lines that name none, where the caller knows it (the N of FILE.N); -1 if not. */
  constructor(sink: Sink, texts: TextIds, fallback: number) {
    this.sink = sink
    this.texts = texts
    this.fallback = fallback
  }

  /** The thread of a line; -1 if not known. */
  of(prefix: Prefix, bytes: Uint8Array): number {
    const { tid } = prefix
    if (prefix.commEnd > prefix.commStart) this.name(tid, bytes, prefix.commStart, prefix.commEnd)
    if (tid < 0) return prefix.seen.bracketPid && this.only >= 0 ? this.only : this.fallback
    if (prefix.bracket && tid !== this.last) {
      this.last = tid
      this.add(tid)
    }
    return tid
  }

  /** A thread was attached to, or printed a line. */
  add(tid: number): void {
    if (this.alive.size < MOST) this.alive.add(tid)
    this.update()
  }

  /** A thread ended. Lines without `[pid N]` belong to the only one that is left (print_pid_pfx in strace.c). */
  end(tid: number): void {
    this.alive.delete(tid)
    this.last = -1
    this.update()
  }

  private update(): void {
    this.only = this.alive.size === 1 ? (this.alive.values().next().value as number) : -1
  }

  private name(tid: number, bytes: Uint8Array, start: number, end: number): void {
    const id = this.texts.id(bytes, start, end)
    const known = this.names.get(tid)
    if (known?.id === id) return
    const text = nameOf(bytes, start, end)
    if (this.names.size >= MOST) this.names.clear()
    this.names.set(tid, { id, text })
    // Of a text that is not remembered the dictionary makes another id.
    if (known?.text === text) return
    const writer = this.writer ?? this.sink.table(comms)
    this.writer = writer
    const [tidColumn, pid, comm] = writer.columns as ColumnsOf<3>
    setInt(tidColumn, writer.row, tid)
    setNull(pid, writer.row)
    setText(comm, writer.row, text)
    writer.next()
  }
}

/** strace quotes names of threads as it does strings: `a\74b` is `a<b` (print_comm_str() in strace.c). */
function nameOf(bytes: Uint8Array, start: number, end: number): string {
  const quoted = textOf(bytes, start, end)
  if (!quoted.includes('\\')) return quoted
  const name = Buffer.from(unescapeC(latin1(bytes, start, end)), 'latin1')
  return textOf(name, 0, name.length)
}
