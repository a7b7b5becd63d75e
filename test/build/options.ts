/** The options of a trace.dat file: what a recording says of itself. The same in both versions of the format. */
import { ByteWriter, type Endian } from './byte-writer.ts'

export const OPTION = {
  done: 0,
  date: 1,
  cpustat: 2,
  buffer: 3,
  traceClock: 4,
  uname: 5,
  hook: 6,
  offset: 7,
  cpuCount: 8,
  version: 9,
  procMaps: 10,
  traceId: 11,
  timeShift: 12,
  guest: 13,
  tsc2nsec: 14,
  strings: 15,
  headerInfo: 16,
  ftraceEvents: 17,
  eventFormats: 18,
  kallsyms: 19,
  printk: 20,
  cmdlines: 21,
  bufferText: 22,
} as const

export interface RawOption {
  id: number
  data: Uint8Array
}

export interface TimeShift {
  peer: bigint
  flags?: number
  /** Per CPU the corrections: at a time, an offset and a scaling by `scaling / 2^fraction`. */
  cpus: readonly (readonly { time: bigint; offset: bigint; scaling: bigint; fraction: bigint }[])[]
}

export interface TraceOptions {
  /** The clock that is in brackets in `trace_clock`. */
  clock?: string
  uname?: string
  /** The recorder's version. */
  version?: string
  /** `per_cpu/cpuN/stats`, a text per CPU. */
  cpustat?: readonly string[]
  /** Microseconds from the clock to the time of day, as text: `0x5e1a...`. */
  date?: string
  /** Nanoseconds added to every timestamp, as text. */
  offset?: string
  hook?: string
  procMaps?: string
  tsc2nsec?: { mult: number; shift: number; offset: bigint }
  traceId?: bigint
  timeShift?: TimeShift
  guests?: readonly { name: string; traceId: bigint; pids: readonly number[] }[]
  /** Write the option CPUCOUNT too. */
  cpuCount?: number
  /** Anything else, known or not. */
  raw?: readonly RawOption[]
}

const CLOCKS = ['local', 'global', 'counter', 'uptime', 'perf', 'mono', 'mono_raw', 'boot', 'tai', 'x86-tsc']

/** The options in the order that trace-cmd writes them in. */
export function encodeOptions(options: TraceOptions, endian: Endian): RawOption[] {
  const list: RawOption[] = []
  const text = (id: number, value: string | undefined) => {
    if (value !== undefined) list.push({ id, data: Buffer.from(`${value}\0`) })
  }
  const add = (id: number, writer: ByteWriter) => list.push({ id, data: writer.done() })
  text(OPTION.date, options.date)
  text(OPTION.offset, options.offset)
  if (options.clock !== undefined) text(OPTION.traceClock, traceClock(options.clock))
  text(OPTION.uname, options.uname)
  text(OPTION.version, options.version)
  if (options.traceId !== undefined) add(OPTION.traceId, new ByteWriter(endian).u64(options.traceId))
  text(OPTION.hook, options.hook)
  text(OPTION.procMaps, options.procMaps)
  for (const stat of options.cpustat ?? []) text(OPTION.cpustat, stat)
  if (options.tsc2nsec) {
    const { mult, shift, offset } = options.tsc2nsec
    add(OPTION.tsc2nsec, new ByteWriter(endian).u32(mult).u32(shift).u64(offset))
  }
  if (options.timeShift) add(OPTION.timeShift, timeShift(options.timeShift, endian))
  for (const { name, traceId, pids } of options.guests ?? []) {
    const guest = new ByteWriter(endian).cstring(name).u64(traceId).u32(pids.length)
    for (const [cpu, pid] of pids.entries()) guest.u32(cpu).u32(pid)
    add(OPTION.guest, guest)
  }
  if (options.cpuCount !== undefined) add(OPTION.cpuCount, new ByteWriter(endian).u32(options.cpuCount))
  return [...list, ...(options.raw ?? [])]
}

/** The content of the kernel's file `trace_clock`. */
export function traceClock(selected: string): string {
  const clocks = CLOCKS.includes(selected) ? CLOCKS : [...CLOCKS, selected]
  return `${clocks.map((c) => (c === selected ? `[${c}]` : c)).join(' ')}\n`
}

function timeShift(shift: TimeShift, endian: Endian): ByteWriter {
  const writer = new ByteWriter(endian)
    .u64(shift.peer)
    .u32(shift.flags ?? 0)
    .u32(shift.cpus.length)
  for (const samples of shift.cpus) {
    writer.u32(samples.length)
    for (const key of ['time', 'offset', 'scaling'] as const) for (const sample of samples) writer.u64(sample[key])
  }
  for (const samples of shift.cpus) for (const sample of samples) writer.u64(sample.fraction)
  return writer
}
