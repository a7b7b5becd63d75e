/**
 * The tracepoints that queries/ reads, with the fields it uses: their tables exist in every database, so every query
 * runs. A recording's own format adds what is missing here. Types as in Linux 6.12 on 64-bit machines.
 */
import type { ColumnSpec, ColumnType, TableSpec } from './schema.ts'

/** The columns that every event table begins with (behind `capture`). */
export const COMMON_COLUMNS: readonly ColumnSpec[] = [
  { name: 'ts', type: 'BIGINT', comment: "Time of the event in ns of the capture's clock." },
  { name: 'cpu', type: 'SMALLINT', comment: 'CPU on which the event was recorded.' },
  { name: 'tid', type: 'INTEGER', comment: 'Thread that was running (common_pid); 0 is the idle task.' },
]

const event = (schema: string, name: string, fields: Record<string, ColumnType>): TableSpec => ({
  schema,
  name,
  columns: [
    ...COMMON_COLUMNS,
    ...Object.entries(fields).map(([field, type]) => ({ name: field, type, comment: `The kernel's field ${field}.` })),
  ],
})

const FENCE = {
  common_flags: 'UTINYINT',
  driver: 'TEXT',
  timeline: 'TEXT',
  context: 'UINTEGER',
  seqno: 'UINTEGER',
} as const
const TASK = { comm: 'TEXT', pid: 'INTEGER', prio: 'INTEGER', target_cpu: 'INTEGER' } as const
const BUFFER = {
  owner: 'UBIGINT',
  queued_count: 'UINTEGER',
  owned_by_drv_count: 'INTEGER',
  index: 'UINTEGER',
  type: 'UINTEGER',
  bytesused: 'UINTEGER',
  timestamp: 'UBIGINT',
} as const

/** Calls and returns of function_graph; the view function_calls joins them. */
const GRAPH: readonly ColumnSpec[] = [
  { name: 'func', type: 'UBIGINT', comment: "The kernel's field func: the function's address." },
  { name: 'depth', type: 'INTEGER', comment: "The kernel's field depth: functions that called it, one by the other." },
  { name: 'function', type: 'TEXT', comment: 'Name of the function, of text; symbol(capture, func) of others.' },
  {
    name: 'duration',
    type: 'BIGINT',
    comment: 'Of text: time that the function took in ns; of a call that made no other, beside its call.',
  },
  { name: 'retval', type: 'UBIGINT', comment: 'What the function returned, where it was recorded (funcgraph-retval).' },
]

export const KERNEL_EVENTS: readonly TableSpec[] = [
  ...['init', 'emit', 'enable_signal', 'signaled', 'wait_start', 'wait_end', 'destroy'].map((name) =>
    event('dma_fence', `dma_fence_${name}`, FENCE),
  ),
  // include/trace/events/dma_buf.h; later kernels than 6.12 have it.
  ...['dma_buf_fd', 'dma_buf_get'].map((name) =>
    event('dma_buf', name, { exp_name: 'TEXT', size: 'UBIGINT', ino: 'UBIGINT', fd: 'INTEGER' }),
  ),
  event('drm', 'drm_vblank_event', { crtc: 'INTEGER', seq: 'UINTEGER', time: 'BIGINT' }),
  event('drm', 'drm_vblank_event_delivered', { file: 'UBIGINT', crtc: 'INTEGER', seq: 'UINTEGER' }),
  event('sched', 'sched_switch', {
    prev_comm: 'TEXT',
    prev_pid: 'INTEGER',
    prev_prio: 'INTEGER',
    prev_state: 'BIGINT',
    next_comm: 'TEXT',
    next_pid: 'INTEGER',
    next_prio: 'INTEGER',
  }),
  ...['sched_waking', 'sched_wakeup', 'sched_wakeup_new'].map((name) => event('sched', name, TASK)),
  event('sched', 'sched_process_fork', {
    parent_comm: 'TEXT',
    parent_pid: 'INTEGER',
    child_comm: 'TEXT',
    child_pid: 'INTEGER',
  }),
  event('task', 'task_newtask', { pid: 'INTEGER', comm: 'TEXT', clone_flags: 'UBIGINT', oom_score_adj: 'SMALLINT' }),
  event('task', 'task_rename', { pid: 'INTEGER', oldcomm: 'TEXT', newcomm: 'TEXT', oom_score_adj: 'SMALLINT' }),
  ...['vb2_qbuf', 'vb2_buf_queue', 'vb2_buf_done', 'vb2_dqbuf'].map((name) => event('vb2', name, BUFFER)),
  event('syscalls', 'sys_enter_ioctl', { __syscall_nr: 'INTEGER', fd: 'UBIGINT', cmd: 'UBIGINT', arg: 'UBIGINT' }),
  event('syscalls', 'sys_exit_ioctl', { __syscall_nr: 'INTEGER', ret: 'BIGINT' }),
  event('syscalls', 'sys_enter_poll', {
    __syscall_nr: 'INTEGER',
    ufds: 'UBIGINT',
    nfds: 'UBIGINT',
    timeout_msecs: 'UBIGINT',
  }),
  event('syscalls', 'sys_exit_poll', { __syscall_nr: 'INTEGER', ret: 'BIGINT' }),
  event('syscalls', 'sys_enter_ppoll', {
    __syscall_nr: 'INTEGER',
    ufds: 'UBIGINT',
    nfds: 'UBIGINT',
    tsp: 'UBIGINT',
    sigmask: 'UBIGINT',
    sigsetsize: 'UBIGINT',
  }),
  event('syscalls', 'sys_exit_ppoll', { __syscall_nr: 'INTEGER', ret: 'BIGINT' }),
  {
    schema: 'raw_syscalls',
    name: 'sys_enter',
    columns: [
      ...COMMON_COLUMNS,
      { name: 'id', type: 'BIGINT', comment: 'Number of the system call.' },
      { name: 'args', type: 'UBIGINT', length: 6, comment: 'Its arguments.' },
    ],
  },
  event('raw_syscalls', 'sys_exit', { id: 'BIGINT', ret: 'BIGINT' }),
  event('ftrace', 'print', { ip: 'UBIGINT', text: 'TEXT' }),
  { schema: 'ftrace', name: 'funcgraph_entry', columns: [...COMMON_COLUMNS, ...GRAPH] },
  {
    schema: 'ftrace',
    name: 'funcgraph_exit',
    columns: [
      ...COMMON_COLUMNS,
      ...GRAPH,
      { name: 'overrun', type: 'UINTEGER', comment: "The kernel's field overrun." },
      {
        name: 'calltime',
        type: 'UBIGINT',
        comment: "The kernel's field calltime: its own clock, whatever that of ts.",
      },
      { name: 'rettime', type: 'UBIGINT', comment: "The kernel's field rettime." },
    ],
  },
]
