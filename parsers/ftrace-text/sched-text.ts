/**
 * sched_switch and the wake-ups as trace-cmd's plugin prints them (libtraceevent, plugins/plugin_sched_switch.c):
 * `kwin:123 [120] S ==> swapper/1:0 [120]`, `kwin:123 [120] success=1 CPU:001`.
 */
import { CLOSE_BRACKET, COLON, DASH, digitsEnd, indexOf, OPEN_BRACKET, SPACE, startsWith } from '../text/bytes.ts'
import type { EventTable } from './event-table.ts'
import { readPairs } from './pairs.ts'

/** Values of prev_state by letter (include/trace/events/sched.h, TASK_REPORT_MAX, since Linux 4.14). */
export const TASK_STATES: Readonly<Record<string, number>> = {
  R: 0,
  S: 0x1,
  D: 0x2,
  T: 0x4,
  t: 0x8,
  X: 0x10,
  Z: 0x20,
  P: 0x40,
  I: 0x80,
  'R+': 0x100,
}

/**
 * Letters that mean the same in every version of the plugin. Up to libtraceevent 1.7 they are `SDTtZXxW` for 0x01 to 0x80,
 * so Z and X are the other way round; since 1.8 they are the kernel's, which before Linux 4.14 had others from 0x10 on.
 */
const PLUGIN_LETTERS = new Set(Buffer.from('SDTtI|'))

/** Where the parts of `comm:pid [prio]` are. */
const task = { commEnd: 0, pidStart: 0, pidEnd: 0, prioStart: 0, prioEnd: 0, end: 0 }

function findTask(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i] !== COLON) continue
    const pidEnd = digitsEnd(bytes, i + 1, end)
    if (pidEnd === i + 1 || bytes[pidEnd] !== SPACE || bytes[pidEnd + 1] !== OPEN_BRACKET) continue
    const prioStart = pidEnd + 2
    const prioEnd = digitsEnd(bytes, bytes[prioStart] === DASH ? prioStart + 1 : prioStart, end)
    if (bytes[prioEnd] !== CLOSE_BRACKET) continue
    task.commEnd = i
    task.pidStart = i + 1
    task.pidEnd = pidEnd
    task.prioStart = prioStart
    task.prioEnd = prioEnd
    task.end = prioEnd + 1
    return true
  }
  return false
}

function setTask(event: EventTable, field: number, bytes: Uint8Array, start: number, row: number): void {
  event.set(field, bytes, start, task.commEnd, row)
  event.set(field + 1, bytes, task.pidStart, task.pidEnd, row)
  event.set(field + 2, bytes, task.prioStart, task.prioEnd, row)
}

/** Fields: prev_comm, prev_pid, prev_prio, prev_state, next_comm, next_pid, next_prio. */
export function readSwitch(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, 'prev_comm=')) {
    readPairs(event, bytes, start, end, row)
    return
  }
  if (!findTask(bytes, start, end)) return
  setTask(event, 0, bytes, start, row)
  const idle = task.pidEnd - task.pidStart === 1 && bytes[task.pidStart] === 0x30
  const state = task.end + 1
  const arrow = indexOf(bytes, state, end, ' ==> ')
  if (arrow < 0) return
  // The plugin prints R for 0 and for R+ (256, preempted); the idle task is never preempted.
  const isRunning = arrow === state + 1 && bytes[state] === 0x52
  let isKnown = !isRunning || idle
  if (!isRunning) for (let i = state; i < arrow; i++) isKnown &&= PLUGIN_LETTERS.has(bytes[i] as number)
  if (isKnown) event.set(3, bytes, state, arrow, row)
  const next = arrow + 5
  if (findTask(bytes, next, end)) setTask(event, 4, bytes, next, row)
}

/** Fields: comm, pid, prio, target_cpu, success. */
export function readWakeup(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, 'comm=')) {
    readPairs(event, bytes, start, end, row)
    return
  }
  if (!findTask(bytes, start, end)) return
  setTask(event, 0, bytes, start, row)
  const cpu = indexOf(bytes, task.end, end, 'CPU:')
  if (cpu >= 0) event.set(3, bytes, cpu + 4, digitsEnd(bytes, cpu + 4, end), row)
  const success = indexOf(bytes, task.end, end, 'success=')
  if (success >= 0) event.set(4, bytes, success + 8, digitsEnd(bytes, success + 8, end), row)
}
