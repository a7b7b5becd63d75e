/** `npm run bench`: how fast recordings are read, beside trace-cmd. README.md here says how to read the numbers. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeLargeTrace } from '../build/large.ts'
import { median, output, seconds } from './processes.ts'

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
const CLI = here('../../src/bin.js')
const cache = join(tmpdir(), 'tracealyze-bench')
const work = mkdtempSync(join(tmpdir(), 'tracealyze-bench-'))

/** The recording of so many events; made once and kept in the temporary folder. */
function recording(events: number): string {
  const path = join(cache, `${events}.dat`)
  if (existsSync(path)) return path
  mkdirSync(cache, { recursive: true })
  writeLargeTrace(`${path}.part`, { events })
  renameSync(`${path}.part`, path)
  return path
}

interface Run {
  readonly wall: number
  readonly derive: number
  readonly cpu: number
  readonly rss: number
  readonly bytes: number
  readonly reference: number
}

function ingestOnce(file: string, db: string): Run {
  for (const path of [db, `${db}.wal`]) rmSync(path, { force: true })
  const { seconds: wall, text } = output(process.execPath, [CHILD, file, db])
  const { derive, cpu, rss } = JSON.parse(text) as Record<'derive' | 'cpu' | 'rss', number>
  return { wall, derive, cpu, rss, bytes: statSync(db).size, reference: seconds('trace-cmd', ['report', file]) }
}

const row = (cells: readonly (string | number)[]): void =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(11))).join(''))

function benchIngest(events: number): void {
  const file = recording(events)
  const all = Array.from({ length: runs }, () => ingestOnce(file, join(work, 'bench.duckdb')))
  const of = (value: (run: Run) => number) => median(all.map(value))
  const ingest = of((r) => r.wall - r.derive)
  row([
    `${events / 1e6} M`,
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
    benchIngest(events)
  const small = recording(100_000)
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
