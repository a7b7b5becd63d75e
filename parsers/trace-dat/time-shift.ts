/**
 * From a guest's time to its host's: the option TIME_SHIFT holds, per CPU, the differences that were measured while both
 * were traced. Source: trace-cmd 3.3 lib/trace-cmd/trace-input.c, tsync_cpu_offsets_load() and timestamp_host_sync().
 */
import type { ByteReader } from './bytes.ts'

/** At the guest's `time` the host's was `((time * scaling) >> fraction) + offset`. */
export interface TimeSample {
  readonly time: bigint
  readonly offset: bigint
  readonly scaling: bigint
  readonly fraction: bigint
}

export interface TimeShift {
  /** Trace id of the host's recording. */
  readonly peer: string
  readonly flags: number
  /** By CPU, in order of time. */
  readonly cpus: readonly (readonly TimeSample[])[]
}

/** Between two samples the offset changes evenly; without it the earlier one's holds. */
const INTERPOLATE = 1

/** Reads the option; its first version has no fractions. */
export function readTimeShift(reader: ByteReader): TimeShift {
  const peer = `0x${reader.u64('TIME_SHIFT peer').toString(16)}`
  const flags = reader.u32('TIME_SHIFT flags')
  const count = reader.u32('TIME_SHIFT CPUs')
  const lists: Record<'time' | 'offset' | 'scaling' | 'fraction', bigint[]>[] = []
  const read = (samples: number, what: string): bigint[] => {
    const list: bigint[] = []
    for (let i = 0; i < samples; i++) list.push(reader.u64(`TIME_SHIFT ${what}`))
    return list
  }
  for (let cpu = 0; cpu < count; cpu++) {
    const samples = reader.u32('TIME_SHIFT samples')
    const time = read(samples, 'times')
    const offset = read(samples, 'offsets')
    lists.push({ time, offset, scaling: read(samples, 'scalings'), fraction: [] })
  }
  if (reader.left > 0) for (const list of lists) list.fraction = read(list.time.length, 'fractions')
  const cpus = lists.map(({ time, offset, scaling, fraction }) =>
    time
      .map(
        (at, i): TimeSample => ({
          time: at,
          offset: BigInt.asIntN(64, offset[i] as bigint),
          scaling: scaling[i] as bigint,
          fraction: BigInt.asUintN(6, fraction[i] ?? 0n),
        }),
      )
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
      .filter(({ time: at }, i, all) => i === 0 || at !== all[i - 1]?.time),
  )
  return { peer, flags, cpus }
}

/** The host's time of a guest's; the same time where nothing was measured on that CPU. */
export function hostTime(ts: bigint, cpu: number, { cpus, flags }: TimeShift): bigint {
  const samples = cpus[cpu] ?? []
  const [only] = samples
  if (!only) return ts
  if (samples.length === 1) return BigInt.asUintN(64, ts + only.offset)
  let low = 0
  let high = samples.length - 2
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((samples[middle] as TimeSample).time <= ts) low = middle
    else high = middle - 1
  }
  const from = samples[low] as TimeSample
  const to = samples[low + 1] as TimeSample
  let { offset } = from
  if (flags & INTERPOLATE) {
    const span = to.time - from.time
    offset += ((ts - from.time) * (to.offset - from.offset) + span / 2n) / span
  }
  return BigInt.asUintN(64, ((ts * from.scaling) >> from.fraction) + offset)
}
