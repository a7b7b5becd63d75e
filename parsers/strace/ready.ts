/** Rows of strace.ready: one per file descriptor that a call waited for. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import type { Call } from './call.ts'
import type { Content } from './content.ts'
import type { Polled } from './poll.ts'
import { nullsOf, numbersOf, putInt, putNumber, putTime } from './rows.ts'
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
    for (let i = 0; i < polled.count; i++) {
      const { row } = writer
      putTime(c.ts, c.tsNulls, row, call.start)
      putNumber(c.seq, row, call.seq)
      putInt(c.tid, c.tidNulls, row, call.tid)
      c.name[row] = content.name
      putInt(c.fd, c.fdNulls, row, fds[i] as number)
      putInt(c.fdPath, c.fdPathNulls, row, paths[i] as number)
      putInt(c.events, c.eventsNulls, row, events[i] as number)
      putInt(c.revents, c.reventsNulls, row, revents[i] as number)
      putInt(c.data, c.dataNulls, row, data[i] as number)
      putTime(c.timeout, c.timeoutNulls, row, timeout)
      putTime(c.ret, c.retNulls, row, content.value)
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
