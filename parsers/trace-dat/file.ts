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
import { ByteReader } from './bytes.ts'
import { compareClocks } from './clock.ts'
import { type Decompress, decompressorOf } from './decompress.ts'
import { type EventFormat, type PageLayout, parsePageLayout } from './event-format.ts'
import { checkPageSize, emptyOptions, type Options, type TraceBuffer } from './options.ts'
import { endOverlaps } from './overlaps.ts'
import { readSequence } from './version-6.ts'
import { readSections } from './version-7.ts'

export const MAGIC = Uint8Array.of(0x17, 0x08, 0x44, ...new TextEncoder().encode('tracing'))

export interface TraceFile {
  readonly version: number
  readonly bigEndian: boolean
  /** Bytes of the recorded kernel's `long`: those of header_page, as the file's header has those of the recorder. */
  longSize: 4 | 8
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
  endOverlaps(file.buffers, problem)
  compareClocks(file.options, file.buffers, problem)
  return file
}
