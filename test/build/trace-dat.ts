/**
 * Writes small trace.dat files for tests: an implementation of its own, from trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5),
 * so that it can disagree with the reader.
 *
 *     const open = defineEvent({ system: 'demo', name: 'open', id: 1000, fields: [{ type: 'int', name: 'fd' }] })
 *     buildTraceDat({ formats: [open], cpus: [{ entries: [{ ts: 5n, data: encodeFields(open, { fd: 3 }) }] }] })
 */
import type { Endian } from './byte-writer.ts'
import type { Compression } from './compression.ts'
import type { CpuData } from './cpu-data.ts'
import type { EventFormat } from './event-formats.ts'
import type { RawOption, TraceOptions } from './options.ts'
import { buildVersion6 } from './trace-dat-v6.ts'
import { buildVersion7 } from './trace-dat-v7.ts'

export interface Instance {
  name: string
  /** Version 7 only. */
  clock?: string
  /** Bytes of a sub-buffer, if other than the file's (version 7 only). */
  pageSize?: number
  cpus: readonly CpuData[]
}

export interface TraceDat {
  version?: 6 | 7
  endian?: Endian
  /** Bytes of user space's `long`, which the file's header gives. */
  longSize?: 4 | 8
  /** Bytes of the kernel's `long`, which `header_page` gives; by default the same. */
  commitSize?: 4 | 8
  pageSize?: number
  /** Version 7 only. */
  compression?: Compression
  /** Pages in a compressed chunk. */
  chunkPages?: number
  formats?: readonly EventFormat[]
  /** `/proc/kallsyms`. */
  kallsyms?: string
  /** `printk_formats`. */
  printk?: string
  /** `saved_cmdlines`: lines of pid and comm. */
  cmdlines?: string
  options?: TraceOptions
  cpus?: readonly CpuData[]
  instances?: readonly Instance[]
  /** The text of a latency tracer instead of CPU data. */
  latency?: string
  /** Version 7 only: sections that follow the known ones, named by options of the same id. */
  extraSections?: readonly RawOption[]
  /** Version 7 only: ids of sections in the order in which they are written; those left out come behind them. */
  sectionOrder?: readonly number[]
  /** Version 7 only: ids of sections that are stored as they are in a compressed file. */
  plainSections?: readonly number[]
}

/** A description with nothing left open. */
export type TraceDatPlan = Required<TraceDat>

/** The file's bytes. */
export function buildTraceDat(trace: TraceDat): Uint8Array {
  const plan = planOf(trace)
  return plan.version === 6 ? buildVersion6(plan) : buildVersion7(plan)
}

/** The description with the defaults for what it leaves open. */
export function planOf(trace: TraceDat): TraceDatPlan {
  const longSize = trace.longSize ?? 8
  return {
    version: 7,
    endian: 'little',
    commitSize: longSize,
    pageSize: 4096,
    compression: 'none',
    chunkPages: 10,
    formats: [],
    kallsyms: '',
    printk: '',
    cmdlines: '',
    options: {},
    cpus: [],
    instances: [],
    latency: '',
    extraSections: [],
    sectionOrder: [],
    plainSections: [],
    ...trace,
    longSize,
  }
}
