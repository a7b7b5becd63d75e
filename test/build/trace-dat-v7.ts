/** Version 7: sections, found through options; any of them may be compressed. */
import { ByteWriter } from './byte-writer.ts'
import { compressBlock, compressChunks, compressionHeader } from './compression.ts'
import { cpuBytes } from './cpu-data.ts'
import { eventFormats, fileHeader, ftraceFormats, headerInfo, text32, text64 } from './metadata.ts'
import { encodeOptions, OPTION, type RawOption } from './options.ts'
import type { Instance, TraceDatPlan } from './trace-dat.ts'

/** A file that is being written: its bytes, the section names so far, and where the last options point on from. */
export interface Draft {
  plan: TraceDatPlan
  file: ByteWriter
  names: ByteWriter
  next: number
}

export function buildVersion7(plan: TraceDatPlan): Uint8Array {
  const draft = startVersion7(plan)
  const clock = plan.options.clock ?? 'local'
  if (plan.latency) writeLatency(draft, clock)
  else writeBuffer(draft, { name: '', clock, cpus: plan.cpus })
  for (const instance of plan.instances) writeBuffer(draft, { clock, ...instance })
  writeSection(draft, OPTION.strings, 'strings')
  return draft.file.done()
}

/** Everything before the CPU data. */
export function startVersion7(plan: TraceDatPlan): Draft {
  const { endian, formats } = plan
  const { name, version } = compressionHeader(plan.compression)
  const file = fileHeader(7, plan).cstring(name).cstring(version)
  const draft: Draft = { plan, file, names: new ByteWriter(endian), next: file.length }
  file.u64(0)

  const options: RawOption[] = []
  const sections: [id: number, title: string, data: Uint8Array][] = [
    [OPTION.headerInfo, 'headers', headerInfo(plan)],
    [OPTION.ftraceEvents, 'ftrace events', ftraceFormats(formats, endian)],
    [OPTION.eventFormats, 'events format', eventFormats(formats, endian)],
    [OPTION.kallsyms, 'kallsyms', text32(plan.kallsyms, endian)],
    [OPTION.printk, 'printk', text32(plan.printk, endian)],
    [OPTION.cmdlines, 'command lines', text64(plan.cmdlines, endian)],
    ...plan.extraSections.map(({ id, data }): [number, string, Uint8Array] => [id, `section ${id}`, data]),
  ]
  const place = (id: number): number => (plan.sectionOrder.indexOf(id) + 1 || sections.length + 1) - 1
  for (const [id, title, data] of sections.toSorted((a, b) => place(a[0]) - place(b[0]))) {
    options.push({ id, data: new ByteWriter(endian).u64(file.length).done() })
    writeSection(draft, id, title, data)
  }
  writeOptions(draft, [...options, ...encodeOptions(plan.options, endian)])
  return draft
}

/** `u16 id, u16 flags, u32 name, u64 size`, and the data. The section of names has itself as the last name. */
export function writeSection(draft: Draft, id: number, title: string, data?: Uint8Array): void {
  const { compression, endian, plainSections } = draft.plan
  const name = draft.names.length
  draft.names.cstring(title)
  const plain = data ?? draft.names.done()
  const packed = compression !== 'none' && id !== OPTION.done && !plainSections.includes(id)
  const stored = packed ? compressBlock(plain, compression, endian) : plain
  writeHeader(draft, id, packed, name, stored.length).raw(stored)
}

function writeHeader(draft: Draft, id: number, packed: boolean, name: number, size: number): ByteWriter {
  return draft.file
    .u16(id)
    .u16(packed ? 1 : 0)
    .u32(name)
    .u64(size)
}

/** A section of options; the one before it is made to point to it. */
function writeOptions(draft: Draft, options: readonly RawOption[]): void {
  const data = new ByteWriter(draft.plan.endian)
  for (const option of options) data.u16(option.id).u32(option.data.length).raw(option.data)
  data.u16(OPTION.done).u32(8).u64(0)
  draft.file.patchU64(draft.next, draft.file.length)
  writeSection(draft, OPTION.done, 'options', data.done())
  draft.next = draft.file.length - 8
}

/** The CPU data of a buffer and the options that describe it. Uncompressed data lies at page boundaries. */
function writeBuffer(draft: Draft, instance: Instance & { clock: string }): void {
  const { file, plan } = draft
  const pageSize = instance.pageSize ?? plan.pageSize
  const packed = plan.compression !== 'none' && !plan.plainSections.includes(OPTION.buffer)
  const start = file.length
  const name = draft.names.length
  draft.names.cstring(`buffer flyrecord ${instance.name}`)
  writeHeader(draft, OPTION.buffer, packed, name, 0)
  const size = file.length - 8
  const option = new ByteWriter(plan.endian)
    .u64(start)
    .cstring(instance.name)
    .cstring(instance.clock)
    .u32(pageSize)
    .u32(instance.cpus.length)
  for (const [i, cpu] of instance.cpus.entries()) {
    const pages = cpuBytes(cpu, { ...plan, pageSize })
    const data =
      packed && pages.length > 0
        ? compressChunks(pages, plan.compression, plan.endian, plan.chunkPages * pageSize)
        : pages
    if (!packed) file.align(pageSize)
    option
      .u32(cpu.id ?? i)
      .u64(file.length)
      .u64(data.length)
    file.raw(data)
  }
  file.patchU64(size, file.length - size - 8)
  writeOptions(draft, [{ id: OPTION.buffer, data: option.done() }])
}

function writeLatency(draft: Draft, clock: string): void {
  const { file, plan } = draft
  const start = file.length
  const text = Buffer.from(plan.latency)
  const packed = plan.compression !== 'none'
  const data = packed ? compressChunks(text, plan.compression, plan.endian, plan.chunkPages * plan.pageSize) : text
  const name = draft.names.length
  draft.names.cstring('buffer latency')
  writeHeader(draft, OPTION.bufferText, packed, name, data.length).raw(data)
  const option = new ByteWriter(plan.endian).u64(start).cstring('').cstring(clock)
  writeOptions(draft, [{ id: OPTION.bufferText, data: option.done() }])
}
