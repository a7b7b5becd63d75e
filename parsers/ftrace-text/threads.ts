/** Names and processes of threads, from the heads of the lines: one row of `comms` for each thread. */
import type { Sink } from '../../src/parser.ts'
import { comms } from '../../src/tables.ts'
import { isSame } from '../text/bytes.ts'
import { type ColumnsOf, setInt, setIntOrNull, setNull, setText } from '../text/columns.ts'
import { textOf } from '../text/source.ts'
import type { LineHead } from './line-head.ts'

/** Threads that are remembered at once. */
const MOST = 100_000
const SLOTS = 1024

interface Thread {
  readonly tid: number
  pid: number
  comm: string | undefined
  bytes: Uint8Array
}

export class Threads {
  private readonly sink: Sink
  private readonly threads = new Map<number, Thread>()
  private readonly recent = new Array<Thread | undefined>(SLOTS).fill(undefined)

  constructor(sink: Sink) {
    this.sink = sink
  }

  /** Looks at the thread of a line. */
  see(head: LineHead, bytes: Uint8Array): void {
    const { tid, pid, commStart, commEnd } = head
    const recent = this.recent[tid & (SLOTS - 1)]
    if (recent !== undefined && recent.tid === tid) {
      if ((pid < 0 || pid === recent.pid) && isSame(recent.bytes, bytes, commStart, commEnd)) return
    }
    if (tid > 0 && commEnd > commStart) this.update(head, bytes)
  }

  private update({ tid, pid, commStart, commEnd, cutAt }: LineHead, bytes: Uint8Array): void {
    let thread = this.threads.get(tid)
    if (!thread) {
      if (this.threads.size >= MOST) this.write()
      thread = { tid, pid, comm: undefined, bytes: new Uint8Array(0) }
      this.threads.set(tid, thread)
    }
    this.recent[tid & (SLOTS - 1)] = thread
    if (pid >= 0) thread.pid = pid
    thread.bytes = bytes.slice(commStart, commEnd)
    const comm = textOf(bytes, commStart, commEnd)
    if (comm === '<...>' || thread.bytes.length >= cutAt) return
    thread.comm = comm
  }

  /** Writes the rows. */
  write(): void {
    const writer = this.sink.table(comms)
    const [tid, pid, comm] = writer.columns as ColumnsOf<3>
    for (const thread of this.threads.values()) {
      if (thread.pid < 0 && thread.comm === undefined) continue
      setInt(tid, writer.row, thread.tid)
      setIntOrNull(pid, writer.row, thread.pid)
      if (thread.comm === undefined) setNull(comm, writer.row)
      else setText(comm, writer.row, thread.comm)
      writer.next()
    }
    this.threads.clear()
    this.recent.fill(undefined)
  }
}
