/** Events of Linux 6.12 on x86-64, with the ids, layouts and print formats of the lab's recordings. */
import { defineEvent, type EventFormat, type FieldSpec } from './event-formats.ts'

/** `type name, type name`: fields as they are declared. */
const fields = (text: string): FieldSpec[] =>
  text.split(', ').map((field) => {
    const [, type, name] = /^(.*) (\S+)$/.exec(field)!
    return { type: type!, name: name! }
  })

const define = (system: string, name: string, id: number, spec: readonly FieldSpec[], print: string): EventFormat =>
  defineEvent({ system, name, id, fields: spec, print })

/** The kernel gives every argument of a system call eight bytes. */
const argument = (type: string, name: string, index: number): FieldSpec => ({
  type,
  name,
  size: 8,
  offset: 16 + 8 * index,
})

const NUMBER: FieldSpec = { type: 'int', name: '__syscall_nr' }

const STATES = `(((${[0, 1, 2, 4, 8, 16, 32, 64].map((bit) => `0x${bit.toString(16).padStart(8, '0')}`).join(' | ')}) + 1) << 1)`
const STATE_NAMES = ['S', 'D', 'T', 't', 'X', 'Z', 'P', 'I']
  .map((name, i) => `{ 0x${(1 << i).toString(16).padStart(8, '0')}, "${name}" }`)
  .join(', ')

const FENCE = fields('__data_loc char[] driver, __data_loc char[] timeline, unsigned int context, unsigned int seqno')
const FENCE_PRINT =
  '"driver=%s timeline=%s context=%u seqno=%u", __get_str(driver), __get_str(timeline), REC->context, REC->seqno'

export const KERNEL_EVENTS = {
  function: define(
    'ftrace',
    'function',
    1,
    fields('unsigned long ip, unsigned long parent_ip'),
    '" %ps <-- %ps", (void *)REC->ip, (void *)REC->parent_ip',
  ),
  irq_handler_entry: define(
    'irq',
    'irq_handler_entry',
    157,
    fields('int irq, __data_loc char[] name'),
    '"irq=%d name=%s", REC->irq, __get_str(name)',
  ),
  irq_handler_exit: define(
    'irq',
    'irq_handler_exit',
    156,
    fields('int irq, int ret'),
    '"irq=%d ret=%s", REC->irq, REC->ret ? "handled" : "unhandled"',
  ),
  sched_switch: define(
    'sched',
    'sched_switch',
    310,
    fields(
      'char prev_comm[16], pid_t prev_pid, int prev_prio, long prev_state, char next_comm[16], pid_t next_pid, int next_prio',
    ),
    '"prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d", ' +
      `REC->prev_comm, REC->prev_pid, REC->prev_prio, (REC->prev_state & (${STATES} - 1)) ? ` +
      `__print_flags(REC->prev_state & (${STATES} - 1), "|", ${STATE_NAMES}) : "R", ` +
      `REC->prev_state & ${STATES} ? "+" : "", REC->next_comm, REC->next_pid, REC->next_prio`,
  ),
  sched_wakeup: define(
    'sched',
    'sched_wakeup',
    312,
    fields('char comm[16], pid_t pid, int prio, int target_cpu'),
    '"comm=%s pid=%d prio=%d target_cpu=%03d", REC->comm, REC->pid, REC->prio, REC->target_cpu',
  ),
  sys_exit_ioctl: define(
    'syscalls',
    'sys_exit_ioctl',
    864,
    [NUMBER, { type: 'long', name: 'ret' }],
    '"0x%lx", REC->ret',
  ),
  sys_enter_ioctl: define(
    'syscalls',
    'sys_enter_ioctl',
    865,
    [
      NUMBER,
      argument('unsigned int', 'fd', 0),
      argument('unsigned int', 'cmd', 1),
      argument('unsigned long', 'arg', 2),
    ],
    '"fd: 0x%08lx, cmd: 0x%08lx, arg: 0x%08lx", ' +
      '((unsigned long)(REC->fd)), ((unsigned long)(REC->cmd)), ((unsigned long)(REC->arg))',
  ),
  dma_fence_signaled: define('dma_fence', 'dma_fence_signaled', 1289, FENCE, FENCE_PRINT),
  dma_fence_destroy: define('dma_fence', 'dma_fence_destroy', 1291, FENCE, FENCE_PRINT),
  dma_fence_init: define('dma_fence', 'dma_fence_init', 1292, FENCE, FENCE_PRINT),
  vb2_buf_done: define(
    'vb2',
    'vb2_buf_done',
    1718,
    fields('void * owner, u32 queued_count, int owned_by_drv_count, u32 index, u32 type, u32 bytesused, u64 timestamp'),
    '"owner = %p, queued = %u, owned_by_drv = %d, index = %u, type = %u, bytesused = %u, timestamp = %llu", ' +
      'REC->owner, REC->queued_count, REC->owned_by_drv_count, REC->index, REC->type, REC->bytesused, REC->timestamp',
  ),
}

export type KernelEvent = keyof typeof KERNEL_EVENTS

/** Where a field lies in the event's record. */
export function offsetOf(event: KernelEvent, field: string): number {
  const found = KERNEL_EVENTS[event].fields.find((f) => f.key === field)
  if (!found) throw new Error(`${event} has no field ${field}`)
  return found.offset
}
