/** The analysis against what the programs themselves logged: the lab's client and the synthetic compositor. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { databaseOf } from './open.ts'

const LAB = resolve(import.meta.dirname, '../../shared/lab')
const lab = (name: string) => resolve(LAB, name)

describe.skipIf(!existsSync(LAB))('the client log', () => {
  test.each([
    'small/after/tiny-early',
    'small/after/tiny-normal',
    'after/short-early',
    'after/short-normal',
    'after/comp-early',
    'after/slow-early',
    'after/verbose-early',
  ])('%s: the fence that a check was matched with belongs to the buffer that the client committed', async (name) => {
    const db = await databaseOf([lab(`${name}.dat`), 'x'])
    const log = readFileSync(lab(`${name}.client.log`), 'utf8')
    const committed = [...log.matchAll(/COMMIT.*?buf=(\d)/g)].map((m) => Number(m[1]))
    const matched = (await db.query('SELECT index FROM pipeline ORDER BY check_ts')).map((row) => Number(row.index))
    // KWin checks other buffers before the client's first one; from then on the orders must be the same.
    const agreeing = Array.from(
      { length: 10 },
      (_, skip) => committed.filter((index, i) => matched[skip + i] === index).length,
    )
    expect(Math.max(...agreeing) / committed.length).toBeGreaterThan(0.98)
    db.close()
  })

  test.each(['before', 'after'])('%s/tiny-early: buffers queued and dequeued as the client counted', async (arm) => {
    const db = await databaseOf([lab(`small/${arm}/tiny-early.dat`), 'x'])
    const log = readFileSync(lab(`small/${arm}/tiny-early.client.log`), 'utf8')
    const [, queued, dequeued] = /SUMMARY qbuf=(\d+) dqbuf=(\d+)/.exec(log) ?? []
    const [row] = await db.query('SELECT count(queued_ts) AS queued, count(dequeued_ts) AS dequeued FROM v4l2_buffers')
    expect(row).toEqual({ queued: Number(queued), dequeued: Number(dequeued) })
    db.close()
  })
})

describe.skipIf(!existsSync(LAB))('exports by caller, as NOTES.md and counts.json have them', () => {
  test.each([
    ['before/short-early', 0, 151],
    ['after/short-early', 152, 152],
    ['before/comp-early', 0, 3],
    ['after/comp-early', 181, 3],
    ['after/slow-early', 41, 3],
    ['after/gst', 0, 189],
  ])('%s: transaction %i, framebuffer %i', async (name, transaction, framebuffer) => {
    const db = await databaseOf([lab(`${name}.dat`), 'x'])
    expect(await db.query('SELECT transaction, framebuffer, gpu, unknown FROM sync_path')).toEqual([
      { transaction, framebuffer, gpu: 0, unknown: 0 },
    ])
    // Stubs that compositing makes are neither exports nor producers.
    expect(
      await db.query(
        "SELECT count(*) AS n FROM dmabuf_checks AS d JOIN fences AS f USING (capture, context, seqno) WHERE f.kind = 'stub'",
      ),
    ).toEqual([{ n: 0 }])
    db.close()
  })

  test.each([
    ['before/short-early', 'none'],
    ['after/short-early', 'late'],
    ['after/short-normal', 'early'],
  ])('%s: the verdict of nearly all checks is %s', async (name, verdict) => {
    const db = await databaseOf([lab(`${name}.dat`), 'x'])
    const [row] = await db.query(
      `SELECT avg((verdict = '${verdict}')::INTEGER) AS share FROM dmabuf_checks WHERE kind = 'poll' AND caller = 'transaction'`,
    )
    expect(Number(row?.share)).toBeGreaterThan(verdict === 'late' ? 0.95 : 0.999)
    db.close()
  })
})

describe.skipIf(!existsSync(lab('synthetic/fake-fence.dat')))('the synthetic compositor', () => {
  test('block times are the scripted delays, within the clocks and the steps between log and trace', async () => {
    const db = await databaseOf([lab('synthetic/fake-fence.dat'), 'x'])
    const read = (file: string, pattern: RegExp) =>
      new Map(
        [...readFileSync(lab(`synthetic/${file}`), 'utf8').matchAll(pattern)].map((m) => [
          Number(m[2]),
          Number(m[1]) * 1e6,
        ]),
      )
    const exported = read('fake-fence.compositor.log', /^([\d.]+) EXPORT frame=(\d+)/gm)
    const signaled = read('fake-fence.producer.log', /^([\d.]+) SIGNAL frame=(\d+)/gm)
    const expected = [...exported].map(([frame, at]) => (signaled.get(frame) ?? Number.NaN) - at)
    const rows = await db.query(
      "SELECT block / 1e3 AS block FROM dmabuf_checks WHERE kind = 'poll' AND verdict = 'late' ORDER BY ts",
    )
    expect(rows).toHaveLength(expected.length)
    const differences = rows.map((row, i) => Math.abs(Number(row.block) - (expected[i] as number)))
    const largest = Math.max(...differences)
    console.log(`largest difference of ${rows.length} block times: ${largest.toFixed(0)} us`)
    // Both logs are written after the fact, a few steps of a 1 GHz machine later.
    expect(largest).toBeLessThan(100)
    db.close()
  })
})

describe.skipIf(!existsSync(LAB))('losses', () => {
  test.each(['before/v-lost', 'after/v-lost', 'small/after/tiny-lost'])(
    '%s: told per CPU, and no interval spans one',
    async (name) => {
      const db = await databaseOf([lab(`${name}.dat`), 'x'])
      const [row] = await db.query(
        "SELECT sum(count) FILTER (source = 'page') AS marks, sum(count) FILTER (source = 'overrun') AS overrun FROM lost_events",
      )
      expect(Number(row?.marks)).toBeGreaterThan(0)
      expect(row?.marks).toBe(row?.overrun)
      for (const [table, begin, end] of [
        ['syscalls', 't.ts', 't.ts + t.dur'],
        ['frames', 't.ts', 't.ts + t.dur'],
        ['fence_waits', 't.ts', 't.ts + t.dur'],
        ['waits', 't.ts', 'greatest(t.signaled_ts, t.learned_ts)'],
      ]) {
        const spanning = await db.query(
          `SELECT count(*) AS n FROM ${table} AS t, lost_events AS l WHERE l.source = 'page' AND ${begin} < l.ts AND ${end} > l.since_ts AND ${end} IS NOT NULL
         ${table === 'waits' ? "AND verdict = 'late'" : ''}`,
        )
        expect(spanning).toEqual([{ n: 0 }])
      }
      db.close()
    },
  )
})

const CORPUS = resolve(import.meta.dirname, '../../shared/corpus/tracedat/lisa_sched_load.dat')
test.skipIf(!existsSync(CORPUS))('a scheduler trace without any of these events: empty, without an error', async () => {
  const db = await databaseOf([CORPUS, 'x'])
  expect(await db.query('SELECT polls, exports, frames FROM sync_path')).toEqual([{ polls: 0, exports: 0, frames: 0 }])
  const [row] = await db.query('SELECT sum(running) > 0 AS ran FROM cpu_time')
  expect(row).toEqual({ ran: true })
  db.close()
})
