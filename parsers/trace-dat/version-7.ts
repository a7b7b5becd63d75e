/** The metadata of version 7: options, which name the sections, in a chain (trace-cmd.dat.v7.5). */
import { TraceError } from '../../src/errors.ts'
import type { Input, Problem } from '../../src/parser.ts'
import { ByteReader, bytesInput } from './bytes.ts'
import type { TraceFile } from './file.ts'
import { checkPageSize, readEventFormats, readFtraceFormats, readHeaderInfo } from './metadata.ts'
import { readOptions, SECTION, type TraceBuffer } from './options.ts'
import { recoverBuffer, scanSections } from './recover.ts'

type Found = ReturnType<typeof scanSections>

/** Options first, then the sections they name; without the last options, the sections that their headers show. */
export function readSections(file: TraceFile, reader: ByteReader, problem: (problem: Problem) => void): void {
  const { cut, found } = readChain(file, reader, problem)
  const parts: [id: number, read: (r: ByteReader) => void][] = [
    [SECTION.header, (r) => readHeaderInfo(file, r)],
    [SECTION.ftraceFormats, (r) => readFtraceFormats(file, r, problem)],
    [SECTION.eventFormats, (r) => readEventFormats(file, r, problem)],
  ]
  for (const [id, read] of parts) {
    const section = named(file, reader.input, id)
    if (section) read(section)
  }
  file.kallsyms = named(file, reader.input, SECTION.kallsyms)?.text(4, 'kallsyms') ?? ''
  file.printk = named(file, reader.input, SECTION.printk)?.text(4, 'printk formats') ?? ''
  file.cmdlines = named(file, reader.input, SECTION.cmdlines)?.text(8, 'saved command lines') ?? ''
  file.buffers = [...file.options.buffers, ...lostBuffers(file, reader.input, cut, found, problem)]
  for (const buffer of file.buffers) {
    checkPageSize(buffer.pageSize, buffer.offset)
    if (buffer.offset + 16 <= reader.input.size && sectionFlags(file, reader.input, buffer.offset) & 1) {
      file.compressedBuffers.add(buffer)
    }
  }
}

/** Reads the options, each of which ends with the offset of the next; where the chain is cut, looks for sections. */
function readChain(
  file: TraceFile,
  reader: ByteReader,
  problem: (problem: Problem) => void,
): { cut: boolean; found: Found } {
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
  const found = cut || file.options.buffers.length === 0 ? scanSections(reader.input, file.bigEndian, begin) : []
  for (const { id, offset } of found) {
    if (id === SECTION.options && !seen.has(offset) && offset + 16 < reader.input.size) {
      seen.add(offset)
      readOptions(openSection(file, reader.input, offset).reader, file.options, context)
    } else if (!file.options.sections.has(id)) file.options.sections.set(id, offset)
  }
  return { cut, found }
}

/** The section that the options name. */
function named(file: TraceFile, input: Input, id: number): ByteReader | undefined {
  const offset = file.options.sections.get(id)
  return offset === undefined ? undefined : openSection(file, input, offset).reader
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
    throw new TraceError(`the file is cut short before its trace data: it ends after ${input.size} bytes`, {
      at: input.size,
      hint: 'the file is incomplete: copy it again, or record again',
    })
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
