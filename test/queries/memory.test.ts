/** The limits under which a recording is derived end with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/database.ts'
import { ingest } from '../../src/ingest.ts'
import { limitMemory, openForIngest, raiseLimit } from '../../src/memory-limit.ts'
import { encodeFields } from '../build/encode-fields.ts'
import { defineEvent } from '../build/event-formats.ts'
import { buildTraceDat } from '../build/trace-dat.ts'

const SETTINGS = "SELECT current_setting('memory_limit') AS memory, current_setting('disabled_optimizers') AS disabled"

test('what a recording is derived with is as before afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const database = await openDatabase(join(folder, 'a.duckdb'))
  const seen: unknown[] = []
  const watched = {
    ...database,
    rows: async (sql: string, values?: Parameters<typeof database.rows>[1]) => {
      if (sql.startsWith('INSERT INTO main."pipeline"')) seen.push((await database.rows(SETTINGS))[0]?.disabled)
      return database.rows(sql, values)
    },
  }
  await ingest(watched, 'samples/trace-dat/after.dat', { label: 'after' })
  expect(seen).toEqual(['join_order,build_side_probe_side'])
  expect((await database.rows(SETTINGS))[0]).toMatchObject({ disabled: '', memory: expect.stringContaining('GiB') })
  database.close()
  rmSync(folder, { recursive: true })
})

test('a limit that was too low is raised for good, and lifted where that is too low too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const database = await openDatabase(join(folder, 'a.duckdb'))
  const memory = async () => (await database.rows(SETTINGS))[0]?.memory
  const end = await limitMemory(database, 100_000_000)
  expect(await memory()).toBe('381.4 MiB')
  await end()
  const usual = await memory()
  await (await limitMemory(database))()
  expect(await memory()).toBe(usual) // not rounded once more
  expect(raiseLimit(database, new Error('Binder Error: no such column'))).toBe(false)
  expect(raiseLimit(database, new Error('fds.sql: Out of Memory Error: failed to pin block'))).toBe(true)
  const endRaised = await limitMemory(database)
  expect(await memory()).toBe('600.0 MiB')
  await endRaised()
  expect(raiseLimit(database, new Error('Out of Memory Error: again'))).toBe(true)
  expect(raiseLimit(database, new Error('Out of Memory Error: without a limit'))).toBe(false)
  await limitMemory(database)
  expect(await memory()).toBe(usual)
  database.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['usual', openDatabase],
  ['opened for ingest', openForIngest],
])('a recording that needs more memory than four times the limit is stored without one (%s)', async (_, open) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const database = await open(join(folder, 'a.duckdb'))
  let failures = 0
  const tight = {
    ...database,
    rows: async (sql: string, values?: Parameters<typeof database.rows>[1]) => {
      if (sql.startsWith('INSERT INTO main."pipeline"') && failures++ < 2) {
        throw new Error('Out of Memory Error: could not allocate block of size 256.0 KiB (200.0 MiB/200.0 MiB used)')
      }
      return database.rows(sql, values)
    },
  }
  const done = await ingest(tight, 'samples/trace-dat/after.dat', { label: 'after' })
  expect(failures).toBe(3)
  expect((await database.rows(SETTINGS))[0]?.memory).toContain('GiB')
  expect(await database.rows('SELECT capture, events FROM captures')).toEqual([
    { capture: 1, events: BigInt(done.events) },
  ])
  expect(await database.rows('SELECT count(*) AS n FROM events')).toEqual([{ n: BigInt(done.events) }])
  database.close()
  rmSync(folder, { recursive: true })
})

test('many kinds of events, each with a table that waits in memory, are stored once more without the limit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const path = join(folder, 'trace.dat')
  const fields = [{ type: 'int', name: 'n' }]
  const formats = Array.from({ length: 300 }, (_, i) =>
    defineEvent({ system: 'demo', name: `e${i}`, id: 1000 + i, fields }),
  )
  const entries = formats.map((format, i) => ({ ts: BigInt(i), data: encodeFields(format, { n: i }) }))
  writeFileSync(path, buildTraceDat({ formats, cpus: [{ entries }] }))
  const database = await openForIngest(join(folder, 'a.duckdb'))
  await database.run("SET memory_limit = '12MB'")
  expect((await ingest(database, path, { label: 'x' })).events).toBe(300)
  expect(await database.rows('SELECT start_ts, end_ts FROM captures')).toEqual([{ start_ts: 0n, end_ts: 299n }])
  expect((await database.rows('FROM pragma_database_size()'))[0]?.memory_limit).toContain('GiB')
  database.close()
  rmSync(folder, { recursive: true })
})

test('a database opened for ingest has the limit before and after', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const database = await openForIngest(join(folder, 'a.duckdb'))
  const memory = async () => (await database.rows(SETTINGS))[0]?.memory
  expect(await memory()).toBe('150.0 MiB')
  await ingest(database, 'samples/trace-dat/after.dat', { label: 'after' })
  expect(await memory()).toBe('150.0 MiB')
  await (await limitMemory(database, 100_000_000))()
  expect(await memory()).toBe('381.4 MiB') // raised, and not below what it was opened with
  await (await limitMemory(database, 100_000_000, true))()
  expect(await memory()).toBe('1.4 GiB') // logs of strace need more
  database.close()
  rmSync(folder, { recursive: true })
})
