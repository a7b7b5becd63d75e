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

/** CPUs that a kernel can have. */
const MOST_CPUS = 8192

/**
 * `CPU:1 [LOST 12 EVENTS]`, `CPU:1 [LOST EVENTS]` (print_trace_line() in kernel/trace/trace.c), `CPU:0 [179 EVENTS
 * DROPPED]`, `CPU:0 [EVENTS DROPPED]` (trace-cmd report), `##### CPU 3 buffer started ####` (test_cpu_buff_start():
 * what this CPU did before was overwritten).
 */
const MARK =
  /^\s*(?:CPU:\s*(\d+) )?\[(?:LOST (?:(\d+) )?EVENTS|(?:(\d+) )?EVENTS DROPPED)\]\s*$|^#+ CPU (\d+) buffer started #+$/

export class Losses {
  /** Events lost, as far as their number is known. */
  total = 0
  private readonly sink: Sink
  private readonly gaps = new Map<number, Gap[]>()
  private readonly last: (Time | undefined)[] = []
  private writer: RowWriter | undefined

  constructor(sink: Sink) {
    this.sink = sink
  }

  /** Reads a mark. Returns whether the line is one. */
  mark(line: string): boolean {
    const match = MARK.exec(line)
    if (!match) return false
    const cpu = Number(match[1] ?? match[4] ?? 0)
    if (cpu >= MOST_CPUS) return false
    const number = match[2] ?? match[3]
    const count = number === undefined ? undefined : Number(number)
    this.total += count ?? 0
    const gaps = this.gaps.get(cpu) ?? []
    this.gaps.set(cpu, gaps)
    const last = this.last[cpu]
    gaps.push({ since: last && { ...last }, count })
    return true
  }

  /** An event of a CPU: ends its gaps. */
  seen(cpu: number, hi: number, lo: number): void {
    if (this.gaps.size > 0) this.end(cpu, { hi, lo })
    const last = this.last[cpu]
    if (last) {
      last.hi = hi
      last.lo = lo
    } else if (cpu < MOST_CPUS) this.last[cpu] = { hi, lo }
  }

  finish(): void {
    for (const cpu of [...this.gaps.keys()]) this.end(cpu, undefined)
  }

  private end(cpu: number, until: Time | undefined): void {
    for (const gap of this.gaps.get(cpu) ?? []) this.write(cpu, gap, until)
    this.gaps.delete(cpu)
  }

  private write(number: number, gap: Gap, until: Time | undefined): void {
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
    setNull(instance, row)
    if (gap.count === undefined) setNull(count, row)
    else (count.values as BigInt64Array)[row] = BigInt(gap.count)
    setText(source, row, 'page')
    writer.next()
  }
}
