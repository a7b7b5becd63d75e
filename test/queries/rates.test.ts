/** Metrics per second, of pools and of verdicts, on traces whose arithmetic a reader can do. */
import { expect, test } from 'vitest'
import { story } from '../story.ts'

const S = 1_000_000_000

async function rowsOf(sql: string, text: string): Promise<unknown[][]> {
  const db = await story(text)
  const rows = await db.query(sql)
  db.close()
  return rows.map((row) => Object.values(row))
}

const poll = (ts: number, answer: number) => `
  ${ts} kwin sys_enter_poll nfds=1 timeout_msecs=0
  ${ts + 5} kwin sys_exit_poll ret=${answer}`
const ioctl = (ts: number, request: string) => `
  ${ts} kwin sys_enter_ioctl fd=7 cmd=${request}
  ${ts + 5} kwin sys_exit_ioctl ret=0`

test('syscalls per second: whole seconds, zeros included, none across a loss', async () => {
  const text = `0 other dma_fence_init driver=v timeline=t context=1 seqno=1
    ${poll(10, 1)} ${poll(20, 1)} ${ioctl(30, 'ATOMIC')}
    ${poll(2 * S + 10, 1)}
    lost ${3 * S + 10}..${3 * S + 20}
    ${poll(3 * S + 100, 1)}
    ${poll(4 * S + 10, 1)}`
  const sql = 'SELECT ts, syscall, calls FROM metric.syscalls_per_second ORDER BY ALL'
  expect(await rowsOf(sql, text)).toEqual([
    [0, '(all)', 3],
    [0, 'ioctl', 1],
    [0, 'poll', 2],
    [S, '(all)', 0],
    [S, 'ioctl', 0],
    [S, 'poll', 0],
    [2 * S, '(all)', 1],
    [2 * S, 'ioctl', 0],
    [2 * S, 'poll', 1],
  ])
})

const change = (ts: number, cpu: number, from: string, to: string) => {
  const tid: Record<string, number> = { idle: 0, kwin: 1, helper: 2, cam: 3, x: 4 }
  return `${ts} ${from} sched_switch prev_pid=${tid[from]} next_pid=${tid[to]} next_comm=${to === 'kwin' ? 'kwin_wayland' : to} cpu=${cpu}`
}

test('CPU time by process: the chosen one, the programs that take V4L2 buffers, all together', async () => {
  const text = `
    0 kwin sys_enter_poll nfds=2
    1 helper dma_fence_init driver=v timeline=t context=1 seqno=1
    2 cam vb2_dqbuf owner=1 type=1 index=0
    ${change(100, 0, 'x', 'kwin')}
    ${change(400, 0, 'kwin', 'cam')}
    ${change(600, 0, 'cam', 'helper')}
    ${change(700, 0, 'helper', 'idle')}
    ${change(S + 100, 0, 'idle', 'cam')}
    ${change(S + 150, 0, 'cam', 'idle')}
    ${2 * S + 5} x dma_fence_init driver=v timeline=t context=1 seqno=2`
  const sql = 'SELECT ts // 1000000000 AS second, process, running FROM metric.cpu_time_by_process ORDER BY ALL'
  expect(await rowsOf(sql, text)).toEqual([
    [0, '(all processes)', 600],
    [0, 'cam', 200],
    [0, 'kwin_wayland', 300],
    [1, '(all processes)', 50],
    [1, 'cam', 50],
    [1, 'kwin_wayland', 0],
  ])
})

test('wake-ups, switches and migrations per second', async () => {
  const text = `
    0 kwin sys_enter_poll nfds=2
    1 helper dma_fence_init driver=v timeline=t context=1 seqno=1
    50 x sched_wakeup pid=1 comm=kwin_wayland
    ${change(100, 0, 'x', 'kwin')}
    ${change(200, 0, 'kwin', 'x')}
    ${change(300, 1, 'x', 'kwin')}
    ${change(400, 1, 'kwin', 'x')}
    ${S + 5} x dma_fence_init driver=v timeline=t context=1 seqno=2`
  const sql = 'SELECT what, times FROM metric.scheduling_per_second ORDER BY what'
  expect(await rowsOf(sql, text)).toEqual([
    ['migrations', 1],
    ['switches', 2],
    ['wakeups', 1],
  ])
})

const flip = (ts: number, seq: number) => `${ts} irq drm_vblank_event_delivered crtc=0 seq=${seq}`

test('missed vblanks: beyond the usual flip, across the wrap of the counter', async () => {
  const seqs = [4294967294, 0, 2, 4, 9, 10] // 2, 2, 2, 5 and 1 vblanks: the usual flip takes 2
  const text = seqs.map((seq, i) => flip(100 * (i + 1), seq)).join('\n')
  expect(await rowsOf('SELECT ts, missed FROM metric.missed_vblanks ORDER BY ts', text)).toEqual([
    [200, 0],
    [300, 0],
    [400, 0],
    [500, 3],
    [600, 0],
  ])
})

test('explicit synchronisation: 0 in a frame is a measurement, no ioctl at all is none', async () => {
  const frames = `${flip(100, 1)}\n${flip(200, 2)}\n${flip(300, 3)}`
  const sql = 'SELECT ts, calls FROM metric.explicit_sync_per_frame ORDER BY ts'
  expect(await rowsOf(sql, `${frames} ${ioctl(110, 'ATOMIC')} ${ioctl(210, 'SYNCOBJ_SIGNAL')}`)).toEqual([
    [100, 0],
    [200, 1],
  ])
  expect(await rowsOf(sql, `${frames} ${poll(110, 1)}`)).toEqual([])
})

test('verdicts: each check has one, and a 0 for every other that occurs', async () => {
  const text = `
    5 cam dma_fence_init driver=videobuf2 timeline=t context=3 seqno=1
    ${poll(10, 0)} ${ioctl(20, 'EXPORT')}
    60 driver dma_fence_signaled driver=videobuf2 timeline=t context=3 seqno=1
    ${poll(100, 1)} ${ioctl(200, 'ATOMIC')}`
  expect(await rowsOf('SELECT ts, verdict, is_so FROM metric.check_verdicts ORDER BY ALL', text)).toEqual([
    [10, 'early', 0],
    [10, 'late', 1],
    [100, 'early', 1],
    [100, 'late', 0],
  ])
})

test('the pool: waiting, with the driver, done, with the client; at each flip', async () => {
  const buffer = (ts: number, what: string, index: number) => `${ts} cam vb2_${what} owner=9 type=1 index=${index}`
  const text = [
    buffer(10, 'qbuf', 0),
    buffer(20, 'qbuf', 1),
    buffer(30, 'buf_queue', 0),
    buffer(40, 'buf_queue', 1),
    buffer(50, 'buf_done', 0),
    buffer(60, 'dqbuf', 0),
    flip(65, 1),
    buffer(70, 'qbuf', 0),
    buffer(80, 'buf_queue', 0),
    flip(90, 2),
  ].join('\n')
  expect(await rowsOf('SELECT ts, dur, waiting, driver, done, client FROM v4l2_pool ORDER BY ts', text)).toEqual([
    [10, 10, 1, 0, 0, 0],
    [20, 10, 2, 0, 0, 0],
    [30, 10, 1, 1, 0, 0],
    [40, 10, 0, 2, 0, 0],
    [50, 10, 0, 1, 1, 0],
    [60, 10, 0, 1, 0, 1],
    [70, 10, 1, 1, 0, 0],
    [80, null, 0, 2, 0, 0],
  ])
  // The flip at 90 is behind the last event of the queue: what became of it is not known.
  expect(await rowsOf('SELECT ts, holder, buffers FROM metric.buffers_held ORDER BY ALL', text)).toEqual([
    [65, 'client (and compositor)', 1],
    [65, 'done', 0],
    [65, 'driver', 1],
  ])
})
