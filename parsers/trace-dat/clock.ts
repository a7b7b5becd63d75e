/**
 * From the ring buffer's time to nanoseconds: a guest's TIME_SHIFT first, then TSC2NSEC, then OFFSET and DATE, as trace-cmd
 * does it. Source: trace-cmd 3.3 lib/trace-cmd/trace-input.c, timestamp_calc().
 */
import type { Problem } from '../../src/parser.ts'
import type { Options, TraceBuffer } from './options.ts'
import { hostTime } from './time-shift.ts'

export interface Clock {
  readonly name: string
  readonly unit: 'ns' | 'ticks'
  /** Whether its times are printed as seconds; if not, as they are. */
  readonly inSeconds: boolean
  /** Maps a time on a CPU; undefined where it is taken as it is. */
  readonly map: ((time: bigint, cpu: number) => bigint) | undefined
}

/** The clocks of tracefs `trace_clock` that count nanoseconds (Documentation/trace/ftrace.rst); others count something else. */
const NANOSECONDS = /^(local|global|perf|mono|mono_raw|boot|tai|tsc2nsec|unknown)$/
/** The clocks whose times trace-cmd prints as seconds. Source: trace-cmd trace-input.c, extract_trace_clock(). */
const SECONDS = /^(local|global|uptime|perf|tsc2nsec|tai|unknown|mono.*)$/

export function clockOf(options: Options, name: string | undefined): Clock {
  const clock = name || options.clock || 'unknown'
  const { tsc2nsec, tsOffset, timeShift } = options
  const shifted = (time: bigint, cpu: number): bigint => (timeShift ? hostTime(time, cpu, timeShift) : time)
  // `tsc2nsec` is trace-cmd's own name for x86-tsc that it converts on reading.
  if (tsc2nsec && tsc2nsec.mult !== 0) {
    const { mult, shift } = tsc2nsec
    const map = (time: bigint, cpu: number) =>
      BigInt.asUintN(64, ((shifted(time, cpu) * BigInt(mult)) >> BigInt(shift)) + tsOffset)
    return { name: clock, unit: 'ns', inSeconds: true, map }
  }
  const isMapped = tsOffset !== 0n || timeShift !== undefined
  const map = (time: bigint, cpu: number) => BigInt.asUintN(64, shifted(time, cpu) + tsOffset)
  const unit = NANOSECONDS.test(clock) ? 'ns' : 'ticks'
  return { name: clock, unit, inSeconds: SECONDS.test(clock), map: isMapped ? map : undefined }
}

/** Tells of instances whose times do not compare with those of the top buffer: they follow another clock. */
export function compareClocks(
  options: Options,
  buffers: readonly TraceBuffer[],
  problem: (problem: Problem) => void,
): void {
  const nameOf = ({ clock }: TraceBuffer): string => clockOf(options, clock).name
  const top = buffers[0] && nameOf(buffers[0])
  for (const buffer of buffers) {
    const own = nameOf(buffer)
    if (own === top || own === 'unknown' || top === 'unknown') continue
    problem({
      kind: 'other-clock',
      at: `instance ${buffer.name}`,
      detail: `its clock is ${own}, that of the top buffer ${top}: the times of their events do not compare`,
      hint: `record both by one clock: trace-cmd record -C ${top} ... -B ${buffer.name} -C ${top} ...`,
    })
  }
}
