/**
 * The metadata of a trace.dat file: everything but the ring-buffer pages.
 * Source: trace-cmd 3.3 Documentation/trace-cmd/trace-cmd.dat.v6.5.txt and trace-cmd.dat.v7.5.txt.
 *
 *     v6: initial format | header pages | ftrace formats | event formats | kallsyms | printk | cmdlines | CPU count |
 *         options | "flyrecord" + offset and size per CPU | clock | pages
 *     v7: initial format | sections, each with id, flags and size; the options name where the others are
 */
import { TraceError } from '../../src/errors.ts'
import type { Input, Problem } from '../../src/parser.ts'
import { ByteReader, bytesInput } from './bytes.ts'
import { type Decompress, decompressorOf } from './decompress.ts'
import { type EventFormat, type PageLayout, parseEventFormat, parsePageLayout } from './event-format.ts'
import { type CpuData, emptyOptions, type Options, readOptions, SECTION, type TraceBuffer } from './options.ts'
import { recoverBuffer, scanSections } from './recover.ts'

export const MAGIC = Uint8Array.of(0x17, 0x08, 0x44, ...new TextEncoder().encode('tracing'))

export interface TraceFile {
  readonly version: number
  readonly bigEndian: boolean
  /** Bytes of the recorded machine's `long`. */
  readonly longSize: 4 | 8
  readonly pageSize: number
  /** `none`, `zlib`, `zstd`. */
  readonly compression: string
  readonly decompress: Decompress | undefined
  layout: PageLayout
  readonly formats: EventFormat[]
  kallsyms: string
  printk: string
  cmdlines: string
  readonly options: Options
  /** The top buffer first, then the instances. */
  buffers: TraceBuffer[]
  /** Offsets of buffers whose per-CPU data is compressed in chunks. */
  readonly compressedBuffers: Set<TraceBuffer>
}

const SUPPORTED = [6, 7]

/** Reads all metadata. Throws TraceError where the file is no trace.dat, or ends before its first event could be found. */
export function readTraceFile(input: Input, problem: (problem: Problem) => void): TraceFile {
  const start = new ByteReader(input, false)
  const magic = start.bytes(Math.min(10, input.size), 'magic')
  if (magic.length < 10 || !MAGIC.every((byte, i) => magic[i] === byte)) {
    throw new TraceError('not a trace.dat file: it does not begin with 17 08 44 "tracing"', { at: 0 })
  }
  const versionText = start.cstring('version', 16)
  const version = Number(versionText)
  if (!SUPPORTED.includes(version)) {
    throw new TraceError(`trace.dat version ${versionText} is not known (known: ${SUPPORTED.join(' and ')})`, {
      at: 10,
      hint: 'convert it with the trace-cmd that wrote it: trace-cmd convert --file-version 7',
    })
  }
  const endian = start.u8('endianness')
  if (endian > 1) throw new TraceError(`endianness is ${endian}, 0 or 1 expected`, { at: start.offset - 1 })
  const longSize = start.u8('long size')
  if (longSize !== 4 && longSize !== 8) {
    throw new TraceError(`size of long is ${longSize}, 4 or 8 expected`, { at: start.offset - 1 })
  }
  const reader = new ByteReader(input, endian === 1, start.offset)
  const pageSize = checkPageSize(reader.u32('page size'), reader.offset - 4)
  const compression = version >= 7 ? reader.cstring('compression name', 64) : 'none'
  if (version >= 7) reader.cstring('compression version', 64)
  const file: TraceFile = {
    version,
    bigEndian: endian === 1,
    longSize,
    pageSize,
    compression,
    decompress: decompressorOf(compression),
    layout: parsePageLayout('', longSize),
    formats: [],
    kallsyms: '',
    printk: '',
    cmdlines: '',
    options: emptyOptions(),
    buffers: [],
    compressedBuffers: new Set(),
  }
  if (version >= 7) readSections(file, reader, problem)
  else readSequence(file, reader, problem)
  return file
}

function checkPageSize(size: number, at: number): number {
  if (size < 512 || size > 64 * 1024 * 1024 || size % 4 !== 0) {
    throw new TraceError(`page size is ${size} bytes, a multiple of 4 from 512 to 64 MiB expected`, { at })
  }
  return size
}

/** Version 6: one part after the other. */
function readSequence(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
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
  const top: TraceBuffer = topBuffer(file, tag, reader, count)
  const instances = file.options.buffers.map((buffer): TraceBuffer => {
    const at = new ByteReader(reader.input, file.bigEndian, buffer.offset)
    try {
      return { ...buffer, ...{ text: readTag(at) === 'latency' }, cpus: readCpuTable(at, count) }
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

function topBuffer(file: TraceFile, tag: string, reader: ByteReader, cpus: number): TraceBuffer {
  const offset = reader.offset
  const text = tag === 'latency'
  const table = text ? [] : readCpuTable(reader, cpus)
  // The option TRACECLOCK only says that the list of clocks follows the CPUs.
  if (!text && file.options.clocks === '') {
    file.options.clocks = reader.text(8, 'trace clock')
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

/** Version 7: options first, then the sections they name. */
function readSections(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const context = { sectioned: true, bigEndian: file.bigEndian, pageSize: file.pageSize, problem }
  let next = reader.size64('offset of the options')
  const begin = reader.offset
  const seen = new Set<number>()
  let cut = next === 0
  while (next !== 0 && !seen.has(next)) {
    seen.add(next)
    if (next + 16 > reader.input.size) {
      cut = true
      problem({
        kind: 'missing-options',
        at: `+0x${next.toString(16)}`,
        detail: `options should be here, but the file ends at +0x${reader.input.size.toString(16)}`,
        hint: 'the file was cut: the recording was killed, the disk was full or the copy is incomplete',
      })
      break
    }
    const section = openSection(file, reader.input, next)
    if (section.id !== SECTION.options) {
      throw new TraceError(`section ${section.id} stands where the options (section 0) should be`, { at: next })
    }
    next = readOptions(section.reader, file.options, context)
  }
  // Without the last options the sections are known only from their headers.
  const found = cut || file.options.buffers.length === 0 ? scanSections(reader.input, file.bigEndian, begin) : []
  for (const { id, offset } of found) {
    if (id === SECTION.options && !seen.has(offset) && offset + 16 < reader.input.size) {
      seen.add(offset)
      readOptions(openSection(file, reader.input, offset).reader, file.options, context)
    } else if (!file.options.sections.has(id)) file.options.sections.set(id, offset)
  }
  const open = (id: number): ByteReader | undefined => {
    const offset = file.options.sections.get(id)
    return offset === undefined ? undefined : openSection(file, reader.input, offset).reader
  }
  const parts: [id: number, read: (r: ByteReader) => void][] = [
    [SECTION.header, (r) => readHeaderInfo(file, r)],
    [SECTION.ftraceFormats, (r) => readFtraceFormats(file, r, problem)],
    [SECTION.eventFormats, (r) => readEventFormats(file, r, problem)],
    [
      SECTION.kallsyms,
      (r) => {
        file.kallsyms = r.text(4, 'kallsyms')
      },
    ],
    [
      SECTION.printk,
      (r) => {
        file.printk = r.text(4, 'printk formats')
      },
    ],
    [
      SECTION.cmdlines,
      (r) => {
        file.cmdlines = r.text(8, 'saved command lines')
      },
    ],
  ]
  for (const [id, read] of parts) {
    const section = open(id)
    if (section) read(section)
  }
  const known = new Set(file.options.buffers.map((b) => b.offset))
  const lost = found.filter((s) => s.id === SECTION.buffer && !known.has(s.offset))
  if (cut && known.size + lost.length === 0) {
    throw new TraceError(`the file is cut short before its trace data: it ends after ${reader.input.size} bytes`, {
      at: reader.input.size,
      hint: 'the file is incomplete: copy it again, or record again',
    })
  }
  file.buffers = [
    ...file.options.buffers,
    ...lost.map((section, i) => {
      const name = known.size + i === 0 ? '' : `unnamed-${i + 1}`
      return recoverBuffer(file, reader.input, section, name, problem)
    }),
  ]
  for (const buffer of file.buffers) {
    checkPageSize(buffer.pageSize, buffer.offset)
    if (buffer.offset + 16 <= reader.input.size && sectionFlags(file, reader.input, buffer.offset) & 1) {
      file.compressedBuffers.add(buffer)
    }
  }
}

function sectionFlags(file: TraceFile, input: Input, offset: number): number {
  return new ByteReader(input, file.bigEndian, offset + 2).u16('section flags')
}

/** A section's id and a reader of its (uncompressed) content. */
function openSection(file: TraceFile, input: Input, offset: number): { id: number; reader: ByteReader } {
  const header = new ByteReader(input, file.bigEndian, offset)
  const id = header.u16('section id')
  const flags = header.u16('section flags')
  header.u32('section description')
  const size = header.size64('section size')
  if (!(flags & 1)) {
    const end = Math.min(header.offset + size, input.size)
    return {
      id,
      reader: new ByteReader({ size: end, read: (o, n) => input.read(o, n) }, file.bigEndian, header.offset),
    }
  }
  if (!file.decompress)
    throw new TraceError(`section ${id} is compressed, but the file names no algorithm`, { at: offset })
  const compressed = header.u32('compressed size')
  const uncompressed = header.u32('uncompressed size')
  const data = file.decompress(header.bytes(compressed, `section ${id}`), uncompressed, offset)
  return { id, reader: new ByteReader(bytesInput(data), file.bigEndian, 0, offset) }
}

function readHeaderInfo(file: TraceFile, reader: ByteReader): void {
  reader.cstring('"header_page"', 16)
  file.layout = parsePageLayout(reader.text(8, 'header_page'), file.longSize)
  reader.cstring('"header_event"', 16)
  reader.text(8, 'header_event')
}

function readFtraceFormats(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const count = reader.u32('number of ftrace formats')
  for (let i = 0; i < count; i++) addFormat(file, 'ftrace', reader, problem)
}

function readEventFormats(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const systems = reader.u32('number of event systems')
  for (let i = 0; i < systems; i++) {
    const system = reader.cstring('event system')
    const count = reader.u32(`number of events in ${system}`)
    for (let k = 0; k < count; k++) addFormat(file, system, reader, problem)
  }
}

function addFormat(file: TraceFile, system: string, reader: ByteReader, problem: (problem: Problem) => void): void {
  const at = reader.offset
  const text = reader.text(8, `event format in ${system}`)
  const format = parseEventFormat(system, text)
  if (format) file.formats.push(format)
  else {
    const detail = `an event format of ${text.length} bytes in ${system} has no name or no ID: its events cannot be named`
    problem({ kind: 'bad-event-format', at: `+0x${at.toString(16)}`, detail })
  }
}
