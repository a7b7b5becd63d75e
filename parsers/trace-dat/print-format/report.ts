/** A whole recording as `trace-cmd report` prints it. */
import type { Input, Problem, Selection } from '../../../src/parser.ts'
import { clockOf } from '../clock.ts'
import { timeOf } from '../cursors.ts'
import type { TraceFile } from '../file.ts'
import type { TraceBuffer } from '../options.ts'
import { recordsInTimeOrder, type TraceRecord } from '../records.ts'
import { type RecordSelection, recordSelection } from '../select.ts'
import { commsOf, learnComms } from './comms.ts'
import { EventTexts } from './event-texts.ts'
import { padded } from './format-number.ts'
import { formatLine, type LineOptions } from './line.ts'
import type { RecordBytes } from './scope.ts'

export interface ReportOptions extends LineOptions {
  /** Whether lines show the state of the CPU (`d..2.`), as trace-cmd 3.2 and later do. */
  readonly flags?: boolean
  /** Whether the tracers' own events are printed by the print format in the file, too (`trace-cmd report -N`). */
  readonly strict?: boolean
  /** Which events are printed. */
  readonly selection?: Selection
}

/** One event of the report; `line` has several lines for stacks. */
export interface ReportedEvent {
  readonly system: string
  readonly event: string
  readonly line: string
}

interface Held {
  record: RecordBytes
  cpu: number
  ts: bigint
  buffer: TraceBuffer
}

/**
 * Every event in order of time. A function that called nothing traced is one line, as in trace-cmd: its
 * `funcgraph_exit` is not printed when it follows its `funcgraph_entry` on the same CPU.
 */
export function* report(
  file: TraceFile,
  input: Input,
  problem: (problem: Problem) => void,
  options: ReportOptions = {},
): Generator<ReportedEvent> {
  const texts = new EventTexts(file, options.strict, problem)
  const comms = commsOf(file.cmdlines)
  const prefix = prefixes(file.buffers)
  const reported = ({ record, cpu, ts, buffer }: Held, text: string): ReportedEvent => {
    const event = texts.eventOf(record)?.format
    const pid = texts.pidOf(record)
    const flags = options.flags ? texts.flagsOf(record) : undefined
    const comm = comms.get(pid) ?? '<...>'
    const line = formatLine(
      { comm, pid, cpu, ts, event: event?.name ?? '(NULL)', text, flags },
      { ticks: !clockOf(file.options, buffer.clock).inSeconds, ...options },
    )
    return { system: event?.system ?? '', event: event?.name ?? '', line: (prefix.get(buffer) ?? '') + line }
  }
  const selects = options.selection && recordSelection(file, input, options.selection, comms)
  const selections = new Map<TraceBuffer, RecordSelection>(selects && file.buffers.map((b) => [b, selects(b)]))
  let entry: Held | undefined
  for (const record of recordsInTimeOrder(file, input, problem)) {
    const { cursor } = record
    const selected = selections.get(record.buffer)
    if (selected && !selected.wants(cursor, cursor.cpu, record)) {
      if (!selected.wantsLoss(cursor.cpu, undefined, record)) cursor.loss = undefined
      if (!options.strict) learnComms(texts, cursor, comms)
      continue
    }
    if (entry) {
      const begun = entry
      entry = undefined
      if (begun.cpu === cursor.cpu && begun.buffer === record.buffer && texts.isLeaf(begun.record, cursor)) {
        yield reported(begun, texts.leafText(begun.record, cursor))
        continue
      }
      yield reported(begun, texts.textOf(begun.record))
    }
    if (cursor.loss) {
      const count = cursor.loss.count
      cursor.loss = undefined
      const line = `${prefix.get(record.buffer) ?? ''}CPU:${cursor.cpu} [${count ? `${count} ` : ''}EVENTS DROPPED]`
      yield { system: '', event: '', line }
    }
    const held = { record: cursor, cpu: cursor.cpu, ts: timeOf(record), buffer: record.buffer }
    if (!options.strict && texts.isGraphEntry(cursor)) entry = { ...held, record: copyOf(record) }
    else {
      const event = reported(held, texts.textOf(cursor))
      if (!options.strict) learnComms(texts, cursor, comms)
      yield event
    }
  }
  if (entry) yield reported(entry, texts.textOf(entry.record))
}

function copyOf({ cursor }: TraceRecord): RecordBytes {
  return { bytes: cursor.bytes.slice(cursor.data, cursor.data + cursor.size), data: 0, size: cursor.size }
}

/** Lines of instances begin with the instance's name, the others with as many blanks. */
function prefixes(buffers: readonly TraceBuffer[]): Map<TraceBuffer, string> {
  const width = Math.max(...buffers.map((b) => Buffer.byteLength(b.name)))
  if (width === 0) return new Map()
  return new Map(
    buffers.map((b) => [b, b.name === '' ? ' '.repeat(width + 2) : `${padded(b.name, { width, left: false })}: `]),
  )
}
