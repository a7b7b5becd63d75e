/** `npm run bench`: how fast recordings are read, beside trace-cmd. README.md here says how to read the numbers. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/query-file.ts'
import { writeLargeTrace } from '../build/large.ts'
import { EARLY, median, output, seconds } from './processes.ts'
import { repeatRecording } from './repeat.ts'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    /** Also 25 million events. */
    large: { type: 'boolean', default: false },
    /** Also 50 million events: 2 GB of recording. */
    huge: { type: 'boolean', default: false },
  },
})
const runs = Number(options.runs)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const CHILD = here('./ingest-child.js')
const CLI = join(packageFolder(), 'src/bin.cjs')
const cache = join(tmpdir(), 'tracealyze-bench')
const work = mkdtempSync(join(tmpdir(), 'tracealyze-bench-'))

/** A recording that is made once and kept in the temporary folder. */
function kept(name: string, write: (path: string) => void): string {
  const path = join(cache, name)
  if (existsSync(path)) return path
  mkdirSync(cache, { recursive: true })
  write(`${path}.part`)
  renameSync(`${path}.part`, path)
  return path
}

const madeUp = (events: number): string => kept(`${events}.dat`, (path) => writeLargeTrace(path, { events }))

/** KWin on the patched kernel, 8720 events: samples/README.md. */
const SAMPLE = { path: join(packageFolder(), 'samples/trace-dat/after.dat'), events: 8720 }
const repeated = (events: number): string =>
  kept(`real-${events}.dat`, (path) => repeatRecording(SAMPLE.path, path, events, SAMPLE.events))

interface Run {
  readonly wall: number
  readonly events: number
  readonly derive: number
  readonly cpu: number
  readonly rss: number
  readonly bytes: number
  readonly reference: number
}

function ingestOnce(file: string, db: string): Run {
  for (const path of [db, `${db}.wal`]) rmSync(path, { force: true })
  const { seconds: wall, text } = output(process.execPath, ['-r', EARLY, CHILD, file, db])
  const { events, derive, cpu, rss } = JSON.parse(text) as Record<'events' | 'derive' | 'cpu' | 'rss', number>
  return { wall, events, derive, cpu, rss, bytes: statSync(db).size, reference: seconds('trace-cmd', ['report', file]) }
}

const row = (cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(11))).join(''))

function benchIngest(name: string, file: string): void {
  const all = Array.from({ length: runs }, () => ingestOnce(file, join(work, 'bench.duckdb')))
  const of = (value: (run: Run) => number) => median(all.map(value))
  const ingest = of((r) => r.wall - r.derive)
  const events = of((r) => r.events)
  row([
    name,
    `${of((r) => r.reference).toFixed(2)} s`,
    `${ingest.toFixed(2)} s`,
    `${of((r) => r.reference / (r.wall - r.derive)).toFixed(2)}x`,
    `${(events / ingest / 1e6).toFixed(2)} M/s`,
    `${of((r) => r.derive).toFixed(2)} s`,
    `${of((r) => r.cpu).toFixed(2)} s`,
    `${Math.round(of((r) => r.rss) / 1e6)} MB`,
    (of((r) => r.bytes) / events).toFixed(2),
  ])
}

/** Alternates two programs. */
function beside(name: string, ours: () => number, theirs: () => number, times: number): void {
  const pairs = Array.from({ length: times }, () => [ours(), theirs()] as const)
  const [a, b] = [median(pairs.map(([x]) => x)), median(pairs.map(([, x]) => x))]
  console.log(
    `${name}: ${a.toFixed(3)} s against ${b.toFixed(3)} s: ${median(pairs.map(([x, y]) => x / y)).toFixed(2)}x`,
  )
}

try {
  row(['events', 'trace-cmd', 'ingest', 'faster', 'events/s', 'derive', 'CPU, all', 'peak RSS', 'bytes/event'])
  for (const events of [1e6, 5e6, ...(options.large ? [25e6] : []), ...(options.huge ? [50e6] : [])])
    benchIngest(`${events / 1e6} M`, madeUp(events))
  benchIngest('5 M, real', repeated(5e6))
  if (options.large) benchIngest('25 M, real', repeated(25e6))
  const small = madeUp(100_000)
  beside(
    '\n100,000 events, file to printed report, against trace-cmd report',
    () => seconds(process.execPath, [CLI, 'report', small, '--format', 'mail']),
    () => seconds('trace-cmd', ['report', small]),
    runs,
  )
  beside(
    'tracealyze --help against node -e 0',
    () => seconds(process.execPath, [CLI, '--help']),
    () => seconds(process.execPath, ['-e', '0']),
    3 * runs,
  )
} finally {
  rmSync(work, { recursive: true, force: true })
}
