/** The command line: which commands there are and what they take. What they do is loaded when one is run. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { exploring } from './cli-explore.ts'
import { TraceError } from './errors.ts'
import { reporting } from './report-options.ts'
import { type Selection, type TimePoint, timePoint } from './selection.ts'
import type { Streams } from './streams.ts'
import { VERSION } from './version.ts'

/** 0 done, 1 could not, 2 wrong usage, 3 `compare --fail-over` found a regression. */
export async function main(args: readonly string[], streams: Streams): Promise<number> {
  let exitCode = 0
  const program = createProgram(streams, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof TraceError) {
      const { printable } = await import('./format.ts')
      streams.err.write(`tracealyze: ${error.line.trimEnd().split('\n').map(printable).join('\n')}\n`)
      if (error.hint) streams.err.write(`hint: ${printable(error.hint)}\n`)
      return 1
    }
    const { stack, message } = error as Error
    streams.err.write(`tracealyze: this is a defect of tracealyze: ${process.env.DEBUG ? stack : message}\n`)
    streams.err.write('hint: run it again with DEBUG=1 and report what it prints\n')
    return 1
  }
}

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a number from 1 is expected.')
  return value
}

const time = (text: string): TimePoint => {
  const point = timePoint(text)
  if (!point) throw new InvalidArgumentError('a time as events prints it (52.1) or after the first event (+1.5).')
  return point
}

/** An option that may be given several times, or once with commas. */
const list = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(',')]

const numbers = (text: string, before: readonly number[] = []): number[] => {
  const added = text.split(',').map(Number)
  if (!added.every(Number.isInteger)) throw new InvalidArgumentError('whole numbers are expected.')
  return [...before, ...added]
}

interface SelectionOptions {
  since?: TimePoint
  until?: TimePoint
  event?: string[]
  comm?: string[]
  tid?: number[]
  cpu?: number[]
}

const selectionOf = ({ since, until, event, comm, tid, cpu }: SelectionOptions): Selection => ({
  ...(since ? { since } : {}),
  ...(until ? { until } : {}),
  ...(event ? { events: event } : {}),
  ...(cpu ? { cpus: cpu } : {}),
  ...(tid ? { tids: tid } : {}),
  ...(comm ? { comms: comm } : {}),
})

const selecting = (command: Command): Command =>
  command
    .option(
      '--since <time>',
      'from this time on: as events prints it (with six digits it is the rounded time), or +S seconds after the first event',
      time,
    )
    .option('--until <time>', 'before this time', time)
    .option('--event <names>', "events: 'sched:*', sched_switch, or a system; with commas or several times", list)
    .option('--comm <names>', 'threads of these names (as known before the event); * and ? stand for other text', list)
    .option('--tid <ids>', 'threads of these ids', numbers)
    .option('--cpu <numbers>', 'CPUs of these numbers (below 0: those that a cut file does not tell)', numbers)

function createProgram(streams: Streams, exitWith: (code: number) => void): Command {
  const program = new Command('tracealyze')
    .description(
      'What did this change do to the way these programs talk to the kernel?\nReads traces (trace.dat, strace) into DuckDB and compares before with after.',
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.out.write(text), writeErr: (text) => streams.err.write(text) })
    .showHelpAfterError('(--help shows what is possible)')
  const command = (spec: string, description: string, ...examples: string[]): Command =>
    program
      .command(spec)
      .description(description)
      .addHelpText(
        'after',
        `\nExample${examples.length > 1 ? 's' : ''}:\n${examples.map((e) => `  $ ${e}`).join('\n')}`,
      )
  const db = () => new Option('--db <file>', 'database file').default('tracealyze.duckdb')

  const ingest = command(
    'ingest <file...>',
    'read recordings into the database, compressed ones (gzip, xz, zstd) as well\n\nA folder stands for the recordings in it, the files FILE.PID of strace -ff (or just FILE) for one recording, - for standard input.',
    'tracealyze ingest before.dat --label before',
    'tracealyze ingest runs/before --label before',
    'tracealyze ingest trace.dat strace.log --align',
    'strace -f -ttt -T -y -p 1234 2>&1 | tracealyze ingest - --label before',
  )
    .option('-l, --label <name>', 'arm of the comparison (default: the name of the file)')
    .option('-r, --run <n>', 'number of the run (default: the next one of that label)', positive)
    .addOption(db())
    .option('--strict', 'stop at the first problem in the file', false)
    .option('--align', 'put them on the clock of the first one, by the system calls that both saw (see align)', false)
  selecting(ingest).action(async (files, options) =>
    (await import('./commands/ingest.ts')).ingestCommand(
      files,
      { ...options, selection: selectionOf(options) },
      streams,
    ),
  )

  reporting(command, db, streams, exitWith)
  exploring(command, db, streams)

  const events = command(
    'events <file>',
    'print the events of a trace.dat in order of time, like trace-cmd report',
    'tracealyze events trace.dat --event dma_fence --since +1 --until +1.5 -t',
    "tracealyze events trace.dat --comm 'kwin*' --limit 20",
  ).option('-t, --nanoseconds', 'times in whole nanoseconds', false)
  selecting(events)
    .option('--limit <n>', 'stop after so many events', positive)
    .action(async (file, options) =>
      (await import('./commands/events.ts')).eventsCommand(
        file,
        { ...options, selection: selectionOf(options) },
        streams,
      ),
    )

  command('info <recording>', 'what a recording is and holds, without ingesting it', 'tracealyze info trace.dat')
    .addOption(db())
    .action(async (name, options) => (await import('./commands/info.ts')).infoCommand(name, options, streams))

  command('list <what>', 'captures, tables, metrics, macros or formats', 'tracealyze list metrics')
    .addOption(db())
    .action(async (what, options) => (await import('./commands/list.ts')).listCommand(what, options, streams))

  command(
    'explain <metric>',
    'how a metric is measured: its SQL, and the events behind its smallest, median and largest value',
    'tracealyze explain export_sync_file_latency --label after',
  )
    .option('--process <name>', 'process that is measured', 'kwin_wayland')
    .option('-l, --label <name>', 'only recordings with this label')
    .addOption(db())
    .action(async (metric, options) => (await import('./commands/explain.ts')).explainCommand(metric, options, streams))

  command(
    'align <recording> <other>',
    'put two recordings that ran at once (strace beside trace-cmd) on one clock, by the system calls that both saw',
    'tracealyze align 1 2',
  )
    .addOption(db())
    .action(async (recording, other, options) =>
      (await import('./commands/align.ts')).alignCommand([recording, other], options, streams),
    )

  command('derive', 'rebuild the derived tables with the queries of this version', 'tracealyze derive')
    .addOption(db())
    .action(async (options) => (await import('./commands/derive.ts')).deriveCommand(options, streams))

  program.addHelpText(
    'after',
    '\nExample:\n  $ tracealyze ingest before.dat --label before\n  $ tracealyze ingest after.dat --label after\n  $ tracealyze compare before after --format mail',
  )
  return program
}
