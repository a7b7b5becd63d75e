/** Rows of strace.ready: one per file descriptor that a call waited for. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { nullsOf, numbersOf } from '../text/columns.ts'
import type { Call } from './call.ts'
import type { Content } from './content.ts'
import type { Polled } from './poll.ts'
import { ready } from './tables.ts'

export class ReadyWriter {
  private readonly writer: RowWriter
  private readonly columns: ReturnType<typeof columnsOf>

  constructor(sink: Sink) {
    this.writer = sink.table(ready)
    this.columns = columnsOf(this.writer)
  }

  write(call: Call, content: Content, polled: Polled): void {
    const { columns: c, writer } = this
    const { fds, paths, events, revents, data, timeout } = polled
    const { start, tid, seq } = call
    const { name, value } = content
    for (let i = 0; i < polled.count; i++) {
      const { row } = writer
      const path = paths[i] as number
      const asked = events[i] as number
      const answer = revents[i] as number
      const datum = data[i] as number
      c.ts[2 * row] = start.lo
      c.ts[2 * row + 1] = start.hi
      c.tsNulls[row] = start.known ? 0 : 1
      c.seq[2 * row] = seq
      c.seq[2 * row + 1] = seq > 0xffffffff ? Math.floor(seq / 4294967296) : 0
      c.tid[row] = tid
      c.tidNulls[row] = tid >>> 31
      c.name[row] = name
      c.fd[row] = fds[i] as number
      c.fdNulls[row] = (fds[i] as number) >>> 31
      c.fdPath[row] = path
      c.fdPathNulls[row] = path >>> 31
      c.events[row] = asked
      c.eventsNulls[row] = asked >>> 31
      c.revents[row] = answer
      c.reventsNulls[row] = answer >>> 31
      c.data[row] = datum
      c.dataNulls[row] = datum >>> 31
      c.timeout[2 * row] = timeout.lo
      c.timeout[2 * row + 1] = timeout.hi
      c.timeoutNulls[row] = timeout.known ? 0 : 1
      c.ret[2 * row] = value.lo
      c.ret[2 * row + 1] = value.hi
      c.retNulls[row] = value.known ? 0 : 1
      writer.next()
    }
  }
}

/** The columns' memory by name. */
function columnsOf(writer: RowWriter) {
  const numbers = (name: string) => numbersOf(writer, name)
  const nulls = (name: string) => nullsOf(writer, name)
  return {
    ts: numbers('ts'),
    tsNulls: nulls('ts'),
    seq: numbers('seq'),
    tid: numbers('tid'),
    tidNulls: nulls('tid'),
    name: numbers('name'),
    fd: numbers('fd'),
    fdNulls: nulls('fd'),
    fdPath: numbers('fd_path'),
    fdPathNulls: nulls('fd_path'),
    events: numbers('events'),
    eventsNulls: nulls('events'),
    revents: numbers('revents'),
    reventsNulls: nulls('revents'),
    data: numbers('data'),
    dataNulls: nulls('data'),
    timeout: numbers('timeout_ns'),
    timeoutNulls: nulls('timeout_ns'),
    ret: numbers('ret'),
    retNulls: nulls('ret'),
  }
}
