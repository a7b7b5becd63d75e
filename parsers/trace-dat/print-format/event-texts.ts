/** The text of any event of a recording: what `trace-cmd report` prints behind the event's name. */
import type { Problem } from '../../../src/parser.ts'
import type { EventFormat } from '../event-format.ts'
import { type EventText, eventText } from './event-text.ts'
import { MAX_TEXT } from './limits.ts'
import { flagsText } from './line.ts'
import { printkFormatsOf } from './printk-formats.ts'
import { failedText } from './raw-fields.ts'
import { extentOf, type RecordBytes, readInteger, readSmall, type Scope, ValueError } from './scope.ts'
import { type Symbols, symbolsOf } from './symbols.ts'
import { terminated } from './text-of.ts'
import { FormatError } from './tokens.ts'
import { fieldOf, type GraphExit, graphEntryText, graphExitOf } from './tracer-text.ts'

/** What a recording says that texts are made of; a TraceFile is one. */
export interface TextSource {
  readonly formats: readonly EventFormat[]
  readonly kallsyms: string
  readonly printk: string
  readonly bigEndian: boolean
  readonly longSize: 4 | 8
}

/** Prints the records of one recording. Each print format is parsed once, when its first record comes. */
export class EventTexts {
  readonly symbols: Symbols
  private readonly formats = new Map<number, EventFormat>()
  private readonly events = new Map<number, EventText>()
  private readonly scope: Scope
  private readonly typeOffset: number

  private readonly strict: boolean
  private readonly problem: (problem: Problem) => void

  /**
   * `strict`: print every event by the print format in the file, the tracers' own too (`trace-cmd report -N`). `problem`
   * is told, once per event, of print formats that cannot be read and of what is assumed.
   */
  constructor(source: TextSource, strict = false, problem: (problem: Problem) => void = () => {}) {
    this.strict = strict
    this.problem = problem
    for (const format of source.formats) this.formats.set(format.id, format)
    this.typeOffset = source.formats[0]?.fields.find((f) => f.name === 'common_type')?.offset ?? 0
    const symbols = symbolsOf(source.kallsyms)
    let strings: Map<bigint, string> | undefined
    this.symbols = symbols
    this.scope = {
      bytes: new Uint8Array(0),
      data: 0,
      size: 0,
      bigEndian: source.bigEndian,
      longSize: source.longSize,
      symbolAt: symbols.at,
      stringAt: (address) => {
        strings ??= printkFormatsOf(source.printk)
        return strings.get(address)
      },
    }
  }

  /** The event that a record is of; undefined where the recording has no format for it. */
  eventOf(record: RecordBytes): EventText | undefined {
    const scope = this.at(record)
    if (record.size < this.typeOffset + 2) return undefined
    const id = readSmall(scope, this.typeOffset, 2)
    const known = this.events.get(id)
    if (known) return known
    const format = this.formats.get(id)
    if (!format) return undefined
    const event = eventText(format, scope.longSize, this.strict)
    this.events.set(id, event)
    const at = `${format.system}:${format.name}`
    const { failure, assumption } = event
    if (failure)
      this.problem({ kind: 'print-format', at, detail: `cannot be printed, its fields are listed: ${failure}` })
    if (assumption) this.problem({ kind: 'assumed', at, detail: assumption })
    return event
  }

  /** The text of a record, without a newline at its end. Never throws for what a file holds. */
  textOf(record: RecordBytes): string {
    const event = this.eventOf(record)
    if (!event) return '[UNKNOWN EVENT]'
    return this.guarded(event.format, event.print)
  }

  /** The message alone of an event of trace_printk (bprint, bputs). Never throws for what a file holds. */
  messageOf(record: RecordBytes): string {
    const event = this.eventOf(record)
    return event ? this.guarded(event.format, event.message ?? event.print) : ''
  }

  /** The text of a `funcgraph_entry` whose function called nothing that was traced: `exit` is its `funcgraph_exit`. */
  leafText(entry: RecordBytes, exit: RecordBytes): string {
    const exitEvent = this.eventOf(exit)
    const event = this.eventOf(entry)
    if (!event || !exitEvent) return this.textOf(entry)
    return this.guarded(event.format, (scope) => {
      this.at(exit)
      const end: GraphExit = graphExitOf(exitEvent.format, scope)
      this.at(entry)
      return graphEntryText(event.format, scope, end)
    })
  }

  /** The thread that a record is of. */
  pidOf(record: RecordBytes): number {
    return this.numberIn(record, 'common_pid')
  }

  /** The state of the CPU at a record: `d..2.`. */
  flagsOf(record: RecordBytes): string {
    const event = this.eventOf(record)
    if (!event) return ''
    return flagsText(event.format, (name) => this.numberIn(record, name))
  }

  /** A field of at most 32 bits; 0 where the record or the format does not have it. */
  numberIn(record: RecordBytes, name: string): number {
    const field = this.eventOf(record)?.format.fields.find((f) => f.name === name)
    if (!field || field.offset + field.size > record.size || field.size > 4) return 0
    return Number(readInteger(this.at(record), field.offset, field.size, field.signed))
  }

  /** The text in a field; empty where the record or the format does not have it. */
  textIn(record: RecordBytes, name: string): string {
    const field = this.eventOf(record)?.format.fields.find((f) => f.name === name)
    if (!field || field.offset + field.size > record.size) return ''
    const scope = this.at(record)
    const { start, length } = extentOf(field, scope)
    return terminated(start, start + length, scope)
  }

  /** Whether a record is the beginning of a function of the function_graph tracer. */
  isGraphEntry(record: RecordBytes): boolean {
    return isGraph(this.eventOf(record)?.format, GRAPH_ENTRY)
  }

  /** Whether the second record is the end of the function that the first one, a `funcgraph_entry`, began. */
  isLeaf(entry: RecordBytes, exit: RecordBytes): boolean {
    const begin = this.eventOf(entry)?.format
    const end = this.eventOf(exit)?.format
    if (!isGraph(begin, GRAPH_ENTRY) || !isGraph(end, GRAPH_EXIT)) return false
    const keys = (format: EventFormat, record: RecordBytes): string => {
      const scope = this.at(record)
      return `${fieldOf(format, 'func', scope)} ${fieldOf(format, 'common_pid', scope)}`
    }
    try {
      return keys(begin, entry) === keys(end, exit)
    } catch (error) {
      if (error instanceof ValueError) return false
      throw error
    }
  }

  private at(record: RecordBytes): Scope {
    const { scope } = this
    scope.bytes = record.bytes
    scope.data = record.data
    scope.size = record.size
    return scope
  }

  private guarded(format: EventFormat, print: (scope: Scope) => string): string {
    let text: string
    try {
      text = print(this.scope)
    } catch (error) {
      if (!(error instanceof ValueError || error instanceof FormatError)) throw error
      text = failedText(format, this.scope)
    }
    if (text.length > MAX_TEXT) text = text.slice(0, MAX_TEXT)
    return text.endsWith('\n') ? text.slice(0, -1) : text
  }
}

const GRAPH_ENTRY = ['funcgraph_entry', 'fgraph_retaddr_entry']
const GRAPH_EXIT = ['funcgraph_exit']

const isGraph = (format: EventFormat | undefined, names: string[]): format is EventFormat =>
  format?.system === 'ftrace' && names.includes(format.name)
