/** Readiness checks: caller, verdict and match, on traces whose arithmetic a reader can do. */
import { expect, test } from 'vitest'
import { story } from '../story.ts'

/** A poll of one fd with timeout 0 by kwin, from `ts` to `ts + 5`. */
const poll = (ts: number, answer: number) => `
  ${ts} kwin sys_enter_poll nfds=1 timeout_msecs=0
  ${ts + 5} kwin sys_exit_poll ret=${answer}`

const ioctl = (ts: number, request: string, thread = 'kwin', fd = 7) => `
  ${ts} ${thread} sys_enter_ioctl fd=${fd} cmd=${request}
  ${ts + 5} ${thread} sys_exit_ioctl ret=0`

const fence = (what: string, ts: number, seqno: number, thread = 'driver') =>
  `${ts} ${thread} dma_fence_${what} driver=videobuf2 timeline=cap context=3 seqno=${seqno}`

/** The main loop sleeps in ppoll from `ts` to `end`. */
const sleep = (ts: number, end: number) => `
  ${ts} kwin sys_enter_ppoll nfds=9
  ${end} kwin sys_exit_ppoll ret=1`

const checks = async (text: string, columns: string) => {
  const db = await story(text)
  const rows = await db.query(`SELECT ${columns} FROM dmabuf_checks ORDER BY ts`)
  db.close()
  return rows
}

test('late: signalled 400 ns after the check, learned 30 ns later', async () => {
  const text = [
    fence('init', 50, 1, 'client'),
    poll(100, 0),
    ioctl(110, 'EXPORT'),
    sleep(120, 530),
    fence('signaled', 500, 1),
    ioctl(600, 'ATOMIC'),
  ].join('\n')
  expect(await checks(text, 'kind, answer, caller, verdict, match, open_fences, block, wake, wait')).toEqual([
    {
      kind: 'poll',
      answer: 0,
      caller: 'transaction',
      verdict: 'late',
      match: 'time only: only open fence',
      open_fences: 1,
      block: 400,
      wake: 30,
      wait: 430,
    },
    {
      kind: 'export',
      answer: 0,
      caller: 'transaction',
      verdict: 'late',
      match: 'time only: only open fence',
      open_fences: 1,
      block: 400,
      wake: 30,
      wait: 430,
    },
  ])
})

test('early: signalled 40 ns before the check; the framebuffer export is a stub', async () => {
  const text = [
    fence('init', 10, 1, 'client'),
    fence('signaled', 60, 1),
    sleep(70, 90),
    poll(100, 1),
    ioctl(200, 'EXPORT'),
    ioctl(210, 'ATOMIC'),
    ioctl(220, 'DEADLINE'),
  ].join('\n')
  expect(await checks(text, 'kind, caller, verdict, match, slack')).toEqual([
    {
      kind: 'poll',
      caller: 'transaction',
      verdict: 'early',
      match: 'time only: last fence signalled before',
      slack: 40,
    },
    { kind: 'export', caller: 'framebuffer', verdict: 'stub-or-signalled', match: null, slack: null },
  ])
})

test('none: fences were recorded, but no producer made one', async () => {
  const text = `5 kworker dma_fence_wait_start driver=stub timeline=stub context=0 seqno=0
    ${sleep(70, 90)}${poll(100, 1)}${ioctl(200, 'EXPORT')}${ioctl(210, 'ATOMIC')}`
  expect(await checks(text, 'kind, caller, verdict')).toEqual([
    { kind: 'poll', caller: 'transaction', verdict: 'none' },
    { kind: 'export', caller: 'framebuffer', verdict: 'none' },
  ])
})

test('several open fences: the first to be signalled, and how many there were', async () => {
  const text = [
    fence('init', 10, 1, 'client'),
    fence('init', 20, 2, 'client'),
    poll(100, 0),
    ioctl(110, 'EXPORT'),
    sleep(120, 330),
    fence('signaled', 300, 1),
    fence('signaled', 400, 2),
    ioctl(600, 'ATOMIC'),
  ].join('\n')
  const [row] = await checks(text, 'verdict, match, open_fences, seqno, block')
  expect(row).toEqual({
    verdict: 'late',
    match: 'time only: first of the open fences to be signalled',
    open_fences: 2,
    seqno: 1,
    block: 200,
  })
})

test('enable_signal on the same thread decides', async () => {
  const text = [
    fence('init', 10, 1, 'client'),
    fence('init', 20, 2, 'client'),
    poll(100, 0),
    fence('enable_signal', 103, 2, 'kwin'),
    ioctl(110, 'EXPORT'),
    sleep(120, 430),
    fence('signaled', 300, 1),
    fence('signaled', 400, 2),
    ioctl(600, 'ATOMIC'),
  ].join('\n')
  const [row] = await checks(text, 'match, seqno, block')
  expect(row).toEqual({ match: 'enable_signal on the same thread', seqno: 2, block: 300 })
})

test('cut: open when the recording ends; stuck: open for more than a second then', async () => {
  const open = [fence('init', 50, 1, 'client'), poll(100, 0), ioctl(110, 'EXPORT')]
  expect((await checks([...open, ioctl(600, 'ATOMIC')].join('\n'), 'verdict, block'))[0]).toEqual({
    verdict: 'cut',
    block: null,
  })
  expect((await checks([...open, ioctl(2_000_000_000, 'ATOMIC')].join('\n'), 'verdict'))[0]).toEqual({
    verdict: 'stuck',
  })
})

test('events lost between check and signal: unknown', async () => {
  const text = [
    fence('init', 50, 1, 'client'),
    poll(100, 0),
    ioctl(110, 'EXPORT'),
    sleep(120, 530),
    'lost 200..300',
    fence('signaled', 500, 1),
    ioctl(600, 'ATOMIC'),
  ].join('\n')
  expect((await checks(text, 'verdict, match, block'))[0]).toEqual({ verdict: 'unknown', match: null, block: null })
})

test('the GPU driver exports after PRIME_HANDLE_TO_FD', async () => {
  const text = [sleep(10, 20), ioctl(100, 'HANDLE_TO_FD'), ioctl(110, 'EXPORT'), ioctl(200, 'ATOMIC')].join('\n')
  expect(await checks(text, 'caller, verdict')).toEqual([{ caller: 'gpu driver', verdict: 'unknown' }])
})

test("the commit thread's poll of the sync_file is no check of a dmabuf", async () => {
  const text = `${ioctl(10, 'ATOMIC')}
    100 HDMI-A-1 sys_enter_poll nfds=1 timeout_msecs=0
    105 HDMI-A-1 sys_exit_poll ret=1
    ${ioctl(110, 'ATOMIC', 'HDMI-A-1')}`
  expect(await checks(text, 'kind')).toEqual([])
})

test('a poll before SYNC_IOC_MERGE asks the sync_file of the rendering: no check of a dmabuf', async () => {
  const text = [sleep(10, 20), poll(100, 1), ioctl(200, 'ATOMIC'), poll(300, 1), ioctl(310, 'MERGE')].join('\n')
  expect(await checks(text, 'ts, kind')).toEqual([{ ts: 100, kind: 'poll' }])
})

test('polls with a timeout, or of several fds, are no checks', async () => {
  const text = `${ioctl(10, 'ATOMIC')}
    100 kwin sys_enter_poll nfds=1 timeout_msecs=200
    105 kwin sys_exit_poll ret=1
    110 kwin sys_enter_poll nfds=2 timeout_msecs=0
    115 kwin sys_exit_poll ret=0
    ${ioctl(120, 'ATOMIC')}`
  expect(await checks(text, 'kind')).toEqual([])
})

test('fences made after the check, and those that never end, do not stand before the first open one to end', async () => {
  const text = [
    fence('init', 10, 9, 'client'), // never signalled
    fence('init', 50, 1, 'client'),
    poll(100, 0),
    fence('init', 200, 2, 'client'),
    fence('signaled', 210, 2),
    fence('signaled', 900, 1),
    poll(1000, 0),
    fence('init', 1100, 3, 'client'),
    fence('signaled', 1110, 3),
    ioctl(1200, 'EXPORT'),
  ].join('\n')
  expect(await checks(text, 'ts, verdict, seqno, open_fences, match')).toMatchObject([
    {
      ts: 100,
      verdict: 'late',
      seqno: 1,
      open_fences: 2,
      match: 'time only: first of the open fences to be signalled',
    },
    { ts: 1000, verdict: 'cut', seqno: 9, open_fences: 1, match: 'time only: only open fence' },
    { ts: 1200, verdict: 'cut', seqno: 9, open_fences: 1 },
  ])
})

test('many fences and checks: each is matched as looking at every fence would', async () => {
  // Lives of 1 to 5000, some within others, some without an end.
  let seed = 1
  const random = (n: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % n
  }
  const lines: [number, string][] = []
  for (let seqno = 1; seqno <= 300; seqno++) {
    const created = 10 + random(20_000)
    lines.push([created, fence('init', created, seqno, 'client')])
    if (random(20) === 0) continue
    const end = created + 1 + random(random(10) === 0 ? 5000 : 50)
    lines.push([end, fence('signaled', end, seqno)])
  }
  for (let ts = 100; ts < 20_000; ts += 50) lines.push([ts, poll(ts, 0)])
  lines.push([30_000, ioctl(30_000, 'EXPORT')])
  const text = lines.sort(([a], [b]) => a - b).map(([, line]) => line)
  const db = await story(text.join('\n'))
  const wrong = await db.query(`
    SELECT c.ts, c.open_fences, c.seqno, count(f.seqno) AS n, arg_min(f.seqno, (f.closed_ts, f.created_ts)) AS expected
    FROM (FROM dmabuf_checks WHERE kind = 'poll') AS c
    LEFT JOIN (SELECT *, coalesce(signaled_ts, 99999999) AS closed_ts FROM fences) AS f ON f.created_ts <= c.ts AND f.closed_ts > c.ts
    GROUP BY ALL HAVING n <> c.open_fences OR expected IS DISTINCT FROM c.seqno`)
  const [{ n } = { n: 0 }] = await db.query("SELECT count(*) AS n FROM dmabuf_checks WHERE kind = 'poll'")
  db.close()
  expect(n).toBe(398)
  expect(wrong).toEqual([])
})
