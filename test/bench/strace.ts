/**
 * Logs of strace: tracealyze ingest beside what a person would write otherwise, DuckDB's read_csv (one column) and
 * regexp_extract of thread, time, call, result, duration and file descriptor. The lab's logs repeated to MEGABYTES, all
 * ways in turns, into a database file, each in a process of its own; beside them the parser alone, and a scanner that only
 * finds the ends of the lines.
 *
 *     npm run bench:strace [MEGABYTES [TURNS [LOG]]]
 *
 * LOG: `same` (the lines repeat but for their times), `runs` (pointers differ from repetition to repetition, as they do
 * from run to run), `lines` (pointers and other numbers differ from line to line).
 */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { strace } from '../../parsers/strace/index.ts'
import { Lines } from '../../parsers/text/lines.ts'
import { RowWriter } from '../../src/batch.ts'
import { openDatabase } from '../../src/database.ts'
import { openFile } from '../../src/file-input.ts'
import { ingest } from '../../src/ingest.ts'
import type { TableSpec } from '../../src/schema.ts'
import { Strings } from '../../src/strings.ts'
import { EARLY, median } from './processes.ts'

interface Spent {
  readonly seconds: number
  /** User and system time of all threads. */
  readonly cpu: number
}

interface Measured {
  readonly all: Spent
  /** Without the derived tables; ingest only. */
  readonly stored?: Spent | undefined
  readonly megabytes: number
}

const WAYS = {
  scan: async (file: string) => {
    const lines = new Lines(openFile(file, file))
    while (lines.next());
  },
  parse: async (file: string) => {
    const input = openFile(file, file)
    const writers = new Map<TableSpec, RowWriter>()
    const table = (spec: TableSpec) => {
      const writer = writers.get(spec) ?? new RowWriter(spec, () => {})
      writers.set(spec, writer)
      return writer
    }
    const sink = { known: [], strings: new Strings(), table, problem: () => {}, facts: () => {}, skip: () => {} }
    for (const _ of strace.parse(input, sink)) sink.strings.takeFresh()
  },
  ingest: async (file: string, db: string, onStored: () => void) => {
    const database = await openDatabase(db)
    await ingest(database, file, { label: 'x', onProgress: (_, what) => what === 'derive' && onStored() })
    database.close()
  },
  read_csv: async (file: string, db: string) => {
    const instance = await DuckDBInstance.create(db)
    const connection = await instance.connect()
    await connection.run(`CREATE TABLE calls AS SELECT
        regexp_extract(line, '^(\\d+)', 1)::INTEGER AS tid,
        try_cast(regexp_extract(line, '^\\d+ +(\\d+\\.\\d+)', 1) AS DECIMAL(18, 6)) AS ts,
        regexp_extract(line, '(?:\\d |<\\.\\.\\. )([a-z_0-9]+)[( ]', 1) AS name,
        try_cast(regexp_extract(line, '\\) += (-?\\d+)', 1) AS BIGINT) AS ret,
        try_cast(regexp_extract(line, '<(\\d+\\.\\d+)>$', 1) AS DECIMAL(18, 6)) AS dur,
        try_cast(regexp_extract(line, '\\((\\d+)<', 1) AS INTEGER) AS fd,
        line
      FROM read_csv('${file}', columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false,
        auto_detect = false)`)
    connection.closeSync()
    instance.closeSync()
  },
}

type Way = keyof typeof WAYS

type LogKind = 'same' | 'runs' | 'lines'

const [first = '200', second = '', ...rest] = process.argv.slice(2)
if (first in WAYS) await measure(first as Way, second, rest[0] as string)
else compare(Number(first), Number(second || 5), (rest[0] ?? 'same') as LogKind)

/** One way, in this process, without the start of Node. */
async function measure(way: Way, file: string, db: string): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  const spent = (): Spent => {
    const { user, system } = process.cpuUsage(before)
    return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 }
  }
  let stored: Spent | undefined
  await WAYS[way](file, db, () => {
    stored ??= spent()
  })
  const megabytes = process.resourceUsage().maxRSS / 1024
  console.log(JSON.stringify({ all: spent(), stored, megabytes } satisfies Partial<Measured>))
}

/** All ways in turns. */
function compare(size: number, turns: number, kind: LogKind): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-strace-'))
  try {
    const file = join(folder, 'log.strace')
    const lines = writeLog(file, size * 1e6, kind)
    const results: Record<string, Measured[]> = {}
    for (let turn = 0; turn < turns; turn++) {
      for (const way of Object.keys(WAYS)) {
        const db = join(folder, `${way}.duckdb`)
        const output = execFileSync(process.execPath, ['-r', EARLY, process.argv[1] as string, way, file, db], {
          encoding: 'utf8',
        })
        results[way] = [...(results[way] ?? []), JSON.parse(output) as Measured]
        rmSync(db, { force: true })
      }
    }
    console.log(
      `${lines} lines, ${size} MB (${kind}); ${availableParallelism()} CPUs, load ${loadavg()[0]?.toFixed(1)}; medians of ${turns}`,
    )
    for (const [way, all] of Object.entries(results)) {
      const of = (spent: (m: Measured) => Spent) => {
        const seconds = median(all.map((m) => spent(m).seconds))
        const cpu = median(all.map((m) => spent(m).cpu))
        return `${seconds.toFixed(2)} s, ${(lines / seconds / 1e6).toFixed(2)} M lines/s, CPU ${cpu.toFixed(2)} s`
      }
      const stored = way === 'ingest' ? `; without derived tables ${of((m) => m.stored ?? m.all)}` : ''
      console.log(`${way.padEnd(9)} ${of((m) => m.all)}${stored}; ${median(all.map((m) => m.megabytes)).toFixed(0)} MB`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The lab's two longest logs (else the samples) one after the other, with times that go on. */
function writeLog(file: string, bytes: number, kind: LogKind): number {
  const root = resolve(process.cwd())
  const lab = ['before', 'after'].map((arm) => resolve(root, `../shared/lab/${arm}/st-main-normal.strace.txt`))
  const sources = lab.every(existsSync) ? lab : [resolve(root, 'samples/strace/after.strace')]
  const texts = sources.map((path) => readFileSync(path, 'latin1'))
  const fd = openSync(file, 'w')
  let [written, lines] = [0, 0]
  for (let turn = 0; written < bytes; turn++) {
    const moved = (texts[turn % texts.length] as string).replace(
      /^(\d+ +)(\d{10})(\.\d{6})/gm,
      (_, tid: string, seconds: string, rest: string) => `${tid}${Number(seconds) + 40 * turn}${rest}`,
    )
    const text = kind === 'same' ? moved : withOtherNumbers(moved, kind, turn)
    written += writeSync(fd, text, undefined, 'latin1')
    lines += text.split('\n').length - 1
  }
  closeSync(fd)
  return lines
}

/** Other pointers: the same ones moved by a number of this repetition; or each by its own, and other numbers of words. */
function withOtherNumbers(text: string, kind: LogKind, turn: number): string {
  let last = turn + 1
  const next = () => {
    last = (Math.imul(last, 1103515245) + 12345) | 0
    return last >>> 8
  }
  const ofRun = next() * 16
  const pointers = text.replace(/0x([5-7][0-9a-f]{8,11})\b/g, (_, digits: string) => {
    const by = kind === 'runs' ? ofRun : next() * 16
    return `0x${(Number.parseInt(digits, 16) + by).toString(16)}`
  })
  return kind === 'runs'
    ? pointers
    : pointers.replace(/tv_nsec=\d+|_PRIVATE, \d+/g, (s) => s.replace(/\d+/, `${next()}`))
}
