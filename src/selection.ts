/** What part of a recording is wanted: times, events, CPUs, threads. Everything else is not looked into. */

/** A point in time: as the recording counts, or from its first event on. Ticks of a clock that is none count as seconds. */
export interface TimePoint {
  readonly ns: bigint
  readonly relative: boolean
  /** Digits behind the point, where it may be a time as `events` prints it: rounded to microseconds, or a whole count. */
  readonly digits?: 6 | 0
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

/** `52.101165` seconds, or `+1.5` seconds after the first event; undefined if it is neither. A u64 has up to 20 digits. */
export function timePoint(text: string): TimePoint | undefined {
  const match = /^(\+?)(\d{1,20})(?:\.(\d{1,9}))?$/.exec(text.trim())
  if (!match) return undefined
  const [, plus, seconds = '0', fraction = ''] = match
  const relative = plus === '+'
  const digits = fraction.length
  const ns = BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'))
  return { ns, relative, ...(!relative && (digits === 6 || digits === 0) ? { digits } : {}) }
}

const SECOND = 1_000_000_000n
/** From here on a time is rounded up to the next microsecond. */
const HALF_MICROSECOND = 500n

/** How a recording counts, and whether `events` prints that as seconds or as it is. */
export interface TimeForm {
  readonly unit: 'ns' | 'ticks'
  readonly inSeconds: boolean
}

/**
 * The first time that belongs to a point, in a recording whose first event is at `first`. What `events` prints for an
 * event is the event's own time: six digits stand for what is rounded to them, and a whole number for itself where times
 * are printed so.
 */
export function resolveTime({ ns, relative, digits }: TimePoint, first: bigint, { unit, inSeconds }: TimeForm): bigint {
  if (!inSeconds) {
    const isCount = unit === 'ticks' || digits === 0
    return (relative ? first : 0n) + (isCount ? ns / SECOND : ns)
  }
  if (relative) return first + ns
  return digits === 6 && ns > 0n ? ns - HALF_MICROSECOND : ns
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
  const text = ({ ns, relative, digits }: TimePoint): string => {
    const fraction = String(ns % SECOND).padStart(9, '0')
    return `${relative ? '+' : ''}${ns / SECOND}${digits === 0 ? '' : `.${fraction.slice(0, digits)}`}`
  }
  return JSON.stringify({ ...(since ? { since: text(since) } : {}), ...(until ? { until: text(until) } : {}), ...rest })
}

/** What a selection, as captures.selection holds it, keeps a report from measuring; undefined if nothing. */
export function selectionLimit(json: string | undefined): string | undefined {
  const { cpus, comms, tids, events } = JSON.parse(json ?? '{}') as Selection
  if (cpus)
    return `only events of CPU ${cpus.join(', ')} were ingested: threads go on on others, no interval is measured`
  const threads = [...(comms ?? []), ...(tids ?? [])]
  if (threads.length > 0)
    return `only events of threads ${threads.join(', ')} were ingested: not what others did, as signalling fences`
  return events ? `only events ${events.join(', ')} were ingested` : undefined
}
