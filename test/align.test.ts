/** Two recordings of the same calls on different clocks. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { align, storeAlignment } from '../src/align.ts'
import { type Calls, sameCalls } from '../src/same-calls.ts'
import { databaseOf, type TestDatabase } from './open.ts'
import { randomNumbers } from './random.ts'
import { inFolder, run } from './run.ts'

/** Calls of two threads as strace prints them, `late(i)` us behind a clock that began at `start` s; some are missing. */
function log(start: number, late: (i: number) => number, kept: (i: number) => boolean, seed = 7): string {
  const random = randomNumbers(seed)
  const lines: string[] = []
  for (let i = 0; i < 400; i++) {
    const us = i * 1000 + random(256)
    const [fd, ret, tid] = [random(16), random(8), 40 + (i & 1)]
    if (!kept(i)) continue
    const t = us + late(i)
    const stamp = `${start + Math.floor(t / 1e6)}.${String(t % 1e6).padStart(6, '0')}`
    lines.push(`${tid}    ${stamp} ${i % 3 === 0 ? 'write' : 'read'}(${fd}, "x", 8) = ${ret} <0.000010>`)
  }
  return `${lines.join('\n')}\n`
}

async function open(...texts: string[]) {
  const paths = texts.map((text, i) => {
    const path = join(tmpdir(), `align-${process.pid}-${Math.random()}-${i}.strace`)
    writeFileSync(path, text)
    return path
  })
  const db = await databaseOf(...paths.map((path, i): [string, string] => [path, `${i + 1}`]))
  for (const path of paths) rmSync(path)
  return db
}

test('the offset is that of the clocks, the residual that of the recorders', async () => {
  const all = () => true
  const db = await open(
    log(1_700_000_100, (i) => 50 + (i % 5), all),
    log(
      1_700_000_000,
      () => 0,
      (i) => i > 90 && i % 97 !== 0,
    ),
  )
  const found = await align(db, 1, 2)
  expect(found.offset).toBeGreaterThanOrEqual(100_000_051_000n)
  expect(found.offset).toBeLessThanOrEqual(100_000_053_000n)
  expect(found.residual).toBeLessThanOrEqual(2000)
  expect(found.worst).toBeLessThanOrEqual(3000)
  expect(found.threads).toBe(2)
  expect(found.matched).toBeGreaterThan(200)
  await storeAlignment(db, found)
  await storeAlignment(db, found)
  expect(await db.query('SELECT capture, other, residual_ns, matched FROM alignments')).toEqual([
    { capture: 1, other: 2, residual_ns: found.residual, matched: found.matched },
  ])
  db.close()
})

test('recordings of different times are refused', async () => {
  const db = await open(
    log(
      1_700_000_100,
      () => 0,
      () => true,
      1,
    ),
    log(
      1_700_000_000,
      () => 0,
      () => true,
      2,
    ),
  )
  await expect(align(db, 1, 2)).rejects.toThrow(/cannot be put on one clock: only \d+ of the 20 calls/)
  db.close()
})

test('the same calls at a wandering distance are refused', async () => {
  const db = await open(
    log(
      1_700_000_100,
      (i) => i * 5000,
      () => true,
    ),
    log(
      1_700_000_000,
      () => 0,
      () => true,
    ),
  )
  await expect(align(db, 1, 2)).rejects.toThrow(/differ by .* ms/)
  db.close()
})

/** A loop of four calls, `calls` of them, as the two recorders saw it; one of them began `late` calls later. */
function loops(calls: number, rhythm: (i: number) => number, late: number): [Calls, Calls] {
  let t = 0
  const times = Array.from({ length: calls }, (_, i) => {
    t += rhythm(i)
    return t
  })
  const keys = times.map((_, i) => `read ${i % 4}`)
  const delay = randomNumbers(3)
  const b = { keys: keys.slice(late), times: times.slice(late).map((us) => BigInt(us * 1000 + delay(5000))) }
  return [{ keys, times: times.map((us) => BigInt(us * 1000 + 7_000_000_000)) }, b]
}

test('of a loop only the rhythm tells which round is which', () => {
  const jitter = randomNumbers(5)
  const [a, b] = loops(2000, () => 900 + jitter(200), 403)
  const { stretches, unclear } = sameCalls(a, b)
  expect(unclear).toBe(0)
  expect(stretches.length).toBeGreaterThan(20)
  for (const { offset, deviation } of stretches) {
    expect(Math.abs(offset - 6_999_997_500)).toBeLessThan(1000)
    expect(deviation).toBeLessThan(3000)
  }
})

test('an even loop says nothing', () => {
  const { stretches, unclear } = sameCalls(...loops(2000, () => 1000, 403))
  expect(stretches).toEqual([])
  expect(unclear).toBeGreaterThan(20)
})

describe('a real program under strace and trace-cmd at once', () => {
  let db: TestDatabase
  beforeAll(async () => {
    const folder = join(import.meta.dirname, '../samples/simultaneous')
    db = await databaseOf([join(folder, 'trace.dat'), 'ftrace'], [join(folder, 'strace.log'), 'strace'])
  })
  afterAll(() => db.close())

  test('a time of another clock is refused until the two are aligned', async () => {
    const calls = 'SELECT on_clock_of(1, capture, ts) AS ts, source FROM syscalls WHERE ts IS NOT NULL'
    await expect(db.query(calls)).rejects.toThrow(
      /recordings 1 and 2 have clocks of their own: .* tracealyze align 1 2/,
    )
    const found = await align(db, 1, 2)
    await storeAlignment(db, found)
    expect(found.matched).toBeGreaterThan(500)
    expect(found.residual).toBeLessThan(10_000)
    // Each call that strace saw, in the trace: entered within a millisecond of it, none twice.
    const [row] = await db.query(`
      WITH calls AS (${calls} AND name = 'openat'), seen AS (FROM calls WHERE source = 'strace')
      SELECT count(*) AS n, count(DISTINCT c.ts) AS places, max(abs(c.ts - s.ts)) AS furthest
      FROM seen AS s ASOF JOIN (FROM calls WHERE source <> 'strace') AS c ON s.ts + 1000000 >= c.ts`)
    expect(row?.places).toBe(row?.n)
    expect(row?.n).toBeGreaterThan(100)
    expect(row?.furthest).toBeLessThan(1_000_000)
  })
})

test('ingest --align says how good it is, and needs two recordings', () =>
  inFolder(async (folder) => {
    const files = ['trace.dat', 'strace.log'].map((name) => join(import.meta.dirname, '../samples/simultaneous', name))
    const db = join(folder, 'db.duckdb')
    const { code, err } = await run(['ingest', ...files, '--align', '--db', db])
    expect(code).toBe(0)
    expect(err).toMatch(
      /times of .*strace\.log - \d+ ns = times of .*trace\.dat\nfrom \d+ calls that both saw, of 1 thread: residual/,
    )
    expect((await run(['ingest', files[0] as string, '--align', '--db', db])).err).toMatch(/needs two recordings/)
  }))

test('a loop that is even to the nanosecond says nothing', () => {
  const calls = (late: number): Calls => ({
    keys: Array.from({ length: 500 }, (_, i) => `read ${i % 4}`),
    times: Array.from({ length: 500 }, (_, i) => BigInt((i + late) * 1_000_000)),
  })
  const { stretches, unclear } = sameCalls(calls(0), calls(100))
  expect(stretches).toEqual([])
  expect(unclear).toBeGreaterThan(20)
})
