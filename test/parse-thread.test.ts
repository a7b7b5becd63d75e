/** Recordings from 16 MB are parsed in a thread of their own, which runs compiled files only: the same must come of it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type InputOptions, type OutputOptions, rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { traceDat } from '../parsers/trace-dat/index.ts'
import build from '../rolldown.config.ts'
import { prepareDatabase } from '../src/bootstrap.ts'
import { openDatabase, type Row } from '../src/database.ts'
import { ingest } from '../src/ingest.ts'
import { KERNEL_EVENTS } from '../src/kernel-events.ts'
import { writeLargeTrace } from './build/large.ts'

const ROOT = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'tracealyze-thread-'))
/** Inside the package: the program finds its queries by that. */
const compiled = join(ROOT, 'dist', `test-${process.pid}`)

beforeAll(async () => {
  const own = Object.fromEntries(
    ['input', 'parse-beside', 'database', 'ingest'].map((entry) => [`src/${entry}`, `src/${entry}.ts`]),
  )
  const { input, output, ...options } = build as InputOptions & { output: OutputOptions }
  const bundle = await rolldown({ ...options, cwd: ROOT, input: { ...(input as Record<string, string>), ...own } })
  await bundle.write({ ...output, dir: compiled })
}, 120_000)
afterAll(() => {
  for (const path of [folder, compiled]) rmSync(path, { recursive: true, force: true })
})

/** Ingests with the compiled program: it has the thread. */
function ingestCompiled(file: string, db: string): void {
  execFileSync(process.execPath, [join(compiled, 'src/program.js'), 'ingest', file, '--label', 'a', '--db', db], {
    stdio: 'ignore',
  })
}

const load = (path: string) => import(pathToFileURL(join(compiled, path)).href)

/** Whether the compiled program parses this file in a thread. */
async function hasThread(file: string): Promise<boolean> {
  const { openInput } = (await load('src/input.js')) as typeof import('../src/input.ts')
  const { ParseThread } = (await load('src/parse-beside.js')) as typeof import('../src/parse-beside.ts')
  const input = await openInput(file)
  const thread = ParseThread.for(input, traceDat)
  await thread?.close()
  input.close()
  return thread !== undefined
}

/** What each stored table holds, and what is said of the capture. */
async function contents(path: string): Promise<Row[]> {
  const database = await openDatabase(path, { readOnly: true })
  try {
    const tables = await database.rows(
      "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'store' ORDER BY 1",
    )
    const rows: Row[] = []
    for (const { name } of tables) {
      const [row] = await database.rows(`SELECT count(*) AS n, bit_xor(hash(t)) AS hash FROM store."${name}" AS t`)
      rows.push({ name, ...row } as Row)
    }
    return [...rows, ...(await database.rows('FROM captures')), ...(await database.rows('FROM problems ORDER BY ALL'))]
  } finally {
    database.close()
  }
}

test.each([
  ['whole', undefined],
  ['cut off', 18_000_000],
])(
  'a large recording, %s',
  async (_, bytes) => {
    const file = join(folder, 'large.dat')
    writeLargeTrace(file, { events: 450_000 })
    if (bytes !== undefined) truncateSync(file, bytes)
    const [beside, here] = [join(folder, `beside-${bytes}.duckdb`), join(folder, `here-${bytes}.duckdb`)]
    ingestCompiled(file, beside)
    const database = await openDatabase(here)
    await ingest(database, file, { label: 'a' })
    database.close()
    expect(await hasThread(file)).toBe(true)
    const rows = await contents(here)
    expect(await contents(beside)).toEqual(rows)
    expect(Number(rows.find((row) => row.path)?.events)).toBeGreaterThan(300_000)
  },
  60_000,
)

test('a thread that began for a new database, and then it is not one', async () => {
  const file = join(folder, 'early.dat')
  writeLargeTrace(file, { events: 400_000 })
  const small = resolve(ROOT, 'samples/trace-dat/before.dat')
  const { openDatabase: open } = (await load('src/database.js')) as typeof import('../src/database.ts')
  const { ingest: store } = (await load('src/ingest.js')) as typeof import('../src/ingest.ts')
  const { expectRecording } = (await load('src/parse-beside.js')) as typeof import('../src/parse-beside.ts')
  const [beside, here] = [join(folder, 'early.duckdb'), join(folder, 'late.duckdb')]
  const wrong = await open(beside)
  await store(wrong, small, { label: 'a' })
  expectRecording(file, true)
  await store(wrong, file, { label: 'b' })
  wrong.close()
  const database = await openDatabase(here)
  await ingest(database, small, { label: 'a' })
  await ingest(database, file, { label: 'b' })
  database.close()
  expect(await contents(beside)).toEqual(await contents(here))
}, 60_000)

test('what a thread is told of a new database', async () => {
  const database = await openDatabase(join(folder, 'new.duckdb'))
  const { events } = await prepareDatabase(database)
  expect(events).toEqual(KERNEL_EVENTS)
  expect(await database.rows('FROM store.strings')).toEqual([])
  database.close()
})
