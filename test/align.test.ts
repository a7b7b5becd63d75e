/** Two recordings of the same calls on different clocks. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { align, samePlaces, storeAlignment } from '../src/align.ts'
import { databaseOf } from './open.ts'
import { randomNumbers } from './random.ts'

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

test('a loop says nothing: each stretch of it is like the next', () => {
  const loop = Array.from({ length: 500 }, (_, i) => `read ${i % 4}`)
  expect(samePlaces(loop, loop)).toEqual([])
})
