/** The part of the command line for questions of one's own: sql, export, record. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Streams } from './streams.ts'

type MakeCommand = (spec: string, description: string, ...examples: string[]) => Command

const RESULT_FORMS = ['table', 'line', 'csv', 'json', 'ndjson', 'markdown', 'arrow', 'parquet']
const EXPORT_FORMS = ['parquet', 'arrow', 'csv', 'json', 'ndjson', 'perfetto']

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a number from 1 is expected.')
  return value
}

export function exploring(command: MakeCommand, db: () => Option, streams: Streams): void {
  command(
    'sql [words...]',
    'ask in SQL: one statement, a script, or a prompt\n\nWithout a statement it is a prompt on a terminal, and else a script from standard input. Recordings before the statement are read into a database in memory.',
    'tracealyze sql "SELECT name, count(*) AS n FROM ioctls GROUP BY name ORDER BY n DESC LIMIT 5"',
    'tracealyze sql trace.dat "FROM flips LIMIT 5"',
    'tracealyze sql --format parquet -o calls.parquet "FROM calls"',
    'tracealyze sql',
  )
    .usage('[options] [recording...] ["statement"]')
    .addOption(new Option('--format <form>', 'form of the rows').choices(RESULT_FORMS).default('table'))
    .option('-f, --file <script>', 'run the statements in a file')
    .option('-o, --output <file>', 'write the rows into a file')
    .option('--process <name>', 'process that the metrics and members measure (default: kwin_wayland)')
    .option('--write', 'allow the statements to change the database', false)
    .addOption(db())
    .action(async (words, options) => (await import('./commands/sql.ts')).sqlCommand(words, options, streams))

  command(
    'export <what>',
    'take out a table, a view or a query; everything; or a recording for Perfetto\n\nWHAT is a table or view (list tables), a SELECT, or all. With --format perfetto it is a label, a capture or a file.',
    'tracealyze export frames -o frames.parquet',
    'tracealyze export all -o lake            (Parquet by label and capture; lake/open.sql opens it)',
    'tracealyze export before --format perfetto -o before.json',
  )
    .requiredOption('-o, --output <path>', 'file to write; a folder for all and --partition; - is standard output')
    .addOption(
      new Option('--format <form>', 'form of the file (default: by the name of the file, else parquet)').choices(
        EXPORT_FORMS,
      ),
    )
    .option('--partition', 'a folder label=LABEL/capture=N/ for each recording', false)
    .option('--location <prefix>', 'all: where the folder will be read from, e.g. s3://bucket/lake')
    .option('--process <name>', 'process that metrics measure (default: kwin_wayland)')
    .addOption(db())
    .action(async (what, options) => (await import('./commands/export.ts')).exportCommand(what, options, streams))

  command(
    'record',
    'print the shell script that records what the metrics need\n\nThe script changes nothing but the files it writes; read it, then run it as root.',
    'tracealyze record --label before --runs 5 > record.sh && sudo sh record.sh',
    'tracealyze record --label before --label after --process weston > record.sh',
    'tracealyze record --check before.1.dat',
  )
    .addOption(
      new Option('-l, --label <name>', 'arm; with several, their runs alternate (default: before)').argParser(
        (text: string, all: string[] = []) => [...all, text],
      ),
    )
    .option('--runs <n>', 'runs of each arm', positive, 5)
    .option('--seconds <n>', 'length of a run', positive, 30)
    .option('--buffer <kb>', 'ring buffer of each CPU in KiB', positive, 16384)
    .option('--process <name>', 'process that is measured', 'kwin_wayland')
    .option('--check <file>', 'say which metrics a recording can answer instead')
    .action(async (options) => (await import('./commands/record.ts')).recordCommand(options, streams))
}
