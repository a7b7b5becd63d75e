/** Line by line: which event it is, and into which row it goes. */
import type { Sink } from '../../src/parser.ts'
import { BACKSLASH, CLOSE_PAREN, COLON, DASH, isNameByte, LESS, OPEN_PAREN, SPACE, startsWith } from '../text/bytes.ts'
import type { Source } from '../text/source.ts'
import { TextIds } from '../text/text-ids.ts'
import type { EventTable } from './event-table.ts'
import { ENTER, EVENT, Events, EXIT, type Kind } from './events.ts'
import { flagsOf } from './flags.ts'
import { Head } from './head.ts'
import { Header } from './header.ts'
import { Losses } from './losses.ts'
import { Stamps } from './stamps.ts'
import { Threads } from './threads.ts'

export const CONTINUED = 'line of the event before'

/** Characters of a text of several lines; more are dropped. */
const LONGEST_TEXT = 1 << 16

/** What a log is read into. */
export class Log {
  /** Events that became rows. */
  rows = 0
  /** Lines that are nothing known. */
  unparsed = 0
  readonly header = new Header()
  readonly stamps = new Stamps()
  readonly losses: Losses
  readonly events: Events
  private readonly head = new Head()
  private readonly sink: Sink
  private readonly threads: Threads
  private readonly texts: TextIds
  private readonly instances: boolean
  /** The table whose row is not ended: lines that follow may belong to it. */
  private open: EventTable | undefined
  /** The lines that belong to it. */
  private more = ''
  private openText = ''
  private flushDue = false

  constructor(sink: Sink, instances: boolean) {
    this.sink = sink
    this.instances = instances
    this.texts = new TextIds(sink.strings)
    this.events = new Events(sink, this.texts, instances)
    this.threads = new Threads(sink)
    this.losses = new Losses(sink)
  }

  /** Reads the line [start, end). */
  line(source: Source, start: number, lineEnd: number, number: number): void {
    if (this.isEvent(source, start, lineEnd, number)) return
    this.noEvent(source.slice(start, lineEnd), number)
  }

  /** Reads a line if it is an event. */
  isEvent(source: Source, start: number, lineEnd: number, number: number): boolean {
    const { head } = this
    const { bytes } = source
    // Android's old HTML has the text in a JavaScript string: each line ends with `\n\`.
    const escaped = lineEnd - start > 3 && bytes[lineEnd - 1] === BACKSLASH && bytes[lineEnd - 2] === 0x6e
    const end = escaped ? lineEnd - (bytes[lineEnd - 3] === BACKSLASH ? 3 : 0) : lineEnd
    if (!head.read(bytes, start, end)) return false
    this.commit()
    this.threads.see(head, bytes)
    this.stamps.read(head)
    this.losses.seen(head.cpu, this.stamps.hi, this.stamps.lo)
    this.event(source, head.end, end, number)
    this.rows++
    return true
  }

  /** `name: text`, `sys_name(arguments)`, `sys_name -> result`, `function <-caller`, `<stack trace>`. */
  private event(source: Source, start: number, end: number, number: number): void {
    const { bytes } = source
    let name = start
    while (name < end && isNameByte(bytes[name] as number)) name++
    const c = bytes[name]
    if (name === start) {
      const table = bytes[start] === LESS ? stackName(bytes, start, end) : undefined
      this.row(table ? this.events.table(table) : this.events.other(), source, start, end, number)
      return
    }
    if (c === COLON && name < end) {
      let text = name + 1
      while (text < end && bytes[text] === SPACE) text++
      const table = this.table(EVENT, source, start, name, text, end)
      this.row(table, source, text, end, number)
      return
    }
    const isCall = startsWith(bytes, start, name, 'sys_') || startsWith(bytes, start, name, 'compat_sys_')
    if (isCall && c === OPEN_PAREN && name < end) {
      const stop = bytes[end - 1] === CLOSE_PAREN ? end - 1 : end
      const table = this.table(ENTER, source, start, name, name + 1, stop)
      this.row(table, source, name + 1, stop, number)
      return
    }
    if (isCall && c === SPACE && bytes[name + 1] === DASH && bytes[name + 2] === 0x3e) {
      const table = this.table(EXIT, source, start, name, end, end)
      this.row(table, source, Math.min(name + 4, end), end, number)
      return
    }
    const arrow = name < end && startsWith(bytes, name, end, ' <-')
    this.row(arrow ? this.events.table('function') : this.events.other(), source, start, end, number)
  }

  private table(kind: Kind, source: Source, start: number, end: number, text: number, textEnd: number): EventTable {
    const known = this.events.find(kind, source.bytes, start, end)
    return known ?? this.events.make(kind, source.bytes, start, end, source.slice(text, textEnd))
  }

  private row(table: EventTable, source: Source, start: number, end: number, number: number): void {
    const { head, stamps } = this
    const { writer } = table
    const { row, columns } = writer
    const { bytes } = source
    const [ts, cpu, tid] = columns as [(typeof columns)[0], (typeof columns)[0], (typeof columns)[0]]
    ts.words[2 * row] = stamps.lo
    ts.words[2 * row + 1] = stamps.hi
    ;(cpu.values as Int16Array)[row] = head.cpu
    ;(tid.values as Int32Array)[row] = head.tid
    table.line = number
    table.clear(row)
    if (table.flags) {
      const flags = flagsOf(head, bytes)
      if (flags !== undefined) table.flags.setInteger(flags, row)
    }
    if (this.instances) this.setInstance(table, bytes, row)
    table.read(table, bytes, start, end, row)
    const from = table.textStart ? table.textStart(bytes, start, end) : start
    const { text } = table
    if (text.spec.type === 'VARCHAR') (text.values as string[])[row] = source.slice(from, end)
    else (text.values as Int32Array)[row] = this.texts.id(bytes, from, end)
    if (table.multiline) {
      this.open = table
      this.openText = source.slice(from, end)
    } else writer.next()
  }

  private setInstance(table: EventTable, bytes: Uint8Array, row: number): void {
    const { instanceStart, instanceEnd } = this.head
    const { instance } = table
    if (!instance) return
    if (instanceEnd === instanceStart) (instance.nulls as Uint8Array)[row] = 1
    else (instance.values as Int32Array)[row] = this.texts.id(bytes, instanceStart, instanceEnd)
  }

  private noEvent(line: string, number: number): void {
    if (this.losses.mark(line)) {
      this.commit()
      return
    }
    const reason = this.header.read(line)
    if (reason !== undefined) this.sink.skip(reason)
    else if (this.open) {
      if (this.more.length < LONGEST_TEXT) this.more += `\n${line}`
      this.sink.skip(CONTINUED)
    } else this.unknown(line, number)
  }

  private unknown(line: string, number: number): void {
    this.unparsed++
    this.sink.problem({
      kind: 'unparsed-line',
      at: `line ${number}`,
      detail: `is no event and nothing else that ftrace or trace-cmd print: ${line.slice(0, 120)}`,
      hint: 'if the program or the terminal mixed it in, the recording is complete without it',
      skipped: 1,
    })
  }

  /** Ends the row that was left open. */
  private commit(): void {
    const { open } = this
    if (!open) return
    if (this.more !== '') {
      const text = this.openText + this.more
      const { row } = open.writer
      if (open.text.spec.type === 'VARCHAR') (open.text.values as string[])[row] = text
      else (open.text.values as Int32Array)[row] = this.sink.strings.idOf(text)
      this.more = ''
    }
    open.writer.next()
    this.open = undefined
    if (this.flushDue) this.flush()
  }

  /** Hands on all rows, and lets go of the pieces of the file that their texts are parts of. */
  flush(): void {
    this.flushDue = this.open !== undefined
    if (this.flushDue) return
    for (const { writer, text } of this.events.all) {
      writer.flush()
      if (text.spec.type === 'VARCHAR') (text.values as string[]).fill('')
    }
  }

  finish(): void {
    this.commit()
    this.losses.finish()
    this.threads.write()
  }
}

/** ` <stack trace>` of the kernel, `<stack trace >` of trace-cmd. */
function stackName(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (startsWith(bytes, start, end, '<stack trace')) return 'kernel_stack'
  return startsWith(bytes, start, end, '<user stack trace') ? 'user_stack' : undefined
}
