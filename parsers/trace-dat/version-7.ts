/** The metadata of version 7: options, which name the sections, in a chain (trace-cmd.dat.v7.5). */
import { TraceError } from '../../src/errors.ts'
import type { Input, Problem } from '../../src/parser.ts'
import { ByteReader, bytesInput } from './bytes.ts'
import type { TraceFile } from './file.ts'
import { readEventFormats, readFtraceFormats, readHeaderInfo } from './metadata.ts'
import { readOptions, SECTION, type TraceBuffer } from './options.ts'
import { recoverBuffer, scanSections } from './recover.ts'

type Found = ReturnType<typeof scanSections>

const DAMAGED = 'the file is damaged: copy it again, or record again'
const CUT = 'the file was cut: the recording was killed, the disk was full or the copy is incomplete'

/** Options first, then the sections they name; without the last options, the sections that their headers show. */
export function readSections(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const { cut, found } = readChain(file, reader, problem)
  const section = (id: number, name: string, read: (r: ByteReader) => void): void =>
    readSection(file, reader.input, id, name, read, problem)
  section(SECTION.header, 'header_page and header_event', (r) => readHeaderInfo(file, r))
  section(SECTION.ftraceFormats, 'the formats of the tracers', (r) => readFtraceFormats(file, r, problem))
  section(SECTION.eventFormats, 'the formats of the events', (r) => readEventFormats(file, r, problem))
  section(SECTION.kallsyms, 'kallsyms', (r) => {
    file.kallsyms = r.text(4, 'kallsyms')
  })
  section(SECTION.printk, 'printk formats', (r) => {
    file.printk = r.text(4, 'printk formats')
  })
  section(SECTION.cmdlines, 'saved command lines', (r) => {
    file.cmdlines = r.text(8, 'saved command lines')
  })
  file.buffers = [...file.options.buffers, ...lostBuffers(file, reader.input, cut, found, problem)]
  for (const buffer of file.buffers) {
    const { offset } = buffer
    if (offset + 16 > reader.input.size || !(sectionFlags(file, reader.input, offset) & 1)) continue
    if (file.decompress) file.compressedBuffers.add(buffer)
    else {
      const detail = 'trace data should be compressed, but the file names no algorithm; it is read as it is'
      problem({ kind: 'damaged-section', at: `+0x${offset.toString(16)}`, detail, hint: DAMAGED })
    }
  }
}

/** Reads the options, each of which ends with the offset of the next; where the chain is cut, looks for sections. */
function readChain(
  file: TraceFile,
  reader: ByteReader,
  problem: (problem: Problem) => void,
): { cut: boolean; found: Found } {
  let next = reader.size64('offset of the options')
  const begin = reader.offset
  const seen = new Set<number>()
  let cut = next === 0
  const context = {
    sectioned: true,
    bigEndian: file.bigEndian,
    pageSize: file.pageSize,
    problem: (p: Problem) => {
      cut = true
      problem(p)
    },
  }
  const readAt = (offset: number): number => {
    seen.add(offset)
    try {
      const section = openSection(file, reader.input, offset)
      if (section.id === SECTION.options) return readOptions(section.reader, file.options, context)
      throw new TraceError(`section ${section.id} stands where the options (section 0) should be`, { at: offset })
    } catch (error) {
      context.problem(damage('damaged-options', offset, 'the options could not be read to their end', error))
      return 0
    }
  }
  while (next !== 0 && !seen.has(next)) {
    if (next + 16 > reader.input.size) {
      const detail = `options should be here, but the file ends at +0x${reader.input.size.toString(16)}`
      context.problem({ kind: 'missing-options', at: `+0x${next.toString(16)}`, detail, hint: CUT })
      break
    }
    next = readAt(next)
  }
  const found = cut || file.options.buffers.length === 0 ? scanSections(reader.input, file.bigEndian, begin) : []
  for (const { id, offset } of found) {
    if (id !== SECTION.options) {
      if (!file.options.sections.has(id)) file.options.sections.set(id, offset)
    } else if (!seen.has(offset) && offset + 16 < reader.input.size) readAt(offset)
  }
  return { cut, found }
}

/** Reads the section that the options name. Damage in it is a problem; what does not depend on it is read all the same. */
function readSection(
  file: TraceFile,
  input: Input,
  id: number,
  name: string,
  read: (reader: ByteReader) => void,
  problem: (problem: Problem) => void,
): void {
  const offset = file.options.sections.get(id)
  if (offset === undefined) return
  try {
    const section = openSection(file, input, offset)
    if (section.id !== id) throw new TraceError(`section ${section.id} stands where it should be`)
    read(section.reader)
    if (section.reader.left > 0) throw new TraceError(`${section.reader.left} bytes lie behind its end`)
  } catch (error) {
    problem(damage('damaged-section', offset, `${name} (section ${id})`, error))
  }
}

function damage(kind: string, offset: number, what: string, error: unknown): Problem {
  if (!(error instanceof TraceError)) throw error
  return { kind, at: `+0x${offset.toString(16)}`, detail: `${what}: ${error.message}`, hint: DAMAGED }
}

/** Buffers whose options are missing. */
function lostBuffers(
  file: TraceFile,
  input: Input,
  cut: boolean,
  found: Found,
  problem: (problem: Problem) => void,
): TraceBuffer[] {
  const known = new Set(file.options.buffers.map((b) => b.offset))
  const lost = found.filter((s) => s.id === SECTION.buffer && !known.has(s.offset))
  if (cut && known.size + lost.length === 0) {
    throw new TraceError(
      `no trace data was found in ${input.size} bytes: the file was cut before it, or its options are damaged`,
      {
        at: input.size,
        hint: 'the file is incomplete or damaged: copy it again, or record again',
      },
    )
  }
  return lost.map((section, i) => {
    const name = known.size + i === 0 ? '' : `unnamed-${i + 1}`
    return recoverBuffer(file, input, section, name, problem)
  })
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
