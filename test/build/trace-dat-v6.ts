/** Version 6: everything in a fixed order, CPU data last. */
import type { ByteWriter } from './byte-writer.ts'
import { type CpuData, cpuBytes } from './cpu-data.ts'
import { eventFormats, fileHeader, ftraceFormats, headerInfo, text32, text64 } from './metadata.ts'
import { encodeOptions, OPTION } from './options.ts'
import type { TraceDatPlan } from './trace-dat.ts'

export function buildVersion6(plan: TraceDatPlan): Uint8Array {
  const { endian, formats, options } = plan
  const file = fileHeader(6, plan)
    .raw(headerInfo(plan))
    .raw(ftraceFormats(formats, endian))
    .raw(eventFormats(formats, endian))
    .raw(text32(plan.kallsyms, endian))
    .raw(text32(plan.printk, endian))
    .raw(text64(plan.cmdlines, endian))
    .u32(plan.cpus.length)
  const buffers = writeOptions(file, plan)
  if (plan.latency) return file.text('latency  \0').text(plan.latency).done()

  // The clock's text follows the top buffer's table, if the option is there.
  const clock = options.clock === undefined ? undefined : text64(`[${options.clock}]`, endian)
  writeBuffer(file, plan, plan.cpus, clock)
  for (const [i, instance] of plan.instances.entries()) {
    file.patchU64(buffers[i]!, file.length)
    writeBuffer(file, plan, instance.cpus)
  }
  return file.done()
}

/** Writes the options, with one BUFFER option per instance; returns where the instances' offsets belong. */
function writeOptions(file: ByteWriter, plan: TraceDatPlan): number[] {
  const options = encodeOptions(plan.options, plan.endian)
  const buffers: number[] = []
  if (options.length + plan.instances.length === 0) return buffers
  file.text('options  \0')
  for (const { id, data } of options) file.u16(id).u32(data.length).raw(data)
  for (const { name } of plan.instances) {
    file.u16(OPTION.buffer).u32(8 + Buffer.byteLength(name) + 1)
    buffers.push(file.length)
    file.u64(0).cstring(name)
  }
  file.u16(OPTION.done)
  return buffers
}

/** `flyrecord`, offset and size of each CPU's data, and the data at page boundaries. */
function writeBuffer(file: ByteWriter, plan: TraceDatPlan, cpus: readonly CpuData[], clock?: Uint8Array): void {
  file.text('flyrecord\0')
  const table = file.length
  file.fill(16 * plan.cpus.length)
  if (clock) file.raw(clock)
  for (let i = 0; i < plan.cpus.length; i++) {
    const data = cpuBytes(cpus[i] ?? {}, plan)
    file.align(plan.pageSize)
    file.patchU64(table + 16 * i, file.length)
    file.patchU64(table + 16 * i + 8, data.length)
    file.raw(data)
  }
}
