/**
 * Finds the sections of a version 7 file whose last options are missing: the file was cut, and what says where the trace
 * data lies comes behind it. The sections follow each other without gaps, so they are found from the beginning on.
 */
import type { Input, Problem } from '../../src/parser.ts'
import { ByteReader } from './bytes.ts'
import type { TraceFile } from './file.ts'
import { type CpuData, SECTION, type TraceBuffer } from './options.ts'

export interface FoundSection {
  readonly id: number
  readonly offset: number
  /** Where its content begins, and how long it should be. */
  readonly data: number
  readonly size: number
  readonly compressed: boolean
}

const HEADER = 16
const KNOWN = new Set<number>(Object.values(SECTION))

/** The sections from `start` on, the last one perhaps cut. */
export function scanSections(input: Input, bigEndian: boolean, start: number): FoundSection[] {
  const found: FoundSection[] = []
  let offset = start
  while (offset + HEADER <= input.size) {
    const reader = new ByteReader(input, bigEndian, offset)
    const id = reader.u16('section id')
    const flags = reader.u16('section flags')
    reader.u32('section description')
    const size = reader.size64('section size')
    // Newer recorders write sections that are not known here: they fit into the file and are passed over.
    if ((flags > 1 || !KNOWN.has(id)) && offset + HEADER + size > input.size) break
    found.push({ id, offset, data: offset + HEADER, size, compressed: (flags & 1) === 1 })
    // A buffer that was being written has no size yet: it reaches to the end.
    if (id === SECTION.buffer && size === 0) break
    offset += HEADER + size
  }
  return found
}

/**
 * A buffer without its options. The data of one CPU ends where time goes back, or where its chunks end. CPUs without data
 * leave no trace, so that the numbers are known only where there are as many parts as CPUs; else they are below zero.
 */
export function recoverBuffer(
  file: TraceFile,
  input: Input,
  section: FoundSection,
  name: string,
  problem: (problem: Problem) => void,
): TraceBuffer {
  const end = section.size === 0 ? input.size : Math.min(input.size, section.data + section.size)
  const split = section.compressed ? splitChunks : splitPages
  const missing = section.data + section.size - end
  const parts = split(file, input, section.data, end)
  const expected = file.options.cpuCount
  const isExact = parts.length === expected
  // What is missing belongs to the last CPU that was found, or to those behind it: nothing is known from there on.
  const last = parts.at(-1)
  if (last && missing > 0) last[1] = Math.max(last[1], section.data + section.size - last[0])
  const cpus = parts.map(([offset, size], i): CpuData => ({ cpu: isExact ? i : -1 - i, offset, size }))
  const numbers = isExact
    ? `as many as the ${expected} CPUs recorded`
    : `which CPUs is not known, they are numbered from -1 down${expected === undefined ? '' : `; ${expected} were recorded`}`
  // TIME_SHIFT is by CPU.
  const guest = !isExact && file.options.timeShift ? "; its times stay the guest's" : ''
  problem({
    kind: 'missing-options',
    at: `+0x${section.offset.toString(16)}`,
    detail: `the options of this buffer are missing${missing > 0 ? `, and ${missing} bytes of it` : ''}; its data was found in ${parts.length} parts (${numbers})${guest}`,
    hint: 'the file was cut: the recording was killed, the disk was full or the copy is incomplete; copy it again if you can',
  })
  return { name, clock: file.options.clock, offset: section.offset, pageSize: file.pageSize, cpus, text: false }
}

const align = (offset: number, size: number): number => Math.ceil(offset / size) * size

/** Pages lie at multiples of their size; those of one CPU follow each other in order of time. */
function splitPages(file: TraceFile, input: Input, start: number, end: number): [offset: number, size: number][] {
  const parts: [number, number][] = []
  const { pageSize } = file
  let last = 0n
  for (let at = align(start, pageSize); at + file.layout.dataOffset <= end; at += pageSize) {
    const time = new ByteReader(input, file.bigEndian, at).u64('page time')
    const part = parts.at(-1)
    if (part && time >= last) part[1] += pageSize
    else parts.push([at, pageSize])
    last = time
  }
  return parts
}

/** The most chunks that the data of a CPU can have: one of at least a page each, in files of any size. */
const MAX_CHUNKS = 1 << 24

/** Chunks of one CPU: their number, then each with its sizes. The next CPU's begin behind them or at the next page. */
function splitChunks(file: TraceFile, input: Input, start: number, end: number): [offset: number, size: number][] {
  const parts: [number, number][] = []
  let at = firstNumber(file, input, start, end)
  while (at !== undefined && at + 4 <= end) {
    const reader = new ByteReader(input, file.bigEndian, at)
    const count = reader.u32('count of compressed chunks')
    if (count === 0 || count > MAX_CHUNKS) break
    let left = count
    for (; left > 0 && reader.offset + 8 <= end; left--) {
      const compressed = reader.u32('compressed size')
      reader.u32('uncompressed size')
      if (reader.offset + compressed > end) break
      reader.offset += compressed
    }
    parts.push([at, Math.max(reader.offset, at + 4) - at])
    if (left > 0) break
    at = firstNumber(file, input, reader.offset, end)
  }
  return parts
}

/** Where the next count stands: at the next page if only zeros lie before it, else right here. */
function firstNumber(file: TraceFile, input: Input, from: number, end: number): number | undefined {
  const page = align(from, file.pageSize)
  const gap = input.read(from, Math.max(0, Math.min(page, end) - from))
  const at = gap.every((byte) => byte === 0) ? page : from
  return at < end ? at : undefined
}
