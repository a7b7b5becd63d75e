/** What a log tells of how it was recorded. */
import type { CaptureFacts } from '../../src/parser.ts'
import { CLOCK_NAMES } from './clock.ts'
import type { Log } from './log.ts'

/** The options of strace that make lines look like the ones that were read. */
export function factsOf(log: Log): Partial<CaptureFacts> {
  const { summary } = log
  const { clock, threads } = log.leader
  const { first: tid, until } = threads.lone
  const { calls } = log.lines
  const lines = calls.total > 0 || log.events.total > 0
  const { stamp, digits } = clock
  return {
    format: ['strace', ...(lines ? lineOptions(log) : []), ...(summary.total > 0 ? [lines ? '-C' : '-c'] : [])].join(
      ' ',
    ),
    clock: CLOCK_NAMES[stamp],
    clockUnit: 'ns',
    ...(stamp === 'none' ? {} : { resolution: stepOf(digits) }),
    recorder: 'strace',
    ...(tid < 0 ? {} : { firstThread: { tid, until } }),
    more: {
      durationResolution: calls.durationDigits < 0 ? undefined : stepOf(calls.durationDigits),
      summaries: summary.section === 0 ? undefined : summary.section,
    },
  }
}

/** The step in ns of a number of seconds with so many digits after the point. */
const stepOf = (digits: number): number => 10 ** (9 - Math.min(digits, 9))

function lineOptions(log: Log): string[] {
  const { counts } = log
  const { clock, prefix } = log.leader
  const { calls } = log.lines
  const { seen } = prefix
  const { stamp, digits } = clock
  const options: [string, boolean][] = [
    ['-f', seen.bracketPid || seen.barePid],
    ['-Y', seen.comm],
    ['--secontext', seen.context],
    ['-ttt', stamp === 'unix'],
    ['-tt', stamp === 'time of day' && digits > 0],
    ['-t', stamp === 'time of day' && digits === 0],
    ['-r', stamp === 'relative' || seen.delta],
    ['-n', seen.number],
    ['-i', seen.pointer],
    ['-T', calls.durationDigits >= 0],
    ['-yy', calls.paths.detailed],
    ['-y', calls.paths.seen && !calls.paths.detailed],
    ['-k', counts.stacks > 0],
  ]
  return options.filter(([, used]) => used).map(([option]) => option)
}
