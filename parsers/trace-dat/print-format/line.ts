/** A line of `trace-cmd report`. Source: trace-cmd tracecmd/trace-read.c, trace_show_data() and print_event_name(). */

import type { EventFormat } from '../event-format.ts'
import { padded } from './format-number.ts'

export interface Line {
  readonly comm: string
  readonly pid: number
  readonly cpu: number
  readonly ts: bigint
  readonly event: string
  readonly text: string
  /** The state of the CPU (`d..2.`), which trace-cmd 3.2 and later show. */
  readonly flags?: string | undefined
}

export interface LineOptions {
  /** Whether times are whole nanoseconds (`trace-cmd report -t`) instead of rounded microseconds. */
  readonly nanoseconds?: boolean
  /** Whether the clock does not count nanoseconds: times are written as they are. */
  readonly ticks?: boolean
}

/** `            bash-513   [000]    52.101165: sched_wakeup:         comm=...` */
export function formatLine(line: Line, options: LineOptions = {}): string {
  const task = `${padded(line.comm, COMM)}-${String(line.pid).padEnd(5)} [${cpuText(line.cpu)}]`
  const flags = line.flags === undefined ? '' : ` ${line.flags}`
  return `${task}${flags}${timeText(line.ts, options)}: ${line.event}: ${' '.repeat(Math.max(0, 20 - line.event.length))}${line.text}`
}

const COMM = { width: 16, left: false }

/** `%03d`: CPUs that are not known have numbers below zero (`recoverBuffer`). */
const cpuText = (cpu: number): string => (cpu < 0 ? `-${String(-cpu).padStart(2, '0')}` : String(cpu).padStart(3, '0'))

/** Seconds with six or nine digits behind the point. Source: libtraceevent, print_event_time(). */
function timeText(ts: bigint, options: LineOptions): string {
  if (options.ticks) return String(ts).padStart(12)
  const unit = options.nanoseconds ? 1_000_000_000n : 1_000_000n
  const time = options.nanoseconds ? ts : (ts + 500n) / 1000n
  const digits = options.nanoseconds ? 9 : 6
  return ` ${String(time / unit).padStart(5)}.${String(time % unit).padStart(digits, '0')}`
}

const IRQS_OFF = 1
const IRQS_UNKNOWN = 2
const NEED_RESCHED = 4
const HARDIRQ = 8
const SOFTIRQ = 16

/** The state of the CPU at a record: `d..2.`; `common` reads a common field. Source: libtraceevent, data_latency_format(). */
export function flagsText(format: EventFormat, common: (name: string) => number): string {
  const flags = common('common_flags')
  const count = common('common_preempt_count')
  const hard = (flags & HARDIRQ) !== 0
  const soft = (flags & SOFTIRQ) !== 0
  const digit = (value: number): string => (value === 0 ? '.' : value.toString(16))
  let text = flags & IRQS_OFF ? 'd' : flags & IRQS_UNKNOWN ? 'X' : '.'
  text += flags & NEED_RESCHED ? 'N' : '.'
  text += hard && soft ? 'H' : hard ? 'h' : soft ? 's' : '.'
  text += digit(count & 15) + digit((count & 0xf0) >> 4)
  for (const name of ['common_migrate_disable', 'common_lock_depth']) {
    if (!format.fields.some((f) => f.name === name)) continue
    const value = common(name)
    text += value < 0 ? '.' : String(value)
  }
  return text
}
