/** Which events a recording needs so that every metric can be measured. */
import { deriveQueries } from './derive.ts'
import { KERNEL_EVENTS } from './kernel-events.ts'
import { type Metric, readMetrics } from './metric.ts'
import { queriesFolder, readQueryFiles, tagWords } from './query-file.ts'

export interface WantedEvent {
  /** `sched:sched_switch` */
  readonly event: string
  /** The metrics that cannot be measured without it; empty if it only helps (names of threads, better matches). */
  readonly metrics: readonly string[]
}

/** Written into the buffer by the programs themselves, or the dearer way to record what others record. */
const LEFT_OUT = ['ftrace:print', 'raw_syscalls:sys_enter', 'raw_syscalls:sys_exit', 'strace']

/** The events of all metrics: what they name in @events, and what the tables that they read are made from. */
export function wantedEvents(): WantedEvent[] {
  const wanted = new Map<string, Set<string>>()
  const want = (event: string, metric?: string) => {
    if (LEFT_OUT.includes(event) || !event.includes(':')) return
    const metrics = wanted.get(event) ?? new Set()
    if (metric !== undefined) metrics.add(metric)
    wanted.set(event, metrics)
  }
  for (const metric of readMetrics()) {
    for (const group of metric.events) {
      const alternatives = group.split('|')
      for (const alternative of alternatives) {
        const isOnly = alternatives.every((a) => a === alternative || LEFT_OUT.includes(a.split('+')[0] as string))
        for (const event of alternative.split('+')) want(event, isOnly ? metric.name : undefined)
      }
    }
    for (const event of eventsOf(metric)) want(event)
  }
  // A call is an entry and a return.
  for (const event of [...wanted.keys()]) {
    const [, side, call] = /^syscalls:sys_(enter|exit)_(.*)$/.exec(event) ?? []
    if (call !== undefined) want(`syscalls:sys_${side === 'enter' ? 'exit' : 'enter'}_${call}`)
  }
  return [...wanted]
    .map(([event, metrics]) => ({ event, metrics: [...metrics].sort() }))
    .sort((a, b) => (a.event < b.event ? -1 : 1))
}

/** The events behind the tables that a metric reads. */
function eventsOf(metric: Metric): string[] {
  const queries = [...deriveQueries(), ...readQueryFiles(`${queriesFolder()}/views`)]
  const seen = new Set<string>()
  const visit = (name: string): string[] => {
    if (seen.has(name)) return []
    seen.add(name)
    const event = KERNEL_EVENTS.find((e) => e.name === name)
    const query = queries.find((q) => q.name === name)
    return [
      ...(event ? [`${event.schema}:${event.name}`] : []),
      ...(query ? tagWords(query, 'needs').flatMap(visit) : []),
    ]
  }
  return metric.needs.flatMap(visit)
}
