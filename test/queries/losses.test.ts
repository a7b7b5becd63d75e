/** What a loss takes away, and that it changes nothing else: the sample with a hole in it against the whole sample. */
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { transaction } from '../../src/bootstrap.ts'
import { rebuildDerived } from '../../src/derive.ts'
import { databaseOf } from '../open.ts'
import { story } from '../story.ts'

const SAMPLE = resolve(import.meta.dirname, '../../samples/trace-dat/after.dat')

/** Tables as they are compared: what is measured, and the begin and end of what it was measured from. */
const MEASURED: Record<string, string> = {
  syscalls: 'SELECT ts AS begin_ts, ts + dur AS end_ts, tid, name, fd, ret, dur FROM syscalls WHERE dur IS NOT NULL',
  fences: `SELECT created_ts AS begin_ts, signaled_ts AS end_ts, context, seqno, signaled_in
    FROM fences WHERE state = 'signaled'`,
  fence_waits:
    'SELECT ts AS begin_ts, ts + dur AS end_ts, tid, context, dur, kind FROM fence_waits WHERE dur IS NOT NULL',
  frames: 'SELECT ts AS begin_ts, ts + dur AS end_ts, output, dur FROM frames WHERE dur IS NOT NULL',
  vblanks: `SELECT lag(ts) OVER (PARTITION BY output ORDER BY frame) AS begin_ts, ts AS end_ts, vblanks FROM frames
    QUALIFY vblanks IS NOT NULL`,
  cpu_time: 'SELECT ts AS begin_ts, ts + 1000000000 AS end_ts, thread, running FROM metric.cpu_time_per_second',
  syscalls_per_second:
    'SELECT ts AS begin_ts, ts + 1000000000 AS end_ts, syscall, calls FROM metric.syscalls_per_second',
  dmabuf_checks: `SELECT least(ts, signaled_ts) AS begin_ts, greatest(ts + dur, learned_ts) AS end_ts, ts, kind, caller, verdict, seqno, slack, block, wake
    FROM dmabuf_checks WHERE verdict IN ('early', 'late')`,
  waits: `SELECT least(ts, signaled_ts) AS begin_ts, greatest(ts, learned_ts, running_ts) AS end_ts, ts, verdict, seqno, slack, block, wake,
      signal_to_woken, woken_to_running, running_to_return
    FROM waits WHERE verdict IN ('early', 'late')`,
  buffer_fill_time: 'SELECT ts AS begin_ts, ts + dur AS end_ts, dur FROM metric.buffer_fill_time',
  buffer_dequeue_lag: 'SELECT ts AS begin_ts, ts + dur AS end_ts, dur FROM metric.buffer_dequeue_lag',
  driver_starved: 'SELECT ts AS begin_ts, ts + dur AS end_ts, dur FROM metric.driver_starved',
}

test('no number from the undamaged parts changes, and none spans the hole', async () => {
  const db = await databaseOf([SAMPLE, 'x'])
  await db.run('CREATE SCHEMA whole')
  for (const [table, sql] of Object.entries(MEASURED)) await db.run(`CREATE TABLE whole.${table} AS ${sql}`)
  // 0.2 s in which everything on CPU 0 was lost, in the middle of the stream.
  const [hole] = await db.query('SELECT start_ts + 1500000000 AS since, start_ts + 1700000000 AS until FROM captures')
  const [since, until] = [Number(hole?.since), Number(hole?.until)]
  await transaction(db, async () => {
    const tables = await db.query(`
      SELECT table_name AS name FROM duckdb_columns() JOIN duckdb_tables() USING (schema_name, table_name)
      WHERE schema_name = 'store' AND column_name = 'cpu' AND table_name <> 'main.lost_events'`)
    for (const { name } of tables)
      await db.run(`DELETE FROM store."${name}" WHERE cpu = 0 AND ts > ${since} AND ts < ${until}`)
    await db.run(
      `INSERT INTO store."main.lost_events" BY NAME SELECT 1 AS capture, ${since} AS since_ts, ${until} AS ts, 0 AS cpu, 100 AS count, 'page' AS source`,
    )
    await rebuildDerived(db)
  })
  for (const [table, sql] of Object.entries(MEASURED)) {
    await db.run(`CREATE OR REPLACE TEMP TABLE damaged AS ${sql}`)
    const touching = `begin_ts < ${until} AND end_ts > ${since}`
    // What begins and ends beside the hole is the same, in both directions.
    expect(await db.query(`FROM whole.${table} WHERE NOT (${touching}) EXCEPT ALL FROM damaged`), table).toEqual([])
    expect(await db.query(`FROM damaged EXCEPT ALL FROM whole.${table}`), table).toEqual([])
    expect(await db.query(`FROM damaged WHERE ${touching}`), table).toEqual([])
  }
  db.close()
})

const fence = (ts: number, what: string, seqno: number, thread: string) =>
  `${ts} ${thread} dma_fence_${what} driver=videobuf2 timeline=cap context=3 seqno=${seqno}`
const busy = (ts: number) => `
  ${ts} kwin sys_enter_poll nfds=1 timeout_msecs=0
  ${ts + 1} kwin sys_exit_poll ret=0
  ${ts + 2} kwin sys_enter_ioctl fd=7 cmd=EXPORT
  ${ts + 3} kwin sys_exit_ioctl ret=0`
const checks = async (text: string) => {
  const db = await story(text)
  const rows = await db.query("SELECT verdict, seqno, block FROM dmabuf_checks WHERE kind = 'poll' ORDER BY ts")
  db.close()
  return rows
}

test('a fence that was made before the recording, or in a loss, is the one that a check waits for', async () => {
  const later = `${fence(20, 'init', 2, 'cam')} \n ${busy(100)} \n ${fence(200, 'signaled', 1, 'driver')}
    ${fence(300, 'signaled', 2, 'driver')} \n 400 kwin sys_enter_ioctl fd=8 cmd=ATOMIC`
  expect(await checks(`5 cam sys_enter_poll nfds=2 timeout_msecs=9 \n ${later}`)).toEqual([
    { verdict: 'late', seqno: 1, block: 100 },
  ])
  expect(await checks(`5 cam sys_enter_poll nfds=2 timeout_msecs=9 \n lost 50..60 \n ${later}`)).toEqual([
    { verdict: 'late', seqno: 1, block: 100 },
  ])
})

test('a fence whose signal may have been lost is not open for ever', async () => {
  const rows = await checks(
    `${fence(10, 'init', 1, 'cam')} \n lost 50..60 \n ${busy(100)} \n 2000000000 kwin sys_enter_ioctl fd=8 cmd=ATOMIC`,
  )
  expect(rows).toEqual([{ verdict: 'unknown', seqno: null, block: null }])
})

test('a loss between signal and check takes the slack: another fence may have been signalled in it', async () => {
  const readable = `1000 kwin sys_enter_poll nfds=1 timeout_msecs=0 \n 1001 kwin sys_exit_poll ret=1 \n 1100 kwin sys_enter_ioctl fd=8 cmd=ATOMIC`
  const early = `${fence(10, 'init', 1, 'cam')} \n ${fence(20, 'signaled', 1, 'driver')}`
  const db = await story(`${early} \n ${readable}`, `${early} \n lost 500..600 \n ${readable}`)
  expect(await db.query('SELECT capture, verdict, slack FROM dmabuf_checks ORDER BY capture')).toEqual([
    { capture: 1, verdict: 'early', slack: 980 },
    { capture: 2, verdict: 'unknown', slack: null },
  ])
  db.close()
})
