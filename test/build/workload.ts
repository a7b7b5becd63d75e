/** What one CPU of a made-up desktop records: a compositor, a camera with fences, threads that sleep and wake, interrupts. */
import { randomNumbers } from '../random.ts'
import { encodeFields, type FieldValues } from './encode-fields.ts'
import { KERNEL_EVENTS, type KernelEvent, offsetOf } from './kernel-events.ts'
import type { PageStream } from './page-stream.ts'

/** Addresses of the functions that are called, as in /proc/kallsyms. */
export const FUNCTIONS: Readonly<Record<string, number>> = {
  dma_buf_ioctl: 0x1000,
  dma_resv_get_singleton: 0x2000,
  dma_resv_get_fences: 0x3000,
  dma_fence_get_stub: 0x4000,
  sync_file_create: 0x5000,
  __x64_sys_ioctl: 0x6000,
}
export const KERNEL_BASE = 0xffffffff

const REQUEST = { export: 0xc0086202, atomic: 0xc03864bc, qbuf: 0xc058560f, dqbuf: 0xc0585611, deadline: 0x40103e05 }
const BUFFERS = 4

interface Task {
  tid: number
  name: string
  comm: Uint8Array
}

/** The threads that run on a CPU; the first is idle. */
export function tasksOf(cpu: number): readonly Task[] {
  const names = ['kwin_wayland', 'Virtual-1', 'camclient', 'vivid-000-vid-c', `kworker/${cpu}:1`, 'plasmashell']
  return [`swapper/${cpu}`, ...names].map((name, i) => ({
    tid: i === 0 ? 0 : 1000 + 100 * cpu + i,
    name,
    comm: Uint8Array.from({ length: 16 }, (_, at) => (at < 15 ? name.charCodeAt(at) || 0 : 0)),
  }))
}

const template = (event: KernelEvent, values: FieldValues): Uint8Array => {
  const record = encodeFields(KERNEL_EVENTS[event], values)
  const padded = new Uint8Array(Math.ceil(record.length / 4) * 4)
  padded.set(record)
  return padded
}

const RECORDS: Readonly<Record<KernelEvent, Uint8Array>> = {
  function: template('function', {}),
  irq_handler_entry: template('irq_handler_entry', { irq: 42, name: 'virtio0-input.0' }),
  irq_handler_exit: template('irq_handler_exit', { irq: 42, ret: 1 }),
  sched_switch: template('sched_switch', { prev_prio: 120, next_prio: 120, prev_state: 1 }),
  sched_wakeup: template('sched_wakeup', { prio: 120 }),
  sys_enter_ioctl: template('sys_enter_ioctl', { __syscall_nr: 16 }),
  sys_exit_ioctl: template('sys_exit_ioctl', { __syscall_nr: 16 }),
  dma_fence_init: template('dma_fence_init', { driver: 'videobuf2', timeline: 'cap-ffff8880' }),
  dma_fence_signaled: template('dma_fence_signaled', { driver: 'videobuf2', timeline: 'cap-ffff8880' }),
  dma_fence_destroy: template('dma_fence_destroy', { driver: 'videobuf2', timeline: 'cap-ffff8880' }),
  vb2_buf_done: template('vb2_buf_done', {
    owner: 0xffff888012345000n,
    type: 1,
    bytesused: 115200,
    queued_count: BUFFERS,
  }),
}

const AT = {
  prevComm: offsetOf('sched_switch', 'prev_comm'),
  prevPid: offsetOf('sched_switch', 'prev_pid'),
  prevState: offsetOf('sched_switch', 'prev_state'),
  nextComm: offsetOf('sched_switch', 'next_comm'),
  nextPid: offsetOf('sched_switch', 'next_pid'),
  wokenComm: offsetOf('sched_wakeup', 'comm'),
  wokenPid: offsetOf('sched_wakeup', 'pid'),
  targetCpu: offsetOf('sched_wakeup', 'target_cpu'),
  fd: offsetOf('sys_enter_ioctl', 'fd'),
  cmd: offsetOf('sys_enter_ioctl', 'cmd'),
  arg: offsetOf('sys_enter_ioctl', 'arg'),
  ret: offsetOf('sys_exit_ioctl', 'ret'),
  context: offsetOf('dma_fence_init', 'context'),
  seqno: offsetOf('dma_fence_init', 'seqno'),
  index: offsetOf('vb2_buf_done', 'index'),
  ip: offsetOf('function', 'ip'),
  parentIp: offsetOf('function', 'parent_ip'),
}

export interface Workload {
  cpu: number
  events: number
  /** Time of the first event in ns. */
  start: number
  kinds: ReadonlySet<KernelEvent>
  seed: number
}

/** Writes so many events; adds to `counts` what they were. */
export function runWorkload(stream: PageStream, plan: Workload, counts: Map<KernelEvent, number>): void {
  const random = randomNumbers(plan.seed + plan.cpu)
  const tasks = tasksOf(plan.cpu) as readonly [Task, Task, Task, Task, Task, Task, Task]
  const [idle, kwin, output, camera, driver] = tasks
  const { view, bytes } = stream
  let running: Task = idle
  let left = plan.events
  let ts = plan.start
  let frame = 0

  /** The offset of the event's data; -1 if it is not recorded. */
  const emit = (kind: KernelEvent): number => {
    ts += 200 + random(1800)
    if (left === 0 || !plan.kinds.has(kind)) return -1
    left--
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const at = stream.event(RECORDS[kind], ts)
    view.setInt32(at + 4, running.tid, true)
    return at
  }
  const call = (name: string, parent: string): void => {
    const at = emit('function')
    if (at < 0) return
    for (const [offset, symbol] of [[AT.ip, name] as const, [AT.parentIp, parent] as const]) {
      view.setUint32(at + offset, 0x81000000 + FUNCTIONS[symbol]! + 4, true)
      view.setUint32(at + offset + 4, KERNEL_BASE, true)
    }
  }
  const run = (next: Task): void => {
    if (next === running) return
    if (next !== idle) {
      const at = emit('sched_wakeup')
      if (at >= 0) {
        bytes.set(next.comm, at + AT.wokenComm)
        view.setInt32(at + AT.wokenPid, next.tid, true)
        view.setInt32(at + AT.targetCpu, plan.cpu, true)
      }
    }
    const at = emit('sched_switch')
    if (at >= 0) {
      bytes.set(running.comm, at + AT.prevComm)
      bytes.set(next.comm, at + AT.nextComm)
      view.setInt32(at + AT.prevPid, running.tid, true)
      view.setInt32(at + AT.prevState, running === idle ? 0 : 1, true)
      view.setInt32(at + AT.nextPid, next.tid, true)
    }
    running = next
  }
  const ioctl = (cmd: number, fd: number, ret: number, inside: () => void = () => {}): void => {
    const at = emit('sys_enter_ioctl')
    if (at >= 0) {
      view.setUint32(at + AT.fd, fd, true)
      view.setUint32(at + AT.cmd, cmd, true)
      view.setUint32(at + AT.arg, 0x1000 + random(4096), true)
      view.setUint32(at + AT.arg + 4, 0x7ffc, true)
    }
    inside()
    const end = emit('sys_exit_ioctl')
    if (end >= 0) view.setBigInt64(end + AT.ret, BigInt(ret), true)
  }
  const fence = (kind: 'dma_fence_init' | 'dma_fence_signaled' | 'dma_fence_destroy', seqno: number): void => {
    const at = emit(kind)
    if (at < 0) return
    view.setUint32(at + AT.context, 10 + plan.cpu, true)
    view.setUint32(at + AT.seqno, seqno, true)
  }
  const interrupt = (): void => {
    emit('irq_handler_entry')
    emit('irq_handler_exit')
  }
  /** A buffer of the camera: filled, dequeued, shown, queued again. */
  const video = (): void => {
    const seqno = ++frame
    if (seqno === 1) for (let n = 1; n <= BUFFERS; n++) fence('dma_fence_init', n)
    interrupt()
    run(driver)
    fence('dma_fence_signaled', seqno)
    const done = emit('vb2_buf_done')
    if (done >= 0) view.setUint32(done + AT.index, seqno % BUFFERS, true)
    run(camera)
    ioctl(REQUEST.dqbuf, 5, 0)
    run(kwin)
    ioctl(REQUEST.export, 40 + (seqno % BUFFERS), 0, () => {
      call('dma_buf_ioctl', '__x64_sys_ioctl')
      call('dma_resv_get_singleton', 'dma_buf_ioctl')
      call('dma_resv_get_fences', 'dma_resv_get_singleton')
      if (random(2)) call('dma_fence_get_stub', 'dma_buf_ioctl')
      call('sync_file_create', 'dma_buf_ioctl')
    })
    ioctl(REQUEST.deadline, 60, 0)
    run(output)
    ioctl(REQUEST.atomic, 12, random(50) ? 0 : -16)
    run(camera)
    ioctl(REQUEST.qbuf, 5, 0, () => {
      fence('dma_fence_destroy', seqno)
      fence('dma_fence_init', seqno + BUFFERS)
    })
    run(idle)
  }
  while (left > 0) {
    const what = random(10)
    if (what < 4) video()
    else if (what < 7) run(tasks[random(tasks.length)]!)
    else if (what < 9) interrupt()
    else {
      run(idle)
      ts += random(50) ? random(2_000_000) : 150_000_000 + random(1000)
    }
  }
}
