/** What part of a recording is wanted: times, events, CPUs, threads. Everything else is not looked into. */

/** A point in time: as the recording counts, or from its first event on. Ticks of a clock that is none count as seconds. */
export interface TimePoint {
  readonly ns: bigint
  readonly relative: boolean
}

/** Which events to keep; what is left out of it does not limit them. */
export interface Selection {
  /** From this time on. */
  readonly since?: TimePoint
  /** Before this time. */
  readonly until?: TimePoint
  /** `sched:sched_switch`, `sched:*`, `sched_switch`, or the name of a system; `*` and `?` stand for any text and character. */
  readonly events?: readonly string[]
  readonly cpus?: readonly number[]
  readonly tids?: readonly number[]
  /** Names of threads, with `*` and `?`. */
  readonly comms?: readonly string[]
}

export type SelectionKey = keyof Selection

/** `52.101165` seconds, or `+1.5` seconds after the first event; undefined if it is neither. */
export function timePoint(text: string): TimePoint | undefined {
  const match = /^(\+?)(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text.trim())
  if (!match) return undefined
  const [, plus, seconds = '0', fraction = ''] = match
  return { ns: BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')), relative: plus === '+' }
}

/** The time of a point in a recording whose first event is at `first`. */
export function resolveTime({ ns, relative }: TimePoint, first: bigint, unit: 'ns' | 'ticks'): bigint {
  const value = unit === 'ticks' ? ns / 1_000_000_000n : ns
  return relative ? first + value : value
}

/** Whether a text is one of these patterns. */
export function matcher(patterns: readonly string[]): (text: string) => boolean {
  const sources = patterns.map((pattern) =>
    pattern.replace(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c}`)),
  )
  const expression = new RegExp(`^(?:${sources.join('|')})$`, 's')
  return (text) => expression.test(text)
}

/** Whether an event is wanted. */
export function eventMatcher(patterns: readonly string[]): (system: string, event: string) => boolean {
  const full = matcher(patterns.filter((p) => p.includes(':')))
  const short = matcher(patterns.filter((p) => !p.includes(':')))
  return (system, event) => full(`${system}:${event}`) || short(event) || short(system)
}

/** What limits the events, if anything does. */
export const selectionKeys = (selection: Selection): SelectionKey[] =>
  (Object.keys(selection) as SelectionKey[]).filter((key) => selection[key] !== undefined)

/** The selection as captures.selection holds it: `{"since": "+1.500000000", "cpus": [0]}`; undefined for everything. */
export function selectionJson(selection: Selection | undefined): string | undefined {
  if (!selection || selectionKeys(selection).length === 0) return undefined
  const { since, until, ...rest } = selection
  const text = ({ ns, relative }: TimePoint): string =>
    `${relative ? '+' : ''}${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`
  return JSON.stringify({ ...(since ? { since: text(since) } : {}), ...(until ? { until: text(until) } : {}), ...rest })
}
