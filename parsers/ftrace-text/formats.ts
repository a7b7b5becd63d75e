/** The events whose text the parser knows: columns as trace.dat declares them, and how their text is read. */
import { COMMON_COLUMNS, KERNEL_EVENTS } from '../../src/kernel-events.ts'
import type { ColumnSpec, ColumnType } from '../../src/schema.ts'
import type { EventFormat, Reader } from './event-table.ts'
import type { FieldOptions } from './field.ts'
import { readAddress, readFunction } from './function-text.ts'
import { readGraph } from './graph-event.ts'
import { readPairs } from './pairs.ts'
import { readSwitch, readWakeup, TASK_STATES } from './sched-text.ts'
import { readFrames, readStack, readUserFrames, readUserStack } from './stack-text.ts'
import { readEnter, readExit, readRawEnter, readRawExit } from './syscall-text.ts'
import { TRACER_FORMATS } from './tracer-text.ts'
import { BUFFER_FIELDS, BUFFER_FLAGS, BUFFER_TYPES } from './v4l2-symbols.ts'

const BARE: FieldOptions = { bare: true }

/** An address that a name may stand for. */
const NAMED: FieldOptions = { symbols: {} }

const READERS: Record<string, Reader> = {
  sched_switch: readSwitch,
  sched_waking: readWakeup,
  sched_wakeup: readWakeup,
  sched_wakeup_new: readWakeup,
  sys_enter: readRawEnter,
  sys_exit: readRawExit,
  print: readAddress,
  funcgraph_entry: readGraph,
  funcgraph_exit: readGraph,
}

/** Pointers are printed in hexadecimal, by the kernel without 0x. */
const FIELDS: Record<string, Record<string, FieldOptions>> = {
  sched_switch: { prev_state: { symbols: TASK_STATES } },
  sched_process_fork: {
    parent_comm: { keys: ['parent_comm', 'comm'] },
    parent_pid: { keys: ['parent_pid', 'pid'] },
  },
  task_newtask: { clone_flags: BARE },
  drm_vblank_event: { high_prec: { keys: ['high-prec', 'high_prec'] } },
  drm_vblank_event_delivered: { file: BARE },
  sys_enter: Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`args[${i}]`, BARE])),
}

const VB2_FIELDS: Record<string, FieldOptions> = {
  owner: BARE,
  queued_count: { keys: ['queued_count', 'queued'] },
  owned_by_drv_count: { keys: ['owned_by_drv_count', 'owned_by_drv'] },
}

const column = (name: string, type: ColumnType, comment = `The kernel's field ${name}.`): ColumnSpec => ({
  name,
  type,
  comment,
})

/** Of kernels before 4.14. */
const WAKEUP = [column('success', 'INTEGER')]

/** Columns that the queries do not read, but that text and trace.dat have. */
const MORE_COLUMNS: Record<string, readonly ColumnSpec[]> = {
  drm_vblank_event: [column('high_prec', 'UTINYINT')],
  sched_waking: WAKEUP,
  sched_wakeup: WAKEUP,
  sched_wakeup_new: WAKEUP,
}

const V4L2_BUFFER: readonly ColumnSpec[] = [
  column('minor', 'INTEGER'),
  column('index', 'UINTEGER'),
  column('type', 'UINTEGER'),
  column('bytesused', 'UINTEGER'),
  column('flags', 'UINTEGER'),
  column('field', 'UINTEGER'),
  column('timestamp', 'BIGINT'),
  column('sequence', 'UINTEGER'),
]

const V4L2_FIELDS: Record<string, FieldOptions> = {
  type: { symbols: BUFFER_TYPES },
  flags: { symbols: BUFFER_FLAGS },
  field: { symbols: BUFFER_FIELDS },
}

const FUNCTION: readonly ColumnSpec[] = [
  column('ip', 'UBIGINT'),
  column('parent_ip', 'UBIGINT'),
  column('function', 'TEXT', 'Name of the function; NULL where the recording has only its address.'),
  column('parent', 'TEXT', 'Name of its caller; NULL where the recording has only its address.'),
]

const STACK: readonly ColumnSpec[] = [
  column('size', 'INTEGER'),
  column('caller', 'ULIST', "The kernel's field caller; NULL where the text has names only."),
]

const USER_STACK: readonly ColumnSpec[] = [
  column('tgid', 'UINTEGER'),
  column('caller', 'ULIST', 'Addresses as far as they are printed; in a trace.dat zeros follow.'),
]

const PRINTK: readonly ColumnSpec[] = [
  column('ip', 'UBIGINT'),
  column('text', 'TEXT', 'The text, by the format that the kernel kept.'),
]

const own = (schema: string, name: string, columns: readonly ColumnSpec[], read: Reader): EventFormat => ({
  schema,
  name,
  columns,
  read,
})

/** The known format of each event, by its name. */
export const FORMATS: ReadonlyMap<string, EventFormat> = new Map(
  [
    ...KERNEL_EVENTS.map(({ schema, name, columns }): EventFormat => {
      const fields = FIELDS[name] ?? (schema === 'vb2' ? VB2_FIELDS : schema === 'syscalls' ? bareAll(columns) : {})
      const read = READERS[name] ?? (schema === 'syscalls' ? syscallReader(name) : readPairs)
      const all = [...columns.slice(COMMON_COLUMNS.length), ...(MORE_COLUMNS[name] ?? [])]
      return {
        schema,
        name,
        columns: all,
        fields,
        read,
        message: name === 'print',
        isCall: name.startsWith('funcgraph_'),
      }
    }),
    ...['bprint', 'bputs'].map((name) => ({
      ...own('ftrace', name, PRINTK, readAddress),
      message: true,
    })),
    ...['v4l2_qbuf', 'v4l2_dqbuf'].map((name) => ({
      ...own('v4l2', name, V4L2_BUFFER, readPairs),
      fields: V4L2_FIELDS,
    })),
    ...TRACER_FORMATS,
    { ...own('ftrace', 'function', FUNCTION, readFunction), fields: { ip: NAMED, parent_ip: NAMED } },
    { ...own('ftrace', 'kernel_stack', STACK, readStack), multiline: true, readLines: readFrames },
    { ...own('ftrace', 'user_stack', USER_STACK, readUserStack), multiline: true, readLines: readUserFrames },
  ].map((format) => [format.name, format]),
)

export function syscallReader(name: string): Reader {
  return name.startsWith('sys_enter_') ? readEnter : readExit
}

/** Arguments of system calls are printed in hexadecimal, by the kernel without 0x; results always with 0x. */
function bareAll(columns: readonly ColumnSpec[]): Record<string, FieldOptions> {
  return Object.fromEntries(
    columns.filter((c) => c.name !== '__syscall_nr' && c.name !== 'ret').map((c) => [c.name, BARE]),
  )
}
