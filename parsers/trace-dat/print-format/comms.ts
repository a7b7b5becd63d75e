/** Names of threads: those that the recorder saved, then those that scheduler events tell. */
import type { EventTexts } from './event-texts.ts'
import type { RecordBytes } from './scope.ts'

/** Thread names as saved by the recorder: `PID COMM` per line. */
export function commsOf(cmdlines: string): Map<number, string> {
  const comms = new Map([[0, '<idle>']])
  for (const [, pid, comm] of cmdlines.matchAll(/^\s*(\d+) (.*)$/gm)) {
    if (pid !== '0') comms.set(Number(pid), comm as string)
  }
  return comms
}

/** Which fields of an event name a thread. */
const NAMING: Record<string, readonly [comm: string, pid: string][]> = {
  sched_switch: [
    ['prev_comm', 'prev_pid'],
    ['next_comm', 'next_pid'],
  ],
  sched_wakeup: [['comm', 'pid']],
  sched_wakeup_new: [['comm', 'pid']],
}

/**
 * Keeps the names that a record tells of threads that have none yet. Source: libtraceevent
 * plugins/plugin_sched_switch.c, write_and_save_comm().
 */
export function learnComms(texts: EventTexts, record: RecordBytes, comms: Map<number, string>): void {
  const format = texts.eventOf(record)?.format
  if (format?.system !== 'sched' || !Object.hasOwn(NAMING, format.name)) return
  for (const [comm, pid] of NAMING[format.name] as [string, string][]) {
    const number = texts.numberIn(record, pid)
    if (!comms.has(number)) comms.set(number, texts.textIn(record, comm))
  }
}
