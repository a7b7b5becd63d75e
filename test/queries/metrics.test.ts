/** Each metric's header against what the engine says of its SELECT; every table and column documented; invariants. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveQueries } from '../../src/derive.ts'
import { readMetrics } from '../../src/metric.ts'
import { inOrder, queriesFolder, readQueryFiles, tagSentences, tagWords } from '../../src/query-file.ts'
import { isStep, withStepsOf } from '../../src/steps.ts'
import { databaseOf, type TestDatabase } from '../open.ts'

const sample = (name: string) => resolve(import.meta.dirname, '../../samples', name)
let db: TestDatabase
beforeAll(async () => {
  db = await databaseOf(
    [sample('trace-dat/before.dat'), 'before'],
    [sample('trace-dat/after.dat'), 'after'],
    [sample('strace/after.strace'), 'strace'],
  )
  await db.run('SET VARIABLE is_lossy = false')
})
afterAll(() => db.close())

const metrics = readMetrics()

describe.each(metrics)('metric $name', (metric) => {
  test('its columns are capture, ts, tid, the groups and the value', async () => {
    const columns = await db.query(`DESCRIBE metric.${metric.name}`)
    const names = columns.map((c) => c.column_name)
    expect(names).toEqual(['capture', 'ts', 'tid', ...metric.by.map((by) => by.column), metric.value.column])
    expect(columns.at(-1)?.column_type).toMatch(/^(BIGINT|INTEGER|DOUBLE|HUGEINT)$/)
  })

  test('its header names what it reads', () => {
    expect(metric.title).toMatch(/\.$/)
    expect(metric.description.length).toBeGreaterThan(30)
    expect(metric.events.length).toBeGreaterThan(0)
    const known = new Set([
      ...deriveQueries().map((q) => q.name),
      ...readQueryFiles(join(queriesFolder(), 'views')).map((q) => q.name),
    ])
    for (const table of metric.needs) expect(known).toContain(table)
  })

  test('its values are not NULL and (times) not negative', async () => {
    const { column } = metric.value
    expect(
      await db.query(`SELECT count(*) AS n FROM metric.${metric.name} WHERE ${column} IS NULL OR ${column} < 0`),
    ).toEqual([{ n: 0 }])
  })
})

const derived = inOrder(readQueryFiles(join(queriesFolder(), 'derive')))
const steps = derived.filter(isStep)

describe.each(derived)('derived table or step $name', (query) => {
  test('has a sentence for itself and for each of its columns', async () => {
    const columns = await db.query(`DESCRIBE ${isStep(query) ? withStepsOf(query, steps).sql : `main.${query.name}`}`)
    expect(tagSentences(query, 'column').map(([name]) => name)).toEqual(columns.map((c) => c.column_name))
    for (const [, sentence] of tagSentences(query, 'column')) expect(sentence).toMatch(/^[A-Za-z].*\.$|^[a-z].*/)
    expect(query.title.length).toBeGreaterThan(10)
    // A view may be a list that is the same for every recording.
    if (!query.tags.has('view')) expect(tagWords(query, 'needs').length).toBeGreaterThan(0)
  })
})

test('steps are part of what needs them, directly or by another step, and have no table', async () => {
  expect(steps.length).toBeGreaterThan(0)
  const tables = await db.query('SELECT table_name AS name FROM information_schema.tables')
  for (const step of steps) {
    expect(tables).not.toContainEqual({ name: step.name })
    const users = derived.filter(
      (query) => !isStep(query) && withStepsOf(query, steps).sql.includes(`"${step.name}" AS (`),
    )
    expect(users.length).toBeGreaterThan(0)
    for (const user of users) {
      const needs = tagWords(withStepsOf(user, steps), 'needs')
      const others = tagWords(step, 'needs').filter((name) => !steps.some((s) => s.name === name))
      expect(needs).toEqual(expect.arrayContaining(others))
    }
  }
})

test('every table and column that users see carries a sentence', async () => {
  const rows = await db.query(`
    SELECT schema_name || '.' || table_name || '.' || column_name AS column FROM duckdb_columns()
    WHERE database_name <> 'temp' AND schema_name NOT IN ('store', 'metric', 'reference', 'information_schema', 'pg_catalog') AND NOT internal AND coalesce(comment, '') = ''
      AND table_name NOT IN (SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND view_name LIKE 'member%' OR view_name IN ('treatment'))`)
  expect(rows).toEqual([])
})

/** Queries that must return no row on any recording. */
const INVARIANTS: Record<string, string> = {
  'a call ends before the next one of its thread begins': `
    SELECT * FROM (SELECT capture, tid, ts + dur AS end_ts, lead(ts) OVER (PARTITION BY capture, tid, source ORDER BY ts, seq) AS next_ts
      FROM syscalls WHERE dur IS NOT NULL AND source <> 'strace') WHERE end_ts > next_ts`,
  'durations are not negative': 'FROM syscalls WHERE dur < 0',
  'a fence is created before it is signalled, and signalled before it is destroyed': `
    FROM fences WHERE created_ts > signaled_ts OR signaled_ts > destroyed_ts`,
  'frames of an output follow each other': `
    SELECT * FROM (SELECT *, lag(ts) OVER (PARTITION BY capture, output ORDER BY frame) AS last_ts FROM frames) WHERE last_ts > ts`,
  'a late check has a signal after it, an early one before': `
    FROM dmabuf_checks WHERE block < 0 OR slack < 0 OR wake < 0 OR wait < 0`,
  'every export is one check': `
    SELECT capture, count(*) FROM ioctls WHERE name = 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE' GROUP BY capture
    EXCEPT SELECT capture, count(*) FROM dmabuf_checks WHERE kind = 'export' GROUP BY capture`,
  'no ioctl is counted twice': `
    SELECT capture, count(*) FROM ioctls GROUP BY capture
    EXCEPT SELECT capture, count(*) FROM syscalls WHERE name = 'ioctl' GROUP BY capture`,
  'calls in frames are not more than all calls': `
    SELECT capture FROM metric.ioctls_per_frame WHERE command = '(all)' GROUP BY capture
    HAVING sum(calls) > (SELECT count(*) FROM member_ioctls AS i WHERE i.capture = any_value(ioctls_per_frame.capture))`,
  'nobody holds fewer than no buffers': 'FROM v4l2_pool WHERE least(waiting, driver, done, client) < 0',
  'a process runs as long as its threads': `
    SELECT capture, sum(running) FROM process_cpu GROUP BY capture EXCEPT SELECT capture, sum(running) FROM cpu_time GROUP BY capture`,
  'every check has one verdict': 'SELECT capture, ts FROM metric.check_verdicts GROUP BY ALL HAVING sum(is_so) <> 1',
  'missed vblanks are those of the late flips': `
    SELECT capture, count(*) FROM metric.missed_vblanks WHERE missed > 0 GROUP BY capture
    EXCEPT SELECT capture, count(*) FROM metric.late_flips WHERE late = '1 refresh or more' AND is_late = 1 GROUP BY capture`,
  'every syscall has a state': "FROM syscalls WHERE state NOT IN ('complete', 'unfinished', 'lost', 'resumed')",
}

test.each(Object.entries(INVARIANTS))('%s', async (_, sql) => {
  expect(await db.query(sql)).toEqual([])
})

test('queries hold no tab', () => {
  for (const file of readQueryFiles(queriesFolder())) {
    expect(file.sql).not.toContain('\t')
  }
  expect(readFileSync(join(queriesFolder(), 'reference/README.md'), 'utf8')).toContain('ioctls.csv')
})
