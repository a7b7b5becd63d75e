/** A trace.dat of any size, version 7, written a few pages at a time: for benchmarks and tests of bounded memory. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { ByteWriter } from './byte-writer.ts'
import type { Compression } from './compression.ts'
import { KERNEL_EVENTS, type KernelEvent } from './kernel-events.ts'
import { OPTION } from './options.ts'
import { PAGE_SIZE, PageStream } from './page-stream.ts'
import { planOf } from './trace-dat.ts'
import { startVersion7, writeSection } from './trace-dat-v7.ts'
import { FUNCTIONS, KERNEL_BASE, runWorkload, tasksOf } from './workload.ts'

export interface LargeTrace {
  /** Events of all CPUs together. */
  events: number
  cpus?: number
  /** The events to record; all by default. */
  kinds?: readonly KernelEvent[]
  compression?: Compression
  /** The same seed gives the same file. */
  seed?: number
}

/** Writes the file; returns how many events of each kind it holds. */
export function writeLargeTrace(path: string, options: LargeTrace): Map<KernelEvent, number> {
  const { events, cpus = 4, compression = 'none', seed = 1 } = options
  const kinds = new Set(options.kinds ?? (Object.keys(KERNEL_EVENTS) as KernelEvent[]))
  if (kinds.size === 0) throw new Error('no kinds of events to record')
  const plan = planOf({
    compression,
    formats: Object.values(KERNEL_EVENTS),
    options: { clock: 'mono', uname: 'Linux lab 6.12.107+deb13-amd64 x86_64', version: '3.3.1', cpuCount: cpus },
    kallsyms: kallsyms(),
    cmdlines: cmdlines(cpus),
  })
  const counts = new Map<KernelEvent, number>()
  const fd = openSync(path, 'w')
  try {
    const draft = startVersion7(plan)
    const start = draft.file.length
    draft.file
      .u16(OPTION.buffer)
      .u16(compression === 'none' ? 0 : 1)
      .u32(draft.names.length)
      .u64(0)
    draft.names.cstring('buffer flyrecord')
    writeSync(fd, draft.file.done())

    let end = draft.file.length
    const buffer = new ByteWriter('little').u64(start).cstring('').cstring('mono').u32(PAGE_SIZE).u32(cpus)
    for (let cpu = 0; cpu < cpus; cpu++) {
      const offset = compression === 'none' ? align(fd, end) : end
      if (compression !== 'none') writeSync(fd, new Uint8Array(4))
      const stream = new PageStream(fd, compression)
      const share = Math.floor(events / cpus) + (cpu < events % cpus ? 1 : 0)
      if (share > 0) runWorkload(stream, { cpu, events: share, start: 1e12 + cpu * 100, kinds, seed }, counts)
      stream.end()
      if (compression !== 'none') writeSync(fd, new ByteWriter('little').u32(stream.chunks).done(), 0, 4, offset)
      end = offset + stream.written + (compression === 'none' ? 0 : 4)
      buffer
        .u32(cpu)
        .u64(offset)
        .u64(end - offset)
    }
    patchU64(fd, start + 8, end - start - 16)
    patchU64(fd, draft.next, end)
    const option = buffer.done()
    const data = new ByteWriter('little').u16(OPTION.buffer).u32(option.length).raw(option)
    data.u16(OPTION.done).u32(8).u64(0)
    const tail = { ...draft, file: new ByteWriter('little') }
    writeSection(tail, OPTION.done, 'options', data.done())
    writeSection(tail, OPTION.strings, 'strings')
    writeSync(fd, tail.file.done(), 0, tail.file.length, end)
  } finally {
    closeSync(fd)
  }
  return counts
}

/** Zeros up to the next page; returns its offset. */
function align(fd: number, end: number): number {
  const offset = Math.ceil(end / PAGE_SIZE) * PAGE_SIZE
  writeSync(fd, new Uint8Array(offset - end))
  return offset
}

function patchU64(fd: number, at: number, value: number): void {
  writeSync(fd, new ByteWriter('little').u64(value).done(), 0, 8, at)
}

const kallsyms = (): string =>
  Object.entries(FUNCTIONS)
    .map(([name, at]) => `${KERNEL_BASE.toString(16)}${(0x81000000 + at).toString(16)} T ${name}\n`)
    .join('')

const cmdlines = (cpus: number): string =>
  Array.from({ length: cpus }, (_, cpu) => tasksOf(cpu).slice(1))
    .flat()
    .map(({ tid, name }) => `${tid} ${name}\n`)
    .join('')
