/** Line by line: which event it is, and into which table it goes. */
import type { Sink } from '../../src/parser.ts'
import {
  BACKSLASH,
  CLOSE_PAREN,
  COLON,
  DASH,
  isDigit,
  isNameByte,
  isSame,
  LESS,
  OPEN_PAREN,
  SPACE,
  startsWith,
} from '../text/bytes.ts'
import type { Source } from '../text/source.ts'
import { TextIds } from '../text/text-ids.ts'
import type { EventTable } from './event-table.ts'
import { ENTER, EVENT, Events, EXIT, type Kind } from './events.ts'
import { GraphLine } from './graph-line.ts'
import { Head } from './head.ts'
import { HEAD_LINE, Header } from './header.ts'
import { Instances } from './instances.ts'
import type { LineHead } from './line-head.ts'
import { Losses } from './losses.ts'
import { NOBODY, Rows } from './rows.ts'
import { Stamps } from './stamps.ts'
import { isKnownEvent } from './systems.ts'
import { Threads } from './threads.ts'
import { tracerOf } from './tracer-text.ts'

/** What a log is read into. */
export class Log {
  /** Lines that are nothing known. */
  unparsed = 0
  readonly header = new Header()
  readonly stamps = new Stamps()
  readonly losses: Losses
  readonly events: Events
  readonly rows: Rows
  private readonly head = new Head()
  private readonly graph = new GraphLine()
  private readonly instances: Instances
  private readonly sink: Sink
  private readonly threads: Threads

  constructor(sink: Sink, instances: boolean) {
    this.sink = sink
    const texts = new TextIds(sink.strings)
    this.events = new Events(sink, texts, instances)
    this.instances = new Instances(sink.strings)
    this.rows = new Rows(sink, this.events, texts, this.stamps, this.instances)
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
    const { head, graph } = this
    const { bytes } = source
    // Android's old HTML has the text in a JavaScript string: each line ends with `\n\`.
    const escaped = lineEnd - start > 3 && bytes[lineEnd - 1] === BACKSLASH && bytes[lineEnd - 2] === 0x6e
    const end = escaped ? lineEnd - (bytes[lineEnd - 3] === BACKSLASH ? 3 : 0) : lineEnd
    if (head.read(bytes, start, end)) {
      this.begin(head, bytes)
      this.event(head, source, head.end, end, number)
      return true
    }
    // A message may hold lines of function_graph where this is not the tracer.
    if ((this.rows.isMessage && !graph.isTracer) || !graph.read(bytes, start, end)) return false
    if (graph.text.kind === 'irq') {
      this.sink.skip('begin or end of an interrupt in function_graph')
      return true
    }
    this.begin(graph, bytes)
    this.graphEvent(source, end, number)
    return true
  }

  private begin(head: LineHead, bytes: Uint8Array): void {
    this.rows.commit()
    this.threads.see(head, bytes)
    this.stamps.read(head)
    this.instances.see(head, bytes)
    const { name } = this.instances.current
    if (head.stamp !== undefined) this.losses.seen(name, head.cpu, this.stamps.hi, this.stamps.lo)
  }

  /** `name: text`, `sys_name(arguments)`, `sys_name -> result`, `function <-caller`, `<stack trace>`. */
  private event(head: LineHead, source: Source, start: number, end: number, number: number): void {
    const { bytes } = source
    let name = start
    while (name < end && isNameByte(bytes[name] as number)) name++
    const c = bytes[name]
    // No event is called like a number.
    if (c === COLON && name < end && !isDigit(bytes[start])) {
      let text = name + 1
      while (text < end && bytes[text] === SPACE) text++
      const table = this.table(EVENT, source, start, name, text, end)
      // The kernel names a marker by the function that wrote it, with which its text begins in trace-cmd's reports.
      if (table.message && !isSame(table.name, bytes, start, name)) text = start
      this.row(table, head, source, text, end, number)
      return
    }
    const isCall = startsWith(bytes, start, name, 'sys_') || startsWith(bytes, start, name, 'compat_sys_')
    if (isCall && c === OPEN_PAREN && name < end) {
      const stop = bytes[end - 1] === CLOSE_PAREN ? end - 1 : end
      const table = this.table(ENTER, source, start, name, name + 1, stop)
      this.row(table, head, source, name + 1, stop, number)
      return
    }
    if (isCall && c === SPACE && bytes[name + 1] === DASH && bytes[name + 2] === 0x3e) {
      const table = this.table(EXIT, source, start, name, end, end)
      this.row(table, head, source, Math.min(name + 4, end), end, number)
      return
    }
    const isFunction = startsWith(bytes, name, end, ' <-') && name > start && bytes[end - 1] !== CLOSE_PAREN
    const table = isFunction ? this.events.table('function') : this.unnamed(source, start, end)
    this.row(table, head, source, start, end, number)
  }

  /** The table of a text before which no event's name stands. */
  private unnamed(source: Source, start: number, end: number): EventTable {
    const { events } = this
    const { bytes } = source
    const stack = bytes[start] === LESS ? stackName(bytes, start, end) : undefined
    if (stack) return events.table(stack)
    const text = source.slice(start, Math.min(end, start + LONGEST_UNNAMED))
    const tracer = tracerOf(text)
    if (tracer) return events.table(tracer)
    if (FUNCTION.test(text)) return events.table('function')
    return MARKER.test(text) ? events.table('print') : events.other()
  }

  /** A line of function_graph: a call, a return, or an event as a comment, `/* name: text *\/`. */
  private graphEvent(source: Source, end: number, number: number): void {
    const { graph, events } = this
    const { bytes } = source
    const { kind, start, end: textEnd } = graph.text
    if (kind === 'comment') {
      let name = start
      while (name < textEnd && isNameByte(bytes[name] as number)) name++
      // The text of a marker has no name before it.
      const isEvent = bytes[name] === COLON ? isKnownEvent(source.slice(start, name)) : isSystemCall(bytes, start, name)
      if (isEvent) this.event(graph, source, start, textEnd, number)
      else this.row(events.table('print'), graph, source, start, textEnd, number)
      if (textEnd === end) this.rows.endsWith(' */')
      return
    }
    this.row(events.table(`funcgraph_${kind === 'exit' ? 'exit' : 'entry'}`), graph, source, graph.start, end, number)
  }

  private row(table: EventTable, head: LineHead, source: Source, start: number, end: number, number: number): void {
    // The kernel's tracer looks for calls by CPU, trace-cmd's report is by thread; idle threads share a number.
    const { cpu, tid } = head
    const ofGraph = cpu >= 0 ? cpu : tid >= 0 ? tid : NOBODY
    const key = head === this.graph ? ofGraph : tid > 0 ? tid : -2 - cpu
    this.rows.add(table, head, key, source, start, end, number)
  }

  private table(kind: Kind, source: Source, start: number, end: number, text: number, textEnd: number): EventTable {
    const known = this.events.find(kind, source.bytes, start, end)
    return known ?? this.events.make(kind, source.bytes, start, end, source.slice(text, textEnd))
  }

  private noEvent(line: string, number: number): void {
    const { header, graph, rows, sink } = this
    const instance = this.losses.mark(line, header.isReport)
    if (instance !== undefined) {
      rows.commit()
      rows.openCalls.clear()
      this.instances.mark(instance)
      return
    }
    if (rows.isMessage && !this.endsMessage(line)) {
      rows.addLine(line)
      return
    }
    const reason = header.read(line) ?? graph.reason(line)
    if (reason !== undefined) sink.skip(reason)
    else if (!rows.addLine(line)) this.unknown(line, number)
    graph.isTracer ||= header.tracer === 'function_graph'
  }

  /**
   * Whether a line stands behind a message, not in it. A message may hold whatever looks like a head line or is empty;
   * what the recorders print behind one are their marks of lost events, function_graph's context switches where it is
   * the tracer, and pairs of lines that begin something else (BEHIND).
   */
  private endsMessage(line: string): boolean {
    const { header, graph, rows, sink } = this
    const before = rows.takeHeld(line)
    if (before === undefined && !(graph.isTracer && graph.reason(line) !== undefined)) return false
    rows.commit()
    if (before !== undefined) sink.skip(header.read(before) ?? HEAD_LINE)
    return true
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

  finish(): void {
    this.rows.commit()
    this.losses.finish()
    this.threads.write()
  }
}

/** Characters of a text that are looked at to tell its event. */
const LONGEST_UNNAMED = 512

/** `name <-caller`, `name+0x10/0x40 <-caller`, `name(args) <-caller`, `name [module] <-caller`. */
const FUNCTION = /^[a-zA-Z_][\w.$]*(\+0x[\da-f]+\/0x[\da-f]+)?( \[\w+\])?(\(.*\))?( <[\da-f]+>)? <-[-\w ]/

/**
 * A marker whose writer has no name, or a name as the trace options sym-offset and sym-addr print it: `0xc00a081c: text`,
 * `tracing_mark_write+0x91/0x170: text`, `tracing_mark_write <ffffffff814aa001>: text`. No event is called so.
 */
const MARKER = /^(0x[\da-f]+s?|[\w.]+(\+0x[\da-f]+\/0x[\da-f]+( \[\w+\])?( <[\da-f]+>)?| <[\da-f]+>)): /

/** ` <stack trace>` of the kernel, `<stack trace >` of trace-cmd. */
function stackName(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (startsWith(bytes, start, end, '<stack trace')) return 'kernel_stack'
  return startsWith(bytes, start, end, '<user stack trace') ? 'user_stack' : undefined
}

/** `sys_ioctl(fd: 3)`, `sys_ioctl -> 0x0`. */
const isSystemCall = (bytes: Uint8Array, start: number, name: number): boolean =>
  startsWith(bytes, start, name, 'sys_') && (bytes[name] === OPEN_PAREN || startsWith(bytes, name, name + 4, ' -> '))
