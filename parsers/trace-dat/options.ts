/**
 * The options of a trace.dat file: small typed records with facts about the recording.
 * Source: trace-cmd 3.3 Documentation/trace-cmd/trace-cmd.dat.v7.5.txt, "OPTIONS SECTION".
 */
import { TraceError } from '../../src/errors.ts'
import type { Problem } from '../../src/parser.ts'
import { ByteReader, bytesInput } from './bytes.ts'
import { readTimeShift, type TimeShift } from './time-shift.ts'

/** Where one CPU's ring-buffer pages lie in the file. */
export interface CpuData {
  readonly cpu: number
  readonly offset: number
  readonly size: number
}

/** One buffer: the top one (name '') or an instance (`trace-cmd record -B name`). */
export interface TraceBuffer {
  readonly name: string
  readonly clock: string | undefined
  readonly offset: number
  readonly pageSize: number
  cpus: CpuData[]
  /** The recorder wrote text instead of ring-buffer pages (latency tracers). */
  readonly text: boolean
}

export interface Options {
  uname?: string
  version?: string
  clock?: string
  /** All clocks as tracefs lists them: `[local] global counter ...`. */
  clocks?: string
  cpuCount?: number
  /** Nanoseconds to add to every timestamp: OFFSET as it is, DATE from microseconds. */
  tsOffset: bigint
  date?: string
  traceId?: bigint
  tsc2nsec?: { mult: number; shift: number; offset: bigint }
  timeShift?: TimeShift
  /** `pids`: by guest CPU, the host's thread that ran it. */
  guests: { name: string; traceId: string; cpus: number; pids: Record<number, number> }[]
  procmaps?: string
  hooks: string[]
  /** The text of per_cpu/cpuN/stats, one entry per CPU and buffer, in the file's order. */
  cpuStats: string[]
  buffers: TraceBuffer[]
  /** Sections by id, at their offset in the file (v7). */
  sections: Map<number, number>
  /** Ids of options that this reader does not know. */
  unknown: number[]
}

export const emptyOptions = (): Options => ({
  tsOffset: 0n,
  guests: [],
  hooks: [],
  cpuStats: [],
  buffers: [],
  sections: new Map(),
  unknown: [],
})

/** The ids of options whose data is the 8-byte offset of the section with the same id. */
export const SECTION = {
  options: 0,
  buffer: 3,
  strings: 15,
  header: 16,
  ftraceFormats: 17,
  eventFormats: 18,
  kallsyms: 19,
  printk: 20,
  cmdlines: 21,
  bufferText: 22,
} as const

/** What the reader of options needs to know about the file around them. */
export interface OptionContext {
  readonly sectioned: boolean
  readonly bigEndian: boolean
  readonly pageSize: number
  problem(problem: Problem): void
}

/**
 * Reads options one after the other into `options` until DONE or the end. Returns the offset of the next options
 * section that DONE names (v7; 0: none).
 */
export function readOptions(reader: ByteReader, options: Options, context: OptionContext): number {
  while (reader.left >= 2) {
    const id = reader.u16('option id')
    if (id === 0 && !context.sectioned) return 0
    const size = reader.u32('option size')
    const at = reader.offset
    const data = reader.bytes(size, `option ${id}`)
    if (id === 0) return size >= 8 ? new ByteReader(bytesInput(data), context.bigEndian).size64('next options') : 0
    try {
      readOption(id, data, options, context)
    } catch (error) {
      const detail = `option ${id} (${size} bytes) could not be read: ${(error as Error).message}`
      context.problem({ kind: 'bad-option', at: `+0x${at.toString(16)}`, detail })
    }
  }
  if (context.sectioned) {
    context.problem({
      kind: 'truncated-options',
      at: `+0x${reader.offset.toString(16)}`,
      detail: 'the options end without their end mark: options and what they point at are missing',
      hint: 'the file was cut: the recording was killed, the disk was full or the copy is incomplete',
    })
  }
  return 0
}

function readOption(id: number, data: Uint8Array, options: Options, context: OptionContext): void {
  const reader = new ByteReader(bytesInput(data), context.bigEndian)
  const text = () => new TextDecoder().decode(data).replace(/\0.*$/s, '').trimEnd()
  switch (id) {
    case 1: // DATE: microseconds to add, as 0x text
      options.date = text()
      options.tsOffset += BigInt(parseInteger(options.date)) * 1000n
      break
    case 2:
      options.cpuStats.push(text())
      break
    case 3:
    case 22:
      options.buffers.push(readBuffer(reader, id === 22, context))
      break
    case 4: {
      options.clocks = text()
      const current = /\[([^\]]+)\]/.exec(options.clocks)?.[1]
      if (current) options.clock = current
      break
    }
    case 5:
      options.uname = text()
      break
    case 6:
      options.hooks.push(text())
      break
    case 7:
      options.tsOffset += parseInteger(text())
      break
    case 8:
      options.cpuCount = reader.u32('CPUCOUNT')
      break
    case 9:
      options.version = text()
      break
    case 10:
      options.procmaps = text()
      break
    case 11:
      options.traceId = reader.u64('TRACEID')
      break
    case 12:
      options.timeShift = readTimeShift(reader)
      break
    case 13:
      options.guests.push(readGuest(reader))
      break
    case 14:
      options.tsc2nsec = {
        mult: reader.u32('TSC2NSEC mult'),
        shift: reader.u32('TSC2NSEC shift'),
        offset: reader.u64('TSC2NSEC offset'),
      }
      break
    case 15:
    case 24:
      break
    default:
      if ((id >= 16 && id <= 21) || id === 23 || id === 25) options.sections.set(id, reader.size64('section offset'))
      else options.unknown.push(id)
  }
}

function readGuest(reader: ByteReader): Options['guests'][number] {
  const name = reader.cstring('GUEST name')
  const traceId = `0x${reader.u64('GUEST trace id').toString(16)}`
  const cpus = reader.u32('GUEST CPUs')
  const pids: Record<number, number> = {}
  for (let i = 0; i < cpus; i++) pids[reader.u32('GUEST CPU')] = reader.u32('GUEST pid')
  return { name, traceId, cpus, pids }
}

/** `strtoll(text, NULL, 0)`: decimal or 0x, with a sign; 0 where there is no number. */
function parseInteger(text: string): bigint {
  const match = /^\s*([+-]?)(0x[0-9a-f]+|\d+)/i.exec(text)
  if (!match) return 0n
  const value = BigInt(match[2] as string)
  return match[1] === '-' ? -value : value
}

/** BUFFER and BUFFER_TEXT. In v6 it holds only the offset and the name; the CPUs follow at that offset. */
function readBuffer(reader: ByteReader, isText: boolean, context: OptionContext): TraceBuffer {
  const offset = reader.size64('buffer offset')
  const name = reader.cstring('buffer name')
  if (!context.sectioned) return { name, clock: undefined, offset, pageSize: context.pageSize, cpus: [], text: false }
  const clock = reader.cstring('buffer clock')
  if (isText) return { name, clock, offset, pageSize: context.pageSize, cpus: [], text: true }
  const pageSize = checkPageSize(reader.u32('buffer page size'), offset)
  const count = reader.u32('buffer CPUs')
  const cpus: CpuData[] = []
  for (let i = 0; i < count && reader.left > 0; i++) {
    cpus.push({ cpu: reader.u32('CPU id'), offset: reader.size64('CPU offset'), size: reader.size64('CPU size') })
  }
  if (cpus.length < count || reader.left > 0) {
    throw new TraceError(`the buffer "${name}" should have ${count} CPUs, its option describes ${cpus.length}`)
  }
  return { name, clock, offset, pageSize, cpus, text: false }
}

export function checkPageSize(size: number, at: number): number {
  if (size < 512 || size > 64 * 1024 * 1024 || size % 4 !== 0) {
    throw new TraceError(`page size is ${size} bytes, a multiple of 4 from 512 to 64 MiB expected`, { at })
  }
  return size
}
