/**
 * From the ring buffer's time to nanoseconds: TSC2NSEC first, then OFFSET and DATE, as trace-cmd does it.
 * Source: trace-cmd 3.3 lib/trace-cmd/trace-input.c, timestamp_calc(). TIME_SHIFT of guests is kept, not applied.
 */
import type { Options } from './options.ts'

export interface Clock {
  readonly name: string
  readonly unit: 'ns' | 'ticks'
  /** Maps a u64 in halves; undefined where the time is taken as it is. */
  readonly map: ((time: bigint) => bigint) | undefined
}

/** The clocks of tracefs `trace_clock` that count nanoseconds (Documentation/trace/ftrace.rst); others count something else. */
const NANOSECONDS = /^(local|global|perf|mono|mono_raw|boot|tai|tsc2nsec|unknown)$/

export function clockOf(options: Options, name: string | undefined): Clock {
  const clock = name || options.clock || 'unknown'
  const { tsc2nsec, tsOffset } = options
  // `tsc2nsec` is trace-cmd's own name for x86-tsc that it converts on reading.
  if (tsc2nsec && tsc2nsec.mult !== 0) {
    const { mult, shift } = tsc2nsec
    const map = (time: bigint) => BigInt.asUintN(64, ((time * BigInt(mult)) >> BigInt(shift)) + tsOffset)
    return { name: clock, unit: 'ns', map }
  }
  const map = tsOffset === 0n ? undefined : (time: bigint) => BigInt.asUintN(64, time + tsOffset)
  return { name: clock, unit: NANOSECONDS.test(clock) ? 'ns' : 'ticks', map }
}
