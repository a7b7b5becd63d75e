/** Which thread a line belongs to, and the names of threads. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { comms } from '../../src/tables.ts'
import { type ColumnsOf, setInt, setNull, setText } from '../text/columns.ts'
import { unescapeC } from '../text/escapes.ts'
import { latin1, textOf } from '../text/source.ts'
import type { TextIds } from '../text/text-ids.ts'
import { LoneThread } from './lone-thread.ts'
import type { Prefix } from './prefix.ts'

/** Threads whose names are remembered at once. */
const MOST = 100_000

export class Threads {
  private readonly sink: Sink
  private readonly texts: TextIds
  private writer: RowWriter | undefined
  /** The thread of the last line that had `[pid N]`. */
  private last = -1
  readonly lone = new LoneThread()
  private readonly names = new Map<number, { id: number; text: string }>()

  constructor(sink: Sink, texts: TextIds) {
    this.sink = sink
    this.texts = texts
  }

  /** The thread of a line; -1 if not known. */
  of(prefix: Prefix, bytes: Uint8Array, number: number): number {
    const { lone } = this
    const { tid } = prefix
    if (prefix.commEnd > prefix.commStart) this.name(tid, bytes, prefix.commStart, prefix.commEnd)
    if (tid < 0) {
      if (lone.isAwaited) lone.line(number)
      return lone.tid
    }
    if (prefix.bracket && tid !== this.last) {
      this.last = tid
      lone.named(tid)
    }
    return tid
  }

  /** `+++ exited with 0 +++`. */
  end(tid: number): void {
    this.last = -1
    this.lone.end(tid)
  }

  /** `+++ superseded by execve in pid N +++`. */
  superseded(tid: number): void {
    this.last = -1
    this.lone.superseded(tid)
  }

  /** A thread, or all threads of its process, will print nothing more but that they ended. */
  seemsOver(tid: number, isProcess: boolean): void {
    this.last = -1
    this.lone.seemsOver(tid, isProcess)
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
