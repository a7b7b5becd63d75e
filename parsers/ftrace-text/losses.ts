/** Gaps that the text reports: rows of `lost_events`. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { lostEvents } from '../../src/tables.ts'
import { type ColumnsOf, setNull, setText } from '../text/columns.ts'

/** A time as two halves. */
interface Time {
  hi: number
  lo: number
}

interface Gap {
  readonly since: Time | undefined
  readonly count: number | undefined
}

/** What is known of one instance's buffers. */
class Buffers {
  readonly instance: string
  readonly gaps = new Map<number, Gap[]>()
  readonly last: (Time | undefined)[] = []

  constructor(instance: string) {
    this.instance = instance
  }
}

/** CPUs that a kernel can have. */
const MOST_CPUS = 8192

/** `CPU:0 [179 EVENTS DROPPED]`, `kwin: CPU:0 [EVENTS DROPPED]` of an instance (trace_show_data() in trace-read.c). */
const REPORT_MARK = /^\s*(?:(?:(\S.*?): )?CPU:\s*(\d+) )?\[(?:(\d+) )?EVENTS DROPPED\]\s*$/

/**
 * `CPU:1 [LOST 12 EVENTS]`, `CPU:1 [LOST EVENTS]` (print_trace_line() in kernel/trace/trace.c), `##### CPU 3 buffer
 * started ####` (test_cpu_buff_start(): what this CPU did before was overwritten).
 */
const KERNEL_MARK = /^\s*(?:CPU:\s*(\d+) )?\[LOST (?:(\d+) )?EVENTS\]\s*$|^#+ CPU (\d+) buffer started #+$/

export class Losses {
  /** Events lost, as far as their number is known. */
  total = 0
  private readonly sink: Sink
  /** By instance; '' is the top buffer. */
  private readonly buffers = new Map<string, Buffers>()
  /** Those of the event before. */
  private current = this.of('')
  private writer: RowWriter | undefined

  constructor(sink: Sink) {
    this.sink = sink
  }

  /** Reads a mark. Returns the instance that it is of ('': the top buffer); undefined where the line is none. */
  mark(line: string, isReport: boolean): string | undefined {
    const report = REPORT_MARK.exec(line)
    if (report) return this.add(report[1] ?? '', report[2], report[3])
    const kernel = isReport ? null : KERNEL_MARK.exec(line)
    return kernel ? this.add('', kernel[1] ?? kernel[3], kernel[2]) : undefined
  }

  private add(instance: string, number = '0', lost: string | undefined): string | undefined {
    const cpu = Number(number)
    if (cpu >= MOST_CPUS) return undefined
    const count = lost === undefined ? undefined : Number(lost)
    this.total += count ?? 0
    const { gaps, last } = this.of(instance)
    const known = gaps.get(cpu) ?? []
    gaps.set(cpu, known)
    const since = last[cpu]
    known.push({ since: since && { ...since }, count })
    return instance
  }

  private of(instance: string): Buffers {
    const known = this.buffers.get(instance)
    if (known) return known
    const buffers = new Buffers(instance)
    this.buffers.set(instance, buffers)
    return buffers
  }

  /** An event of a CPU: ends its gaps. */
  seen(instance: string, cpu: number, hi: number, lo: number): void {
    if (instance !== this.current.instance) this.current = this.of(instance)
    const { gaps, last } = this.current
    if (gaps.size > 0) this.end(this.current, cpu, { hi, lo })
    const time = last[cpu]
    if (time) {
      time.hi = hi
      time.lo = lo
    } else if (cpu < MOST_CPUS) last[cpu] = { hi, lo }
  }

  finish(): void {
    for (const buffers of this.buffers.values())
      for (const cpu of [...buffers.gaps.keys()]) this.end(buffers, cpu, undefined)
  }

  private end({ instance, gaps }: Buffers, cpu: number, until: Time | undefined): void {
    for (const gap of gaps.get(cpu) ?? []) this.write(instance, cpu, gap, until)
    gaps.delete(cpu)
  }

  private write(name: string, number: number, gap: Gap, until: Time | undefined): void {
    const writer = this.writer ?? this.sink.table(lostEvents)
    this.writer = writer
    const { row } = writer
    const [since, ts, cpu, instance, count, source] = writer.columns as ColumnsOf<6>
    for (const [column, time] of [
      [since, gap.since],
      [ts, until],
    ] as const) {
      if (time) {
        column.words[2 * row] = time.lo
        column.words[2 * row + 1] = time.hi
      } else setNull(column, row)
    }
    ;(cpu.values as Int16Array)[row] = number
    if (name === '') setNull(instance, row)
    else setText(instance, row, name)
    if (gap.count === undefined) setNull(count, row)
    else (count.values as BigInt64Array)[row] = BigInt(gap.count)
    setText(source, row, 'page')
    writer.next()
  }
}
