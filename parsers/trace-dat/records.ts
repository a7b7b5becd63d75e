/** The records of a recording in order of time, over all CPUs and buffers. */
import type { Input, Problem } from '../../src/parser.ts'
import { type Clock, clockOf } from './clock.ts'
import { isBefore, mapTime, openCursors, type Time } from './cursors.ts'
import type { TraceFile } from './file.ts'
import type { TraceBuffer } from './options.ts'
import type { CpuCursor } from './ring-buffer.ts'

/** A record: where its cursor stands, until the next record is asked for. */
export interface TraceRecord extends Time {
  cursor: CpuCursor
  buffer: TraceBuffer
}

/** All records of all buffers. The same object is yielded each time. */
export function* recordsInTimeOrder(
  file: TraceFile,
  input: Input,
  problem: (problem: Problem) => void,
): Generator<TraceRecord> {
  const buffers = file.buffers.filter((buffer) => !buffer.text)
  const streams = buffers.map((buffer) => recordsOfBuffer(file, input, buffer, problem))
  if (streams.length === 1) return yield* streams[0] as Generator<TraceRecord>
  const heads = streams.map((stream) => stream.next())
  for (;;) {
    let first: number | undefined
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i] as IteratorResult<TraceRecord>
      if (head.done) continue
      if (first === undefined || isBefore(head.value, (heads[first] as IteratorYieldResult<TraceRecord>).value))
        first = i
    }
    if (first === undefined) return
    yield (heads[first] as IteratorYieldResult<TraceRecord>).value
    heads[first] = (streams[first] as Generator<TraceRecord>).next()
  }
}

/** The records of one buffer; of equal times the lower CPU is first, as in trace-cmd. */
export function* recordsOfBuffer(
  file: TraceFile,
  input: Input,
  buffer: TraceBuffer,
  problem: (problem: Problem) => void,
): Generator<TraceRecord> {
  const clock = clockOf(file.options, buffer.clock)
  let running = openCursors(file, input, buffer, problem)
    .filter((cursor) => cursor.advance())
    .map((cursor) => ({ cursor, ...mapped(clock, cursor) }))
  const record: TraceRecord = { cursor: running[0]?.cursor as CpuCursor, hi: 0, lo: 0, buffer }
  while (running.length > 0) {
    let first = running[0] as (typeof running)[0]
    for (let i = 1; i < running.length; i++) {
      const other = running[i] as (typeof running)[0]
      if (isBefore(other, first)) first = other
    }
    record.cursor = first.cursor
    record.hi = first.hi
    record.lo = first.lo
    yield record
    if (first.cursor.advance()) mapTime(clock, first.cursor, first)
    else running = running.filter((c) => c !== first)
  }
}

function mapped(clock: Clock, cursor: CpuCursor): Time {
  const time: Time = { hi: 0, lo: 0 }
  mapTime(clock, cursor, time)
  return time
}
