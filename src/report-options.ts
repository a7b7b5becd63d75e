/** The commands compare and report: what they take. */

import { type Command, InvalidArgumentError, type Option } from 'commander'
import { FORMS } from './render/forms.ts'
import { DEFAULTS } from './report.ts'
import type { Streams } from './streams.ts'

const several = (text: string, before: readonly string[] = []): string[] => [...before, text]

/** `METRIC=PERCENT` or `METRIC/GROUP=PERCENT`. */
export interface Gate {
  readonly row: string
  readonly percent: number
}

function gate(text: string, before: readonly Gate[] = []): Gate[] {
  const match = /^(.+)=(\d+(?:\.\d+)?)%?$/.exec(text)
  if (!match) throw new InvalidArgumentError('METRIC=PERCENT is expected, e.g. export_sync_file_latency=5.')
  return [...before, { row: match[1] as string, percent: Number(match[2]) }]
}

function note(text: string, before: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const match = /^([^=\s][^=]*)=(.+)$/s.exec(text)
  if (!match) throw new InvalidArgumentError('KEY=VALUE is expected, e.g. board=PineTab2.')
  return [...before, [match[1] as string, match[2] as string]]
}

function seed(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
    throw new InvalidArgumentError('a whole number from 0 is expected.')
  return value
}

function form(text: string, before: readonly string[] = []): string[] {
  if (!(FORMS as readonly string[]).includes(text)) throw new InvalidArgumentError(`forms: ${FORMS.join(', ')}.`)
  return [...before, text]
}

const options = (command: Command): Command =>
  command
    .option('--format <form>', `form of the report: ${FORMS.join(', ')} (default: text); several times with -o`, form)
    .option('-o, --output <file>', 'file for the form: the first -o is for the first --format, and so on', several)
    .option('--process <name>', 'process that is measured', DEFAULTS.process)
    .option('--producer <driver>', 'driver whose fences are the treatment', DEFAULTS.producer)
    .option(
      '--frames <marker|query>',
      'frame boundary instead of the best one: a marker of frame_marks, or FROM ... WHERE ...',
    )
    .option('--primary <metric>', 'METRIC or METRIC/GROUP named before looking; its p needs no correction')
    .option(
      '--note <key=value>',
      'what recordings cannot tell: board=, panel=, content=, governor=... (repeatable)',
      note,
    )
    .option('--seed <n>', 'seed of the bootstrap', seed, 1)
    .option('--full', 'every row, however long it gets', false)

export const FORM_HELP = `
A form without a file goes to the screen; only one may. --fail-over METRIC=PERCENT ends with exit code 3 when the
second arm's typical value (the median of the runs' medians; of their means for counts and shares) is above the
first's by more than PERCENT %, and the 95 % interval of the difference, if there is one, excludes 0. A value that
was 0 before and is not after is above any percentage. METRIC/GROUP checks one group, METRIC all of them.`

/** Adds the commands. `exitWith` is told the exit code. */
export function reporting(
  command: (spec: string, description: string, ...examples: string[]) => Command,
  db: () => Option,
  streams: Streams,
  exitWith: (code: number) => void,
): void {
  const compared = command(
    'compare <before> <after>',
    `compare two labels, captures, or recordings on the disk: files, folders (runs/before), sets of strace -ff (runs/FILE)\n${FORM_HELP}`,
    'tracealyze compare before after --format mail',
    'tracealyze compare before.dat after.dat --format html -o report.html --format csv -o report.csv',
    'tracealyze compare runs/before/ runs/after/',
    'tracealyze compare before after --fail-over export_sync_file_latency=10',
  )
  options(compared)
    .option('--fail-over <metric=percent>', 'exit code 3 when the metric rose by more (repeatable)', gate)
    .addOption(db())
    .action(async (before, after, given, self) =>
      exitWith(await (await import('./commands/compare.ts')).compareCommand([before, after], given, streams, self)),
    )
  const reported = command(
    'report <arm>',
    'the same for one label, capture, file or folder',
    'tracealyze report after --format mail',
    'tracealyze report before --format benchstat -o before.txt',
  )
  options(reported)
    .addOption(db())
    .action(async (arm, given, self) =>
      exitWith(await (await import('./commands/compare.ts')).compareCommand([arm], given, streams, self)),
    )
}
