/** Writing events into rows: what every row has, and texts of several lines. */
import type { Sink } from '../../src/parser.ts'
import { setIntOrNull } from '../text/columns.ts'
import type { Source } from '../text/source.ts'
import type { TextIds } from '../text/text-ids.ts'
import type { EventTable } from './event-table.ts'
import type { Events } from './events.ts'
import { flagsOf } from './flags.ts'
import { messageStart } from './function-text.ts'
import type { Instances } from './instances.ts'
import type { LineHead } from './line-head.ts'
import { OpenCalls } from './open-calls.ts'
import type { Stamps } from './stamps.ts'

/** Characters of a text of several lines; more are dropped. */
const LONGEST_TEXT = 1 << 16

/** Of calls of which neither the CPU nor the thread is known: which of them a return ends is not known either. */
export const NOBODY = -1

export const CONTINUED = 'line of the event before'

/**
 * Lines that may stand in a message, but behind it where the second follows: the head of another trace (print_trace_header()
 * in kernel/trace/trace.c), and what trace-cmd report -w prints at the end (show_wakeup_timings() in trace-read.c).
 */
const BEHIND: readonly (readonly [first: RegExp, second: RegExp])[] = [
  [/^# tracer: \w+$/, /^#\s*$/],
  [/^$/, /^Average wakeup latency: [\d.]+ usecs$/],
]

export class Rows {
  /** Events that became rows. */
  count = 0
  readonly openCalls = new OpenCalls()
  private readonly sink: Sink
  private readonly events: Events
  private readonly texts: TextIds
  private readonly stamps: Stamps
  private readonly instances: Instances
  /** The table whose row is not ended: lines that follow may belong to it. */
  private open: EventTable | undefined
  /** The lines that belong to it. */
  private more = ''
  private openText = ''
  /** What ends the last of them. */
  private endMark = ''
  private flushDue = false
  /** A line of which the next one tells whether it belongs to the message. */
  private held: string | undefined

  constructor(sink: Sink, events: Events, texts: TextIds, stamps: Stamps, instances: Instances) {
    this.sink = sink
    this.events = events
    this.texts = texts
    this.stamps = stamps
    this.instances = instances
  }

  /** Writes the event whose text is [start, end) of line `number`. `key`: whose calls it is among, or NOBODY. */
  add(table: EventTable, head: LineHead, key: number, source: Source, start: number, end: number, number: number) {
    const { stamps } = this
    const { writer } = table
    const { row, columns } = writer
    const { bytes } = source
    const [ts, cpu, tid] = columns as [(typeof columns)[0], (typeof columns)[0], (typeof columns)[0]]
    if (head.stamp === undefined) (ts.nulls as Uint8Array)[row] = 1
    else {
      ts.words[2 * row] = stamps.lo
      ts.words[2 * row + 1] = stamps.hi
    }
    if (head.cpu < 0) (cpu.nulls as Uint8Array)[row] = 1
    else (cpu.values as Int16Array)[row] = head.cpu
    if (head.tid < 0) (tid.nulls as Uint8Array)[row] = 1
    else (tid.values as Int32Array)[row] = head.tid
    table.line = number
    table.clear(row)
    if (table.flags) {
      const flags = flagsOf(head, bytes)
      if (flags !== undefined) table.flags.setInteger(flags, row)
    }
    if (table.instance) setIntOrNull(table.instance, row, this.instances.current.id)
    let from = start
    if (!table.message) table.read(table, bytes, start, end, row)
    else if (head.namesWriter) {
      table.read(table, bytes, start, end, row)
      from = messageStart(bytes, start, end)
    }
    if (table.isCall && key !== NOBODY) this.openCalls.see(table, row, key)
    const { text } = table
    if (text.spec.type === 'VARCHAR') (text.values as string[])[row] = source.slice(from, end)
    else (text.values as Int32Array)[row] = this.texts.id(bytes, from, end)
    this.count++
    if (table.multiline) {
      this.open = table
      this.openText = source.slice(from, end)
    } else writer.next()
  }

  /** Whether the row that was left open has a text that may hold any line. */
  get isMessage(): boolean {
    return this.open?.message ?? false
  }

  /** Adds a line to the text of the row that was left open. Returns whether there is one. */
  addLine(line: string): boolean {
    if (!this.open) return false
    this.keepHeld()
    if (this.open.message && BEHIND.some(([first]) => first.test(line))) this.held = line
    else this.append(line)
    return true
  }

  /** The line before, if this one tells that it stands behind the message: it is then not part of it. */
  takeHeld(line: string): string | undefined {
    const { held } = this
    if (held === undefined || !BEHIND.some(([first, second]) => first.test(held) && second.test(line))) return undefined
    this.held = undefined
    return held
  }

  private keepHeld(): void {
    if (this.held !== undefined) this.append(this.held)
    this.held = undefined
  }

  private append(line: string): void {
    if (this.more.length < LONGEST_TEXT) this.more += `\n${line}`
    this.sink.skip(CONTINUED)
  }

  /** Takes this off the end of the text of the row that was left open. */
  endsWith(mark: string): void {
    this.endMark = mark
  }

  /** Ends the row that was left open. */
  commit(): void {
    const { open } = this
    if (!open) return
    this.keepHeld()
    if (this.more !== '') {
      const all = this.openText + this.more
      const text = this.endMark !== '' && all.endsWith(this.endMark) ? all.slice(0, -this.endMark.length) : all
      const { row } = open.writer
      if (open.text.spec.type === 'VARCHAR') (open.text.values as string[])[row] = text
      else (open.text.values as Int32Array)[row] = this.sink.strings.idOf(text)
      open.readLines?.(open, text, row)
      this.more = ''
    }
    open.writer.next()
    this.open = undefined
    this.endMark = ''
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
}
