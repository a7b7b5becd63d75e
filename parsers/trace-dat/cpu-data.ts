/** The ring-buffer pages of one CPU, block by block: read from the file or decompressed chunk by chunk. */
import type { Input, Problem } from '../../src/parser.ts'
import { ByteReader } from './bytes.ts'
import type { TraceFile } from './file.ts'
import type { CpuData } from './options.ts'

/** Some whole pages in memory, 4-byte aligned. `offset` is where they begin in the file (or their chunk does). */
export interface Block {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly offset: number
  readonly pages: number
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
  let told = false
  return () => {
    const wanted = Math.min(buffer.length, end - offset)
    if (wanted > 0) {
      const bytes = input.read(offset, wanted)
      const pages = Math.floor(bytes.length / pageSize)
      if (pages > 0) {
        buffer.set(bytes.subarray(0, pages * pageSize))
        if (file.bigEndian) swapWords(words, (pages * pageSize) / 4)
        const block = { bytes: file.bigEndian ? bytes.slice(0, pages * pageSize) : buffer, words, offset, pages }
        offset += pages * pageSize
        return block
      }
    }
    const missing = data.offset + data.size - offset
    if (missing > 0 && !told) {
      told = true
      problem({
        kind: 'truncated-data',
        at: at(offset),
        detail: `CPU ${data.cpu}: ${missing} of ${data.size} bytes of trace data are missing (${Math.ceil(missing / pageSize)} pages)`,
        hint: 'the file was cut: the recording was killed, the disk was full or the copy is incomplete',
      })
    }
    return undefined
  }
}

function readChunks(
  file: TraceFile,
  input: Input,
  data: CpuData,
  pageSize: number,
  problem: (problem: Problem) => void,
): NextBlock {
  const reader = new ByteReader(input, file.bigEndian, data.offset)
  let left: number | undefined
  return () => {
    const offset = reader.offset
    try {
      left ??= data.size === 0 ? 0 : reader.u32('count of compressed chunks')
      if (left === 0) return undefined
      left--
      const compressed = reader.u32('compressed size')
      const uncompressed = reader.u32('uncompressed size')
      const chunk = file.decompress!(reader.bytes(compressed, 'compressed chunk'), uncompressed, offset)
      const bytes = chunk.byteOffset % 4 === 0 ? chunk : chunk.slice()
      const pages = Math.floor(bytes.length / pageSize)
      if (pages * pageSize !== bytes.length) {
        const detail = `CPU ${data.cpu}: a chunk of ${bytes.length} bytes is no whole number of pages of ${pageSize} bytes`
        problem({ kind: 'odd-chunk', at: at(offset), detail })
      }
      const words = new Int32Array(bytes.buffer, bytes.byteOffset, (pages * pageSize) / 4)
      if (!file.bigEndian) return { bytes, words, offset, pages }
      const swapped = words.slice()
      swapWords(swapped, swapped.length)
      return { bytes, words: swapped, offset, pages }
    } catch (error) {
      const rest = left === undefined ? 'all chunks' : `${left + 1} chunks`
      left = 0
      problem({
        kind: 'truncated-data',
        at: at(offset),
        detail: `CPU ${data.cpu}: ${rest} of trace data could not be read: ${(error as Error).message}`,
        hint: 'the file was cut or damaged: the recording was killed, the disk was full or the copy is incomplete',
      })
      return undefined
    }
  }
}

/** Big-endian files: 32-bit words to the host's order. The bytes keep the file's order. */
function swapWords(words: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const w = words[i] as number
    words[i] = (w << 24) | ((w & 0xff00) << 8) | ((w >>> 8) & 0xff00) | (w >>> 24)
  }
}
