/** Which records of a trace.dat a selection wants, told before they are decoded. */
import type { Input } from '../../src/parser.ts'
import { eventMatcher, matcher, resolveTime, type Selection } from '../../src/selection.ts'
import { type Clock, clockOf } from './clock.ts'
import { isBefore, mapTime, openCursors, type Time, timeOf } from './cursors.ts'
import type { TraceFile } from './file.ts'
import type { TraceBuffer } from './options.ts'
import { commsOf, learnComms } from './print-format/comms.ts'
import { EventTexts } from './print-format/event-texts.ts'
import type { RecordBytes } from './print-format/scope.ts'

/** The selection in one buffer, whose clock it follows. */
export interface RecordSelection {
  /** Whether the record, of this CPU and time, is wanted. To be asked about every record: threads get their names here. */
  wants(record: RecordBytes, cpu: number, time: Time): boolean
  /** Whether a gap on this CPU that ended at `time` (undefined: at the end) and began at `since` is of interest. */
  wantsLoss(cpu: number, since: Time | undefined, time: Time | undefined): boolean
}

/**
 * Prepares a selection. The threads of a name are those that the recorder saved with it, and those that scheduler
 * events name before (sched_switch, sched_wakeup), as in the lines of the report; `comms` gets these names.
 */
export function recordSelection(
  file: TraceFile,
  input: Input,
  selection: Selection,
  comms: Map<number, string> = commsOf(file.cmdlines),
): (buffer: TraceBuffer) => RecordSelection {
  const cpus = selection.cpus && new Set(selection.cpus)
  const types = selection.events && wantedTypes(file, selection.events)
  const wantsThread = threadMatcher(file, selection, comms)
  const u16 = (record: RecordBytes, offset: number): number => {
    const at = record.data + offset
    const [a, b] = [record.bytes[at] as number, record.bytes[at + 1] as number]
    return file.bigEndian ? (a << 8) | b : a | (b << 8)
  }
  const typeOffset = offsetOf(file, 'common_type') ?? 0
  return (buffer) => {
    const { since, until } = timeRange(file, input, selection, buffer)
    return {
      wants(record, cpu, time) {
        const isThread = wantsThread === undefined || wantsThread(record)
        if (cpus && !cpus.has(cpu)) return false
        if (since && isBefore(time, since)) return false
        if (until && !isBefore(time, until)) return false
        if (types && types[u16(record, typeOffset)] !== 1) return false
        return isThread
      },
      wantsLoss(cpu, begin, end) {
        if (cpus && !cpus.has(cpu)) return false
        if (since && end && isBefore(end, since)) return false
        return !(until && begin && !isBefore(begin, until))
      },
    }
  }
}

/** 1 for the ids of wanted events. */
function wantedTypes(file: TraceFile, patterns: readonly string[]): Uint8Array {
  const isWanted = eventMatcher(patterns)
  const types = new Uint8Array(65536)
  for (const { id, system, name } of file.formats) if (isWanted(system, name)) types[id & 0xffff] = 1
  return types
}

/** Tells whether the thread of a record is wanted, and learns names from it; undefined where every thread is. */
function threadMatcher(
  file: TraceFile,
  { comms: names, tids }: Selection,
  comms: Map<number, string>,
): ((record: RecordBytes) => boolean) | undefined {
  if (!names && !tids) return undefined
  const texts = new EventTexts(file)
  const isName = names && matcher(names.map((name) => [...name].slice(0, 15).join('')))
  const isTid = tids && new Set(tids)
  return (record) => {
    const tid = texts.pidOf(record)
    const isWanted = (!isName || isName(comms.get(tid) ?? '<...>')) && (!isTid || isTid.has(tid))
    if (isName) learnComms(texts, record, comms)
    return isWanted
  }
}

const offsetOf = (file: TraceFile, name: string): number | undefined =>
  file.formats[0]?.fields.find((f) => f.name === name)?.offset

function timeRange(file: TraceFile, input: Input, { since, until }: Selection, buffer: TraceBuffer) {
  const clock = clockOf(file.options, buffer.clock)
  const first = since?.relative || until?.relative ? firstTime(file, input, clock) : 0n
  const halves = (point: NonNullable<typeof since>): Time => {
    const time = resolveTime(point, first, clock)
    const at = time > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : time
    return { hi: Number(BigInt.asIntN(32, at >> 32n)), lo: Number(BigInt.asUintN(32, at)) }
  }
  return { since: since && halves(since), until: until && halves(until) }
}

/** The time of the first event of all buffers that follow this clock. */
function firstTime(file: TraceFile, input: Input, clock: Clock): bigint {
  let first: bigint | undefined
  const time: Time = { hi: 0, lo: 0 }
  for (const buffer of file.buffers) {
    if (buffer.text || clockOf(file.options, buffer.clock).name !== clock.name) continue
    for (const cursor of openCursors(file, input, buffer, () => {})) {
      if (!cursor.advance()) continue
      mapTime(clock, cursor, time)
      const at = timeOf(time)
      if (first === undefined || at < first) first = at
    }
  }
  return first ?? 0n
}
