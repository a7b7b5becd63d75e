/** The ring-buffer pages of one CPU, block by block: read from the file or decompressed chunk by chunk. */
import type { Input, Problem } from '../../src/parser.ts'
import { ByteReader } from './bytes.ts'
import type { TraceFile } from './file.ts'
import type { CpuData } from './options.ts'

/** Some pages in memory, 4-byte aligned. `offset` is where they begin in the file (or their chunk does). */
export interface Block {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly offset: number
  readonly pages: number
  /** Where the data ends, if the file was cut within the last page. */
  readonly end?: number
  /** Data before this block could not be read. */
  readonly lost?: boolean
}

/** Where a block comes from; undefined at the end. */
export type NextBlock = () => Block | undefined

const BLOCK_BYTES = 256 * 1024

const at = (offset: number): string => `+0x${offset.toString(16)}`

/** The pages of one CPU. Damage ends them with a problem; what was read before stays. */
export function openCpuData(
  file: TraceFile,
  input: Input,
  data: CpuData,
  pageSize: number,
  compressed: boolean,
  problem: (problem: Problem) => void,
): NextBlock {
  return compressed ? readChunks(file, input, data, pageSize, problem) : readPages(file, input, data, pageSize, problem)
}

function readPages(
  file: TraceFile,
  input: Input,
  data: CpuData,
  pageSize: number,
  problem: (problem: Problem) => void,
): NextBlock {
  const perBlock = Math.max(1, Math.floor(BLOCK_BYTES / pageSize))
  const end = Math.min(data.offset + data.size, input.size)
  const buffer = new Uint8Array(Math.min(perBlock, Math.floor(Math.max(0, end - data.offset) / pageSize)) * pageSize)
  const words = new Int32Array(buffer.buffer)
  let offset = data.offset
  let tail: Block[] | undefined
  return () => {
    const wanted = Math.min(buffer.length, end - offset)
    if (wanted > 0) {
      const bytes = input.read(offset, wanted)
      const pages = Math.floor(bytes.length / pageSize)
      if (pages > 0) {
        buffer.set(bytes.subarray(0, pages * pageSize))
        if (file.bigEndian) swapWords(words, (pages * pageSize) / 4)
        const block = {
          bytes: file.bigEndian ? new Uint8Array(bytes.subarray(0, pages * pageSize)) : buffer,
          words,
          offset,
          pages,
        }
        offset += pages * pageSize
        return block
      }
    }
    const missing = data.offset + data.size - Math.max(end, offset)
    if (!tail && missing > 0) {
      problem({
        kind: 'truncated-data',
        at: at(Math.max(end, offset)),
        detail: `CPU ${data.cpu}: ${missing} of ${data.size} bytes of trace data are missing`,
        hint: CUT,
      })
    }
    const page = tail ? undefined : lastPage(file, input, offset, end, pageSize)
    tail ??= [...(page ? [page] : []), ...(missing > 0 ? [lostBlock(end)] : [])]
    return tail.shift()
  }
}

const CUT = 'the file was cut: the recording was killed, the disk was full or the copy is incomplete'

const lostBlock = (offset: number): Block => ({
  bytes: new Uint8Array(0),
  words: new Int32Array(0),
  offset,
  pages: 0,
  lost: true,
})

/** The page in which the data ends, as far as it is there. */
function lastPage(file: TraceFile, input: Input, offset: number, end: number, pageSize: number): Block | undefined {
  if (end - offset < file.layout.dataOffset) return undefined
  const size = Math.min(pageSize, end - offset) & ~3
  const bytes = new Uint8Array(input.read(offset, size))
  const words = new Int32Array(file.bigEndian ? bytes.slice().buffer : bytes.buffer)
  if (file.bigEndian) swapWords(words, words.length)
  return { bytes, words, offset, pages: 1, end: size }
}

const COUNT_BYTES = 4

/** Chunks that cannot be decompressed are left out: where the next one begins is known all the same. */
function readChunks(
  file: TraceFile,
  input: Input,
  data: CpuData,
  pageSize: number,
  problem: (problem: Problem) => void,
): NextBlock {
  // trace-cmd convert leaves the count of chunks out of the size.
  const end = Math.min(input.size, data.offset + data.size + COUNT_BYTES)
  const reader = new ByteReader({ size: end, read: (o, n) => input.read(o, n) }, file.bigEndian, data.offset)
  const isCut = end < data.offset + data.size
  let left: number | undefined
  let lost = false
  let ended = false
  const damaged = (kind: string, offset: number, detail: string): void => {
    lost = true
    const hint = isCut ? CUT : 'the file is damaged: copy it again, or record again'
    problem({ kind, at: at(offset), detail: `CPU ${data.cpu}: ${detail}`, hint })
  }
  const next = (): Block | undefined => {
    if (ended) return undefined
    const offset = reader.offset
    try {
      left ??= reader.u32('count of compressed chunks')
      if (left === 0) {
        const missing = data.offset + data.size - Math.max(end, offset)
        if (isCut) damaged('truncated-data', end, `${missing} of ${data.size} bytes of trace data are missing`)
        else if (reader.left > COUNT_BYTES)
          damaged('odd-data', offset, `${reader.left} bytes lie behind the last chunk`)
        ended = true
        return undefined
      }
      const compressed = reader.u32('compressed size')
      const uncompressed = reader.u32('uncompressed size')
      const packed = reader.bytes(compressed, 'compressed chunk')
      left--
      return blockOf(file, unpacked(packed, uncompressed, offset), offset, pageSize, damaged)
    } catch (error) {
      const rest = left === undefined ? 'all chunks' : `${left} chunks`
      ended = true
      damaged('truncated-data', offset, `${rest} of trace data could not be read: ${(error as Error).message}`)
      return undefined
    }
  }
  const unpacked = (packed: Uint8Array, size: number, offset: number): Uint8Array => {
    try {
      return file.decompress!(packed, size, offset)
    } catch (error) {
      damaged('damaged-chunk', offset, `a chunk of trace data is left out: ${(error as Error).message}`)
      return new Uint8Array(0)
    }
  }
  return () => {
    for (;;) {
      const before = lost
      lost = false
      const block = next()
      // What is lost within the chunk comes behind its pages, what was lost before it before them.
      if (block && block.pages > 0) return before ? { ...block, lost: true } : block
      lost ||= before
      if (block) continue
      const isLost = lost
      lost = false
      return isLost ? lostBlock(end) : undefined
    }
  }
}

function blockOf(
  file: TraceFile,
  chunk: Uint8Array,
  offset: number,
  pageSize: number,
  damaged: (kind: string, offset: number, detail: string) => void,
): Block {
  const bytes = chunk.byteOffset % 4 === 0 ? chunk : new Uint8Array(chunk)
  const pages = Math.floor(bytes.length / pageSize)
  if (pages * pageSize !== bytes.length) {
    damaged('odd-chunk', offset, `a chunk of ${bytes.length} bytes is no whole number of pages of ${pageSize} bytes`)
  }
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, (pages * pageSize) / 4)
  if (!file.bigEndian) return { bytes, words, offset, pages }
  const swapped = words.slice()
  swapWords(swapped, swapped.length)
  return { bytes, words: swapped, offset, pages }
}

/** Big-endian files: 32-bit words to the host's order. The bytes keep the file's order. */
function swapWords(words: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const w = words[i] as number
    words[i] = (w << 24) | ((w & 0xff00) << 8) | ((w >>> 8) & 0xff00) | (w >>> 24)
  }
}
