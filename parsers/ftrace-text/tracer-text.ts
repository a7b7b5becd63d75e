/**
 * Events of the latency tracers, which the kernel prints without their name (trace_ctxwake_print(), trace_hwlat_print(),
 * trace_osnoise_print(), trace_timerlat_print(), trace_func_repeats_print() in kernel/trace/trace_output.c, Linux 6.16);
 * behind their name, as trace-cmd report prints them (kernel/trace/trace_entries.h).
 */
import type { ColumnSpec, ColumnType } from '../../src/schema.ts'
import { startsWith } from '../text/bytes.ts'
import { hexEnd } from '../text/numbers.ts'
import { latin1 } from '../text/source.ts'
import type { EventFormat, EventTable, Reader } from './event-table.ts'
import type { FieldOptions } from './field.ts'

interface Tracer {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnType>>
  /** With groups named as the columns, unless `read` finds these. */
  readonly patterns: readonly RegExp[]
  readonly fields?: Readonly<Record<string, FieldOptions>>
  readonly read?: Reader
}

/** task_index_to_char() in include/linux/sched.h. */
const STATES = { symbols: { R: 0, S: 1, D: 2, T: 3, t: 4, X: 5, Z: 6, P: 7, I: 8 } }

const TASKS = {
  prev_pid: 'UINTEGER',
  next_pid: 'UINTEGER',
  next_cpu: 'UINTEGER',
  prev_prio: 'UTINYINT',
  prev_state: 'UTINYINT',
  next_prio: 'UTINYINT',
  next_state: 'UTINYINT',
} as const

/** `0:120:R ==> [003]  312:100:R kworker`, `0:120:0  ==> 312:100:0 [003]`; the second of trace-cmd. */
function tasks(name: string, arrow: string): Tracer {
  const [prev, next] = ['prev', 'next'].map((who) => `(?<${who}_pid>\\d+): *(?<${who}_prio>\\d+):(?<${who}_state>\\w)`)
  const patterns = [
    `^${prev} +${arrow} \\[(?<next_cpu>\\d+)\\] +${next}( |$)`,
    `^${prev} +${arrow} +${next} \\[(?<next_cpu>\\d+)\\]`,
  ]
  return {
    name,
    columns: TASKS,
    patterns: patterns.map((pattern) => new RegExp(pattern)),
    fields: { prev_state: STATES, next_state: STATES },
  }
}

const TRACERS: readonly Tracer[] = [
  tasks('context_switch', '==>'),
  tasks('wakeup', '(?:\\+|==\\+)'),
  {
    name: 'hwlat',
    columns: {
      duration: 'UBIGINT',
      outer_duration: 'UBIGINT',
      nmi_total_ts: 'UBIGINT',
      tv_sec: 'BIGINT',
      tv_nsec: 'BIGINT',
      nmi_count: 'UINTEGER',
      seqnum: 'UINTEGER',
      count: 'UINTEGER',
    },
    patterns: [
      /^#(?<seqnum>\d+) +inner\/outer\(us\): +(?<duration>\d+)\/(?<outer_duration>\d+) +ts:(?<tv_sec>-?\d+)\.(?<tv_nsec>\d+)(?: count:(?<count>\d+))?(?: nmi-total:(?<nmi_total_ts>\d+))?(?: nmi-count:(?<nmi_count>\d+))?/,
      /^cnt:(?<seqnum>\d+)\tts:(?<tv_sec>-?\d+)\.(?<tv_nsec>\d+)\tinner:(?<duration>\d+)\touter:(?<outer_duration>\d+)\s*nmi-ts:(?<nmi_total_ts>\d+)\tnmi-count:(?<nmi_count>\d+)/,
    ],
  },
  {
    name: 'osnoise',
    columns: {
      noise: 'UBIGINT',
      runtime: 'UBIGINT',
      max_sample: 'UBIGINT',
      hw_count: 'UINTEGER',
      nmi_count: 'UINTEGER',
      irq_count: 'UINTEGER',
      softirq_count: 'UINTEGER',
      thread_count: 'UINTEGER',
    },
    patterns: [
      /^(?<runtime>\d+) +(?<noise>\d+) +\d+\.\d{5} +(?<max_sample>\d+) +(?<hw_count>\d+) +(?<nmi_count>\d+) +(?<irq_count>\d+) +(?<softirq_count>\d+) +(?<thread_count>\d+)$/,
    ],
  },
  {
    name: 'timerlat',
    columns: { seqnum: 'UINTEGER', context: 'INTEGER', timer_latency: 'UBIGINT' },
    patterns: [/^#(?<seqnum>\d+) +context +(?<context>irq|thread|user-ret) +timer_latency +(?<timer_latency>\d+) ns/],
    fields: { context: { symbols: { irq: 0, thread: 1, 'user-ret': 2 } } },
  },
  {
    name: 'func_repeats',
    columns: { function: 'TEXT', parent: 'TEXT', count: 'USMALLINT' },
    patterns: [/^(?<function>[\w.$]+)\S* <-(?<parent>[\w.$]+).* \(repeats: (?<count>\d+), /],
  },
  {
    name: 'raw_data',
    columns: { id: 'UINTEGER', buf: 'BLOB' },
    patterns: [/^# [\da-f]+ buf:/],
    fields: { id: { bare: true } },
    read: readRawData,
  },
]

/**
 * Fields: id, buf. `# 58 buf: 01 02` (trace_raw_data()), `# 58 01 02` (libtraceevent, plugins/plugin_function.c); with
 * report -N `id:0058 00000001` and with -R `id=0058 buf=text`, whose bytes begin or end where nothing tells.
 */
function readRawData(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (!startsWith(bytes, start, end, '# ')) {
    const printed = startsWith(bytes, start, end, 'id:')
    if (!printed && !startsWith(bytes, start, end, 'id=')) return
    const stop = hexEnd(bytes, start + 3, end)
    // Before libtraceevent 1.4 -R prints it in decimal, never with zeros before it.
    const id = latin1(bytes, start + 3, stop)
    if (printed || /^0|[a-f]/.test(id)) event.set(0, bytes, start + 3, stop, row)
    return
  }
  const id = hexEnd(bytes, start + 2, end)
  event.set(0, bytes, start + 2, id, row)
  const buf = startsWith(bytes, id, end, ' buf:') ? id + 5 : id
  const hex = latin1(bytes, buf, end).replaceAll(' ', '')
  if (hex.length % 2 === 0 && !/[^\da-f]/.test(hex)) event.setText(1, hex, row)
}

/** Characters of a text that are read. */
const LONGEST = 512

/** The event whose text this is; undefined where it is none of a tracer. */
export const tracerOf = (text: string): string | undefined =>
  TRACERS.find(({ patterns }) => patterns.some((pattern) => pattern.test(text)))?.name

export const TRACER_FORMATS: readonly EventFormat[] = TRACERS.map(({ name, columns, patterns, fields, read }) => ({
  schema: 'ftrace',
  name,
  // report -R prints the bytes as text.
  multiline: name === 'raw_data',
  columns: Object.entries(columns).map(
    ([column, type]): ColumnSpec => ({ name: column, type, comment: `The kernel's field ${column}.` }),
  ),
  fields: fields ?? {},
  read: read ?? groupReader(patterns, Object.keys(columns)),
}))

function groupReader(patterns: readonly RegExp[], columns: readonly string[]): Reader {
  return (event, bytes, start, end, row) => {
    const text = latin1(bytes, start, Math.min(end, start + LONGEST))
    const groups = patterns.map((pattern) => pattern.exec(text)?.groups).find((found) => found)
    if (!groups) return
    columns.forEach((column, i) => {
      const value = groups[column]
      if (value !== undefined) event.setText(i, value, row)
    })
  }
}
