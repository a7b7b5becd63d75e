/** The command line: which commands there are and what they take. What they do is loaded when one is run. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { TraceError } from './errors.ts'
import type { Streams } from './streams.ts'
import { VERSION } from './version.ts'

/** 0 done, 1 could not, 2 wrong usage. */
export async function main(args: readonly string[], streams: Streams): Promise<number> {
  const program = createProgram(streams)
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
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

function createProgram(streams: Streams): Command {
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

  command(
    'ingest <file...>',
    'read recordings into the database, compressed ones (gzip, xz, zstd) as well\n\nA folder stands for the recordings in it, the files FILE.PID of strace -ff (or just FILE) for one recording, - for standard input.',
    'tracealyze ingest before.dat --label before',
    'tracealyze ingest runs/before --label before',
    'strace -f -ttt -T -y -p 1234 2>&1 | tracealyze ingest - --label before',
  )
    .option('-l, --label <name>', 'arm of the comparison (default: the name of the file)')
    .option('-r, --run <n>', 'number of the run (default: the next one of that label)', positive)
    .addOption(db())
    .option('--strict', 'stop at the first problem in the file', false)
    .action(async (files, options) => (await import('./commands/ingest.ts')).ingestCommand(files, options, streams))

  command(
    'compare <before> <after>',
    'compare two labels, captures or files',
    'tracealyze compare before after --format mail',
    'tracealyze compare before.dat after.dat',
  )
    .addOption(new Option('--format <form>', 'form of the report').choices(['text', 'mail', 'json']).default('text'))
    .option('--process <name>', 'process that is measured', 'kwin_wayland')
    .option('--producer <driver>', 'driver whose fences are the treatment', 'videobuf2')
    .option('--full', 'every row, however long it gets', false)
    .addOption(db())
    .action(async (before, after, options) =>
      (await import('./commands/compare.ts')).compareCommand([before, after], options, streams),
    )

  command('report <arm>', 'the same for one label, capture or file', 'tracealyze report after --format mail')
    .addOption(new Option('--format <form>', 'form of the report').choices(['text', 'mail', 'json']).default('text'))
    .option('--process <name>', 'process that is measured', 'kwin_wayland')
    .option('--producer <driver>', 'driver whose fences are the treatment', 'videobuf2')
    .option('--full', 'every row, however long it gets', false)
    .addOption(db())
    .action(async (arm, options) => (await import('./commands/compare.ts')).compareCommand([arm], options, streams))

  command(
    'sql <statement>',
    'run one SQL statement',
    'tracealyze sql "SELECT name, count(*) AS n FROM ioctls GROUP BY name ORDER BY n DESC LIMIT 5"',
  )
    .addOption(new Option('--format <form>', 'form of the rows').choices(['table', 'csv', 'json']).default('table'))
    .option('--write', 'allow the statement to change the database', false)
    .addOption(db())
    .action(async (statement, options) => (await import('./commands/sql.ts')).sqlCommand(statement, options, streams))

  command('info <file|label>', 'what a recording is and holds, without ingesting it', 'tracealyze info trace.dat')
    .addOption(db())
    .action(async (name, options) => (await import('./commands/info.ts')).infoCommand(name, options, streams))

  command('list <what>', 'captures, tables, metrics or formats', 'tracealyze list metrics')
    .addOption(db())
    .action(async (what, options) => (await import('./commands/list.ts')).listCommand(what, options, streams))

  command(
    'explain <metric>',
    'how a metric is measured: its SQL and the first rows behind it',
    'tracealyze explain export_sync_file_latency',
  )
    .option('--process <name>', 'process that is measured', 'kwin_wayland')
    .addOption(db())
    .action(async (metric, options) => (await import('./commands/explain.ts')).explainCommand(metric, options, streams))

  command('derive', 'rebuild the derived tables with the queries of this version', 'tracealyze derive')
    .addOption(db())
    .action(async (options) => (await import('./commands/derive.ts')).deriveCommand(options, streams))

  program.addHelpText(
    'after',
    '\nExample:\n  $ tracealyze ingest before.dat --label before\n  $ tracealyze ingest after.dat --label after\n  $ tracealyze compare before after --format mail',
  )
  return program
}
