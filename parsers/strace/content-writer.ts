/** Rows of strace.contents: what calls say; and of strace.ready: what those of them that wait for file descriptors say. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { columnOf, nullsOf, numbersOf } from '../text/columns.ts'
import type { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import type { Content } from './content.ts'
import type { Polled } from './poll.ts'
import { contents, ready } from './tables.ts'

/** Bytes of arguments that are kept until they are handed on. */
const MOST_BYTES = 2 << 20

export class ContentWriter {
  private readonly contents: RowWriter
  private readonly ready: RowWriter
  private readonly columns: ReturnType<typeof contentColumns>
  private readonly readyColumns: ReturnType<typeof readyColumnsOf>
  private bytes = 0

  constructor(sink: Sink) {
    this.contents = sink.table(contents)
    this.ready = sink.table(ready)
    this.columns = contentColumns(this.contents)
    this.readyColumns = readyColumnsOf(this.ready)
  }

  /** Writes a content that was read from `window`. Returns its number. */
  write(content: Content, window: Window): number {
    const { columns: c, contents: writer } = this
    const { row } = writer
    const { fd, fdPath, request, argsStart, argsEnd, retText, retPath, error, polled } = content
    const number = writer.total
    // A number below 0 is none: its sign is the mask's bit. Written out, since calls are not free here.
    c.content[row] = number
    c.name[row] = content.name
    c.fd[row] = fd
    c.fdNulls[row] = fd >>> 31
    c.fdPath[row] = fdPath
    c.fdPathNulls[row] = fdPath >>> 31
    c.request[row] = request
    c.requestNulls[row] = request >>> 31
    c.args[row] = window.text(argsStart, argsEnd)
    setTime(c.ret, c.retNulls, row, content.value)
    c.retText[row] = retText
    c.retTextNulls[row] = retText >>> 31
    c.retPath[row] = retPath
    c.retPathNulls[row] = retPath >>> 31
    c.error[row] = error
    c.errorNulls[row] = error >>> 31
    writer.next()
    if (polled) this.writePolled(number, polled)
    this.bytes += argsEnd - argsStart
    if (this.bytes > MOST_BYTES) {
      this.bytes = 0
      writer.flush()
    }
    return number
  }

  private writePolled(content: number, polled: Polled): void {
    const { readyColumns: c, ready: writer } = this
    const { fds, paths, events, revents, data, timeout } = polled
    for (let i = 0; i < polled.count; i++) {
      const { row } = writer
      const fd = fds[i] as number
      const path = paths[i] as number
      const asked = events[i] as number
      const answer = revents[i] as number
      const datum = data[i] as number
      c.content[row] = content
      c.fd[row] = fd
      c.fdNulls[row] = fd >>> 31
      c.fdPath[row] = path
      c.fdPathNulls[row] = path >>> 31
      c.events[row] = asked
      c.eventsNulls[row] = asked >>> 31
      c.revents[row] = answer
      c.reventsNulls[row] = answer >>> 31
      c.data[row] = datum
      c.dataNulls[row] = datum >>> 31
      setTime(c.timeout, c.timeoutNulls, row, timeout)
      writer.next()
    }
  }
}

function setTime(words: Int32Array, nulls: Uint8Array, row: number, { known, lo, hi }: Time): void {
  words[2 * row] = lo
  words[2 * row + 1] = hi
  nulls[row] = known ? 0 : 1
}

/** The columns' memory by name: going through the columns for each row costs more than filling them. */
const contentColumns = (writer: RowWriter) => ({
  content: numbersOf(writer, 'content'),
  name: numbersOf(writer, 'name'),
  fd: numbersOf(writer, 'fd'),
  fdNulls: nullsOf(writer, 'fd'),
  fdPath: numbersOf(writer, 'fd_path'),
  fdPathNulls: nullsOf(writer, 'fd_path'),
  request: numbersOf(writer, 'request'),
  requestNulls: nullsOf(writer, 'request'),
  args: columnOf(writer, 'args').values as string[],
  ret: numbersOf(writer, 'ret'),
  retNulls: nullsOf(writer, 'ret'),
  retText: numbersOf(writer, 'ret_text'),
  retTextNulls: nullsOf(writer, 'ret_text'),
  retPath: numbersOf(writer, 'ret_path'),
  retPathNulls: nullsOf(writer, 'ret_path'),
  error: numbersOf(writer, 'error'),
  errorNulls: nullsOf(writer, 'error'),
})

const readyColumnsOf = (writer: RowWriter) => ({
  content: numbersOf(writer, 'content'),
  fd: numbersOf(writer, 'fd'),
  fdNulls: nullsOf(writer, 'fd'),
  fdPath: numbersOf(writer, 'fd_path'),
  fdPathNulls: nullsOf(writer, 'fd_path'),
  events: numbersOf(writer, 'events'),
  eventsNulls: nullsOf(writer, 'events'),
  revents: numbersOf(writer, 'revents'),
  reventsNulls: nullsOf(writer, 'revents'),
  data: numbersOf(writer, 'data'),
  dataNulls: nullsOf(writer, 'data'),
  timeout: numbersOf(writer, 'timeout_ns'),
  timeoutNulls: nullsOf(writer, 'timeout_ns'),
})
