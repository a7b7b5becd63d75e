/** The records of a recording in order of time, over all CPUs and buffers. */
import type { Input, Problem } from '../../src/parser.ts'
import { clockOf } from './clock.ts'
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
  let running = openCursors(file, input, buffer, problem).filter((cursor) => cursor.advance())
  if (running.length === 0) return
  const record: TraceRecord = { cursor: running[0] as CpuCursor, hi: 0, lo: 0, buffer }
  while (running.length > 0) {
    let cursor = running[0] as CpuCursor
    for (let i = 1; i < running.length; i++) {
      const other = running[i] as CpuCursor
      if (isBefore(other, cursor)) cursor = other
    }
    record.cursor = cursor
    mapTime(clock, cursor, record)
    yield record
    if (!cursor.advance()) running = running.filter((c) => c !== cursor)
  }
}
