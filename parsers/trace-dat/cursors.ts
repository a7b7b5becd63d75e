/** The cursors of a buffer's CPUs, and how their times compare. */
import type { Input, Problem } from '../../src/parser.ts'
import type { Clock } from './clock.ts'
import { openCpuData } from './cpu-data.ts'
import type { TraceFile } from './file.ts'
import type { TraceBuffer } from './options.ts'
import { CpuCursor } from './ring-buffer.ts'

/** A time in halves of a u64, both as signed numbers. */
export interface Time {
  hi: number
  lo: number
}

/** One cursor per CPU that has data. */
export function openCursors(
  file: TraceFile,
  input: Input,
  buffer: TraceBuffer,
  problem: (problem: Problem) => void,
): CpuCursor[] {
  const context = { bigEndian: file.bigEndian, layout: file.layout, pageSize: buffer.pageSize, problem }
  const compressed = file.compressedBuffers.has(buffer)
  return buffer.cpus
    .filter((data) => data.size > 0)
    .map(
      (data) => new CpuCursor(data.cpu, openCpuData(file, input, data, buffer.pageSize, compressed, problem), context),
    )
}

export const isBefore = (a: Time, b: Time): boolean =>
  a.hi >>> 0 < b.hi >>> 0 || (a.hi === b.hi && a.lo >>> 0 < b.lo >>> 0)

export const isSame = (a: Time, b: Time): boolean => a.hi === b.hi && a.lo === b.lo

/** The time as one number. */
export const timeOf = (time: Time): bigint => BigInt.asUintN(64, (BigInt(time.hi) << 32n) | BigInt(time.lo >>> 0))

/** Writes the time that the clock makes of the cursor's into `into`. */
export function mapTime(clock: Clock, cursor: Time & { readonly cpu: number }, into: Time): void {
  if (!clock.map) {
    into.hi = cursor.hi
    into.lo = cursor.lo
    return
  }
  const time = clock.map(timeOf(cursor), cursor.cpu)
  into.hi = Number(BigInt.asIntN(32, time >> 32n))
  into.lo = Number(BigInt.asIntN(32, time))
}
