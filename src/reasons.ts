/** Why a metric has no observation in an arm: not recorded, recorded and none, or lost. */
import type { Metric } from './metric.ts'
import type { Arm, Nothing } from './report.ts'

/** Events that a metric needs and a set of recorded events lacks; empty if it can be measured. */
export function missingEvents(metric: Metric, recorded: ReadonlySet<string>): string[] {
  return metric.events.filter(
    (alternatives) => !alternatives.split('|').some((all) => all.split('+').every((event) => recorded.has(event))),
  )
}

/** What records the missing events: one alternative of each group, and strace where it would do. */
function howToRecord(missing: readonly string[]): string {
  const events = [...new Set(missing.flatMap((group) => (group.split('|')[0] as string).split('+')))]
  const kernel = events.filter((event) => event !== 'strace').map((event) => `-e ${event}`)
  const strace = missing.every((group) => group.split('|').includes('strace')) ? STRACE : undefined
  return [kernel.length > 0 ? `trace-cmd record ${kernel.join(' ')}` : undefined, strace]
    .filter((text) => text !== undefined)
    .join(', or ')
}

/** -y names the file descriptors: without it no sync_file can be followed. */
const STRACE = 'strace -f -ttt -T -y'

/** Explains an empty result from what the recordings hold. */
export function whyNothing(metric: Metric, arm: Arm, group: string | undefined): Nothing {
  const recorded = new Set(arm.captures.flatMap((c) => c.recorded))
  const frames = arm.captures.reduce((sum, c) => sum + (c.sync.frames ?? 0), 0)
  const of = metric.value.unit === 'count' ? frames : undefined
  const missing = missingEvents(metric, recorded)
  const systems = new Set([...recorded].map((event) => event.split(':')[0]))
  for (const group of missing) {
    const wanted = group.replaceAll('+', ' and ').split('|')
    const system = group.split(':')[0] as string
    // Another event of the same system was recorded, so this one was most likely enabled and did not happen.
    if (systems.has(system) && system === 'dma_fence') {
      return { n: 0, of, reason: `no ${wanted[0]} among the ${system} events recorded`, measurable: true }
    }
    return { n: 0, of, reason: `not recorded: record with ${howToRecord(missing)}`, measurable: false }
  }
  const unknown = outputReason(metric, arm, group)
  if (unknown !== undefined) return { n: 0, of, reason: unknown, measurable: false }
  return { n: 0, of, reason: dataReason(metric, arm, group), measurable: true }
}

/** Why several outputs leave nothing to measure, or nothing under this name. */
function outputReason(metric: Metric, arm: Arm, group: string | undefined): string | undefined {
  const several = arm.captures.some((c) => c.outputs.length > 1)
  if (metric.name === 'fence_commit_lag' && arm.captures.some((c) => c.unmatchedWaits > 0)) {
    return 'several outputs are active, and no event tells which of them shows a buffer'
  }
  if (metric.by[0]?.column !== 'output' || arm.captures.every((c) => c.outputs.length === 0)) return undefined
  if (group === undefined) return several ? 'several outputs, each told apart' : undefined
  return several ? `no flip of ${group} in the recording` : 'one output, told without its name'
}

/** The reason found in the data of the process. */
function dataReason(metric: Metric, arm: Arm, group: string | undefined): string {
  const total = (key: string) => arm.captures.reduce((sum, c) => sum + (c.sync[key] ?? 0), 0)
  if (metric.area === 'frames' && total('frames') === 0) return 'no frame boundary in the recording'
  if (metric.needs.includes('members') && total('ioctls') === 0 && total('polls') === 0) {
    return 'the process made no ioctl and no check in the recording (is --process right?)'
  }
  const aboutTransaction = group === undefined ? metric.area === 'sync' : group.includes('transaction')
  if (!aboutTransaction) return 'none happened'
  if (total('polls') === 0 && total('explicit') > 0) {
    return `explicit synchronisation: ${total('explicit')} SYNCOBJ calls, no dmabuf poll`
  }
  if (total('polls') === 0) return 'no zero-timeout poll of a dmabuf was seen'
  const lateOrOpen = total('late') + total('stuck')
  if (total('busy') > 0 && lateOrOpen === 0 && arm.captures.every((c) => c.format.startsWith('strace'))) {
    return `${total('busy')} busy checks, and no sync_file is named in the log: record with ${STRACE}`
  }
  if (total('busy') === 0) return `every one of ${total('polls')} polls said readable`
  return 'none happened'
}
