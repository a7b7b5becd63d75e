/** What one CPU recorded, as pages of its ring buffer. */
import { encodePage, fillPages, type RingEntry, type RingPage, type RingShape } from './ring-buffer.ts'

/** Entries that fill page after page, or pages, or bytes as they are; nothing for an empty CPU. */
export interface CpuData {
  /** The CPU's number, where numbers are missing (version 7). */
  id?: number
  entries?: readonly RingEntry[]
  pages?: readonly RingPage[]
  raw?: Uint8Array
}

/** The pages of a CPU, one after the other. */
export function cpuBytes(cpu: CpuData, shape: RingShape): Uint8Array {
  if (cpu.raw) return cpu.raw
  const pages = cpu.pages ?? fillPages(cpu.entries ?? [], shape)
  return Buffer.concat(pages.map((page) => encodePage(page, shape)))
}
