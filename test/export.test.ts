/** tracealyze export: read back by who will read it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../src/database.ts'
import { readMetrics } from '../src/metric.ts'
import { inFolder, run } from './run.ts'

const sample = (name: string) => resolve(import.meta.dirname, '../samples', name)
let folder: string
let done: () => void
let cleaned: Promise<void>
const db = () => join(folder, 'a.duckdb')
const exported = (...args: string[]) => run(['export', ...args, '--db', db()])

beforeAll(async () => {
  await new Promise<void>((ready) => {
    cleaned = inFolder(async (path) => {
      folder = path
      await new Promise<void>((end) => {
        done = end
        ready()
      })
    })
  })
  // A label is a folder's name in the layout: this one needs escaping there.
  await run(['ingest', sample('trace-dat/before.dat'), '--label', 'be/fore=1 é', '--db', db()])
  await run(['ingest', sample('trace-dat/after.dat'), '--label', 'after', '--db', db()])
  await run(['ingest', sample('strace/after.strace'), '--label', 'after', '--db', db()])
})
afterAll(() => {
  done()
  return cleaned
})

test('the metrics run unchanged over the partitioned folder', async () => {
  const lake = join(folder, 'lake')
  const { code, err } = await exported('all', '-o', lake)
  expect(code, err).toBe(0)
  const [original, opened] = [await openDatabase(db(), { readOnly: true }), await openDatabase(':memory:')]
  await opened.run(readFileSync(join(lake, 'open.sql'), 'utf8'))
  const tables = [
    'captures',
    'events',
    'frames',
    'members',
    'sync_path',
    'treatment',
    'strace.calls',
    'raw_syscalls.sys_enter',
  ]
  for (const name of [...tables, ...readMetrics().map((m) => `metric.${m.name}`)]) {
    const content = `SELECT count(*) AS n, md5(coalesce(string_agg(row, ' ' ORDER BY row), '')) AS content FROM (SELECT t::VARCHAR AS row FROM ${name} AS t)`
    expect(await opened.rows(content), name).toEqual(await original.rows(content))
  }
  const named =
    'SELECT us(dur) AS us, thread_name(capture, tid) AS comm, errno_name(-11) AS e FROM exports ORDER BY ts LIMIT 3'
  expect(await opened.rows(named)).toEqual(await original.rows(named))
  original.close()
  opened.close()
})

test('open.sql reads from where the folder will be', async () => {
  const lake = join(folder, 'lake2')
  await exported('all', '-o', lake, '--location', 's3://bucket/traces/')
  expect(readFileSync(join(lake, 'open.sql'), 'utf8')).toContain(
    "read_parquet('s3://bucket/traces/main.frames/*/*/*.parquet'",
  )
})

test('a query by label and capture', async () => {
  const path = join(folder, 'flips')
  expect((await exported('SELECT capture, ts, vblanks FROM flips', '-o', path, '--partition')).code).toBe(0)
  const reader = await openDatabase(':memory:')
  const rows = await reader.rows(
    `SELECT label, capture, count(*)::INTEGER AS n FROM read_parquet('${path}/*/*/*.parquet', hive_partitioning = true, hive_types = {'capture': INTEGER}) GROUP BY ALL ORDER BY ALL`,
  )
  reader.close()
  expect(rows).toEqual([
    { label: 'after', capture: 2, n: 93 },
    { label: 'after', capture: 3, n: 20 },
    { label: 'be/fore=1 é', capture: 1, n: 95 },
  ])
})

test('tables, views and queries as single files; the name says the form', async () => {
  for (const [what, name] of [
    ['metric.frame_interval', 'a.arrow'],
    ['FROM frames', 'b.csv'],
    ['dma_fence.dma_fence_signaled', 'c.ndjson'],
    ['frames', 'd.parquet'],
  ] as const) {
    const { code, err } = await exported(what, '-o', join(folder, name))
    expect([code, err]).toEqual([0, expect.stringMatching(/^\d+ rows\n$/)])
  }
  expect(tableFromIPC(readFileSync(join(folder, 'a.arrow'))).schema.names).toEqual([
    'capture',
    'ts',
    'tid',
    'output',
    'dur',
  ])
  expect(readFileSync(join(folder, 'b.csv'), 'utf8')).toMatch(/^capture,output,frame,ts/)
  expect(JSON.parse(readFileSync(join(folder, 'c.ndjson'), 'utf8').split('\n')[0]!)).toMatchObject({
    driver: 'videobuf2',
  })
  expect((await exported('frames', '-o', '-', '--format', 'ndjson')).out.split('\n')[0]).toContain('"crtc-0"')
})

test('what is not there is refused, with what is near', async () => {
  expect((await exported('flip', '-o', 'x.csv')).err).toContain('hint: there is flips')
  expect((await exported('after', '-o', 'x.json', '--format', 'perfetto')).err).toContain(
    'name one by its number: 2, 3',
  )
  expect((await exported('frames', '-o', '/nowhere/x.csv')).err).toContain('no such file')
})
