/** The metadata of version 6: one part behind the other (trace-cmd.dat.v6.5). */
import { TraceError } from '../../src/errors.ts'
import type { Problem } from '../../src/parser.ts'
import { ByteReader } from './bytes.ts'
import type { TraceFile } from './file.ts'
import { readEventFormats, readFtraceFormats, readHeaderInfo } from './metadata.ts'
import { type CpuData, readOptions, type TraceBuffer } from './options.ts'

export function readSequence(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  readHeaderInfo(file, reader)
  readFtraceFormats(file, reader, problem)
  readEventFormats(file, reader, problem)
  file.kallsyms = reader.text(4, 'kallsyms')
  file.printk = reader.text(4, 'printk formats')
  file.cmdlines = reader.text(8, 'saved command lines')
  const cpus = reader.u32('number of CPUs')
  const context = { sectioned: false, bigEndian: file.bigEndian, pageSize: file.pageSize, problem }
  let tag = readTag(reader)
  if (tag === 'options') {
    readOptions(reader, file.options, context)
    tag = readTag(reader)
  }
  const count = file.options.cpuCount ?? cpus
  const top: TraceBuffer = topBuffer(file, tag, reader, count, problem)
  const instances = file.options.buffers.map((buffer): TraceBuffer => {
    const at = new ByteReader(reader.input, file.bigEndian, buffer.offset)
    try {
      const text = readTag(at) === 'latency'
      return { ...buffer, text, offset: at.offset, cpus: text ? [] : readCpuTable(at, count) }
    } catch (error) {
      problem({
        kind: 'unreadable-buffer',
        at: `+0x${buffer.offset.toString(16)}`,
        detail: `the instance "${buffer.name}" could not be read: ${(error as Error).message}`,
      })
      return buffer
    }
  })
  file.buffers = [top, ...instances]
}

function topBuffer(
  file: TraceFile,
  tag: string,
  reader: ByteReader,
  cpus: number,
  problem: (problem: Problem) => void,
): TraceBuffer {
  const offset = reader.offset
  const text = tag === 'latency'
  const table = text ? [] : readCpuTable(reader, cpus)
  // The option TRACECLOCK only says that the list of clocks follows the CPUs.
  if (!text && file.options.clocks === '') {
    const at = `+0x${reader.offset.toString(16)}`
    try {
      file.options.clocks = reader.text(8, 'trace clock')
    } catch (error) {
      if (!(error instanceof TraceError)) throw error
      const detail = `the list of clocks could not be read, so that the clock of the times is not known: ${error.message}`
      problem({ kind: 'unknown-clock', at, detail })
    }
    const current = /\[([^\]]+)\]/.exec(file.options.clocks)?.[1]
    if (current) file.options.clock = current
  }
  return { name: '', clock: file.options.clock, offset, pageSize: file.pageSize, cpus: table, text }
}

function readCpuTable(reader: ByteReader, count: number): CpuData[] {
  const cpus: CpuData[] = []
  for (let cpu = 0; cpu < count; cpu++) {
    cpus.push({ cpu, offset: reader.size64('CPU offset'), size: reader.size64('CPU size') })
  }
  return cpus
}

/** The 10 bytes `options  \0`, `latency  \0` or `flyrecord\0`. */
function readTag(reader: ByteReader): string {
  const at = reader.offset
  const tag = new TextDecoder('latin1').decode(reader.bytes(10, 'section tag')).replace(/[\s\0]+$/, '')
  if (!['options', 'latency', 'flyrecord'].includes(tag)) {
    throw new TraceError('neither "options", "latency" nor "flyrecord" stands where the trace data should begin', {
      at,
    })
  }
  return tag
}
