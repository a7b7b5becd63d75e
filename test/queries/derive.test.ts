/** Derived tables on traces of a few lines. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { madeQueries, queriesVersion, rebuildDerived } from '../../src/derive.ts'
import { hashQueries, queriesFolder, readQueryFiles } from '../../src/query-file.ts'
import { databaseOf } from '../open.ts'
import { story } from '../story.ts'

const rowsOf = async (sql: string, text: string) => {
  const db = await story(text)
  const rows = await db.query(sql)
  db.close()
  return rows
}

test('syscalls: entry and exit become one row; an entry without exit is unfinished', async () => {
  const text = `
    100 kwin sys_enter_ioctl fd=3 cmd=1
    140 kwin sys_exit_ioctl ret=-11
    200 kwin sys_enter_poll nfds=1
    250 other sys_enter_ioctl fd=4294967295 cmd=2`
  expect(await rowsOf('SELECT ts, dur, tid, name, fd, ret, error, state FROM syscalls ORDER BY ts', text)).toEqual([
    { ts: 100, dur: 40, tid: 1, name: 'ioctl', fd: 3, ret: -11, error: 'EAGAIN', state: 'complete' },
    { ts: 200, dur: null, tid: 1, name: 'poll', fd: null, ret: null, error: null, state: 'unfinished' },
    { ts: 250, dur: null, tid: 2, name: 'ioctl', fd: -1, ret: null, error: null, state: 'unfinished' },
  ])
})

test('syscalls: a loss between entry and exit takes the duration, not the call', async () => {
  const text = `
    100 kwin sys_enter_ioctl fd=3
    lost 110..120
    140 kwin sys_exit_ioctl ret=0
    150 kwin sys_enter_ioctl fd=3
    160 kwin sys_exit_ioctl ret=0`
  expect(await rowsOf('SELECT ts, dur, state FROM syscalls ORDER BY ts', text)).toEqual([
    { ts: 100, dur: null, state: 'lost' },
    { ts: 150, dur: 10, state: 'complete' },
  ])
})

test('ioctls: a call whose request was not recorded stays a call', async () => {
  const text = `
    100 kwin sys_enter_ioctl fd=3
    140 kwin sys_exit_ioctl ret=0`
  const db = await story(text)
  await db.run('UPDATE store."syscalls.sys_enter_ioctl" SET cmd = NULL')
  await rebuildDerived(db)
  expect(await db.query('SELECT ts, dur, request, name FROM ioctls')).toEqual([
    { ts: 100, dur: 40, request: null, name: null },
  ])
  db.close()
})

test('ioctls: names from the UAPI headers, DRM driver commands and unknown ones by number', async () => {
  const text = `
    100 kwin sys_enter_ioctl fd=3 cmd=EXPORT
    200 kwin sys_enter_ioctl fd=3 cmd=${0xc0406449}
    300 kwin sys_enter_ioctl fd=3 cmd=${0x80017fff}
    400 kwin sys_enter_ioctl fd=3 cmd=${0x80ff4506}`
  expect(await rowsOf('SELECT name FROM ioctls ORDER BY ts', text)).toEqual([
    { name: 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE' },
    { name: 'DRM_COMMAND_BASE+0x09' },
    { name: '_IOC(_IOC_READ, 0x7f, 0xff, 0x01)' },
    { name: expect.stringContaining('EVIOCGNAME') },
  ])
})

test('fences: one row per life; the same context and seqno can come again', async () => {
  const fence = 'driver=vgem timeline=t context=7 seqno=1'
  const text = `
    10 client dma_fence_init ${fence}
    20 client dma_fence_signaled ${fence}
    30 client dma_fence_destroy driver=detached-driver timeline=signaled-timeline context=7 seqno=1
    40 client dma_fence_init ${fence}
    50 client dma_fence_destroy ${fence}
    60 client dma_fence_init driver=vgem timeline=t context=8 seqno=1
    70 client dma_fence_signaled driver=vgem timeline=t context=9 seqno=1`
  const sql =
    'SELECT context, driver, created_ts, signaled_ts, destroyed_ts, state FROM fences ORDER BY context, created_ts'
  expect(await rowsOf(sql, text)).toEqual([
    { context: 7, driver: 'vgem', created_ts: 10, signaled_ts: 20, destroyed_ts: 30, state: 'signaled' },
    { context: 7, driver: 'vgem', created_ts: 40, signaled_ts: null, destroyed_ts: 50, state: 'destroyed' },
    { context: 8, driver: 'vgem', created_ts: 60, signaled_ts: null, destroyed_ts: null, state: 'unsignaled' },
    { context: 9, driver: 'vgem', created_ts: null, signaled_ts: 70, destroyed_ts: null, state: 'partial' },
  ])
})

test('fences: what came before the init is of a life before; of marks that come twice the first counts', async () => {
  const text = `
    10 irq dma_fence_signaled driver=old timeline=t context=7 seqno=1
    20 client dma_fence_init driver=new timeline=t context=7 seqno=1
    30 worker dma_fence_signaled driver=new timeline=t context=7 seqno=1
    40 client dma_fence_init driver=new timeline=t context=8 seqno=1
    50 client dma_fence_wait_start driver=new timeline=t context=8 seqno=1
    52 client dma_fence_wait_start driver=new timeline=t context=8 seqno=1
    60 worker dma_fence_signaled driver=new timeline=t context=8 seqno=1
    70 irq dma_fence_signaled driver=new timeline=t context=8 seqno=1`
  const sql = `SELECT context, life, driver, created_ts, signaled_ts, t.comm AS signaled_by, waits
    FROM fences AS f LEFT JOIN threads AS t ON t.tid = f.signaled_tid ORDER BY context, life`
  expect(await rowsOf(sql, text)).toEqual([
    { context: 7, life: 0, driver: 'old', created_ts: null, signaled_ts: 10, signaled_by: 'irq', waits: 0 },
    { context: 7, life: 1, driver: 'new', created_ts: 20, signaled_ts: 30, signaled_by: 'worker', waits: 0 },
    { context: 8, life: 1, driver: 'new', created_ts: 40, signaled_ts: 60, signaled_by: 'worker', waits: 2 },
  ])
})

test('fences: names from while it was alive only, and numbers across their wrap', async () => {
  const gone = 'driver=detached-driver timeline=signaled-timeline'
  const text = `
    10 client dma_fence_init driver=vb2 timeline=t context=4294967295 seqno=4294967295
    20 client dma_fence_init driver=vb2 timeline=t context=4294967295 seqno=0
    30 irq dma_fence_signaled ${gone} context=4294967295 seqno=4294967295
    40 irq dma_fence_signaled driver=vb2 timeline=t context=4294967295 seqno=0
    50 client dma_fence_destroy ${gone} context=3 seqno=7
    60 kworker dma_fence_wait_start ${gone} context=3 seqno=8
    65 kworker dma_fence_wait_end ${gone} context=3 seqno=8
    70 client dma_fence_enable_signal driver=gpu timeline=ring context=5 seqno=1
    80 client dma_fence_destroy ${gone} context=5 seqno=1`
  const db = await story(text)
  expect(await db.query('SELECT context, seqno, driver, timeline, state FROM fences ORDER BY context, seqno')).toEqual([
    { context: 3, seqno: 7, driver: null, timeline: null, state: 'partial' },
    { context: 3, seqno: 8, driver: null, timeline: null, state: 'partial' },
    { context: 5, seqno: 1, driver: 'gpu', timeline: 'ring', state: 'partial' },
    { context: 4294967295, seqno: 0, driver: 'vb2', timeline: 't', state: 'signaled' },
    { context: 4294967295, seqno: 4294967295, driver: 'vb2', timeline: 't', state: 'signaled' },
  ])
  expect(await db.query('SELECT driver, dur FROM fence_waits')).toEqual([{ driver: null, dur: 5 }])
  expect(await db.query("SELECT n FROM correctness WHERE fact = 'signalled out of order in their context'")).toEqual([
    { n: null }, // of videobuf2 there is none
  ])
  await db.run("SET VARIABLE producer = 'vb2'")
  expect(await db.query("SELECT n FROM correctness WHERE fact = 'signalled out of order in their context'")).toEqual([
    { n: 0 }, // 4294967295 is before 0
  ])
  db.close()
})

test('fence_waits: slack of a wait for a signalled fence, wake of one that had to wait', async () => {
  const fence = (c: number) => `driver=v timeline=t context=${c} seqno=1`
  const text = `
    10 client dma_fence_init ${fence(1)}
    20 client dma_fence_signaled ${fence(1)}
    50 kworker dma_fence_wait_start ${fence(1)}
    55 kworker dma_fence_wait_end ${fence(1)}
    60 client dma_fence_init ${fence(2)}
    70 kworker dma_fence_wait_start ${fence(2)}
    90 client dma_fence_signaled ${fence(2)}
    97 kworker dma_fence_wait_end ${fence(2)}`
  expect(await rowsOf('SELECT ts, dur, slack, wake FROM fence_waits ORDER BY ts', text)).toEqual([
    { ts: 50, dur: 5, slack: 30, wake: null },
    { ts: 70, dur: 27, slack: null, wake: 7 },
  ])
})

test('frames: flip events per CRTC; vblanks across the wrap of the counter', async () => {
  const text = `
    100 irq drm_vblank_event_delivered crtc=0 seq=4294967295
    150 irq drm_vblank_event_delivered crtc=1 seq=5
    200 irq drm_vblank_event_delivered crtc=0 seq=1`
  expect(await rowsOf('SELECT output, frame, ts, dur, vblanks, state FROM frames ORDER BY ts', text)).toEqual([
    { output: 'crtc-0', frame: 1, ts: 100, dur: 100, vblanks: null, state: 'complete' },
    { output: 'crtc-1', frame: 1, ts: 150, dur: null, vblanks: null, state: 'cut' },
    { output: 'crtc-0', frame: 2, ts: 200, dur: null, vblanks: 2, state: 'cut' },
  ])
})

test('frames: without flip events the commit thread is the marker', async () => {
  const text = `
    100 HDMI-A-1 sys_enter_ioctl fd=3 cmd=ATOMIC
    110 HDMI-A-1 sys_exit_ioctl ret=0
    300 HDMI-A-1 sys_enter_ioctl fd=3 cmd=ATOMIC
    310 HDMI-A-1 sys_exit_ioctl ret=0
    320 kwin sys_enter_ioctl fd=3 cmd=ATOMIC
    330 kwin sys_exit_ioctl ret=0`
  expect(await rowsOf('SELECT output, ts, dur FROM frames ORDER BY ts', text)).toEqual([
    { output: 'HDMI-A-1', ts: 100, dur: 200 },
    { output: 'HDMI-A-1', ts: 300, dur: null },
  ])
})

test('members: by name, and the commit thread of that compositor; another process is another one', async () => {
  const text = `
    100 HDMI-A-1 sys_enter_ioctl fd=3 cmd=ATOMIC
    200 kwin sys_enter_ioctl fd=3 cmd=ATOMIC
    300 weston sys_enter_ioctl fd=3 cmd=ATOMIC`
  const sql = 'SELECT comm, why FROM members ORDER BY tid'
  expect(await rowsOf(sql, text)).toEqual([
    { comm: 'HDMI-A-1', why: 'commit thread' },
    { comm: 'kwin_wayland', why: 'name' },
  ])
})

test('per frame: calls between the first and the last flip, zeros included', async () => {
  const flip = (ts: number, seq: number) => `${ts} irq drm_vblank_event_delivered crtc=0 seq=${seq}`
  const call = (ts: number) => `${ts} kwin sys_enter_ioctl fd=3 cmd=MERGE\n${ts + 1} kwin sys_exit_ioctl ret=0`
  const text = [call(50), flip(100, 1), call(110), call(120), flip(200, 2), flip(300, 3), call(400)].join('\n')
  expect(
    await rowsOf("SELECT ts, command, calls FROM metric.ioctls_per_frame WHERE command <> '(all)' ORDER BY ts", text),
  ).toEqual([
    { ts: 100, command: 'SYNC_IOC_MERGE', calls: 2 },
    { ts: 200, command: 'SYNC_IOC_MERGE', calls: 0 },
  ])
})

test('v4l2_buffers: one row per round, with the fence made and signalled with it', async () => {
  const buffer = 'owner=9 type=1 index=0'
  const fence = 'driver=videobuf2 timeline=cap context=3 seqno=1'
  const text = `
    10 client vb2_qbuf ${buffer}
    20 client vb2_buf_queue ${buffer}
    21 client dma_fence_init ${fence}
    90 driver dma_fence_signaled ${fence}
    91 driver vb2_buf_done ${buffer}
    99 client vb2_dqbuf ${buffer}
    110 client vb2_qbuf ${buffer}
    120 client vb2_buf_queue ${buffer}`
  const sql =
    'SELECT round, queued_ts, driver_ts, done_ts, dequeued_ts, seqno, fence_match, state FROM v4l2_buffers ORDER BY round'
  expect(await rowsOf(sql, text)).toEqual([
    {
      round: 1,
      queued_ts: 10,
      driver_ts: 20,
      done_ts: 91,
      dequeued_ts: 99,
      seqno: 1,
      fence_match: 'created and signalled with it',
      state: 'dequeued',
    },
    {
      round: 2,
      queued_ts: 110,
      driver_ts: 120,
      done_ts: null,
      dequeued_ts: null,
      seqno: null,
      fence_match: null,
      state: 'queued',
    },
  ])
})

test('driver_starved: the stretch in which the driver had no buffer', async () => {
  const event = (ts: number, name: string, index: number) => `${ts} client ${name} owner=9 type=1 index=${index}`
  const text = [
    event(10, 'vb2_qbuf', 0),
    event(11, 'vb2_buf_queue', 0),
    event(50, 'vb2_buf_done', 0),
    event(70, 'vb2_qbuf', 1),
    event(80, 'vb2_buf_queue', 1),
    event(95, 'vb2_buf_done', 1),
  ].join('\n')
  expect(await rowsOf('SELECT ts, dur FROM metric.driver_starved', text)).toEqual([{ ts: 50, dur: 30 }])
})

test('waits and pipeline: the parts of the wake, the commit and the flip', async () => {
  const fence = 'driver=videobuf2 timeline=cap context=3 seqno=1'
  const text = `
    50 client dma_fence_init ${fence}
    100 kwin sys_enter_poll nfds=1 timeout_msecs=0
    105 kwin sys_exit_poll ret=0
    110 kwin sys_enter_ioctl fd=7 cmd=EXPORT
    115 kwin sys_exit_ioctl ret=0
    120 kwin sys_enter_ppoll nfds=9
    500 driver dma_fence_signaled ${fence}
    510 driver sched_wakeup comm=kwin_wayland pid=2
    515 driver sched_switch prev_pid=3 next_comm=kwin_wayland next_pid=2
    530 kwin sys_exit_ppoll ret=1
    600 HDMI-A-1 sys_enter_ioctl fd=3 cmd=ATOMIC
    610 HDMI-A-1 sys_exit_ioctl ret=0
    700 irq drm_vblank_event_delivered crtc=0 seq=1`
  const sql = `SELECT block, wake, signal_to_woken, woken_to_running, running_to_return, commit_lag, flip_lag FROM waits`
  expect(await rowsOf(sql, text)).toEqual([
    {
      block: 400,
      wake: 30,
      signal_to_woken: 10,
      woken_to_running: 5,
      running_to_return: 15,
      commit_lag: 100,
      flip_lag: 100,
    },
  ])
  expect(await rowsOf('SELECT check_ts, learned_ts, commit_ts, flip_ts, is_presented FROM pipeline', text)).toEqual([
    { check_ts: 100, learned_ts: 530, commit_ts: 600, flip_ts: 700, is_presented: true },
  ])
})

test('cpu_time: from the switch to a thread until the next one on that CPU', async () => {
  const text = `
    0 a sched_switch prev_pid=0 next_comm=b next_pid=2
    400 b sched_switch prev_pid=2 next_comm=a next_pid=1
    1000000100 a sched_switch prev_pid=1 next_comm=b next_pid=2
    1000000150 b sched_switch prev_pid=2 next_comm=idle next_pid=0`
  expect(await rowsOf('SELECT tid, second, running, switches FROM cpu_time ORDER BY tid, second', text)).toEqual([
    { tid: 1, second: 0, running: 999_999_700, switches: 1 },
    { tid: 2, second: 0, running: 400, switches: 1 },
    { tid: 2, second: 1, running: 50, switches: 1 },
  ])
})

test('fences: the context of the signal, from the flags of the event', async () => {
  const fence = (seqno: number) => `driver=v timeline=t context=1 seqno=${seqno}`
  const text = `
    1 client dma_fence_init ${fence(1)}
    2 client dma_fence_signaled ${fence(1)} common_flags=8
    3 client dma_fence_init ${fence(2)}
    4 kworker/0:1 dma_fence_signaled ${fence(2)} common_flags=0
    5 client dma_fence_init ${fence(3)}
    6 driver dma_fence_signaled ${fence(3)} common_flags=0`
  expect(await rowsOf('SELECT signaled_in FROM fences ORDER BY seqno', text)).toEqual([
    { signaled_in: 'hard irq' },
    { signaled_in: 'kworker' },
    { signaled_in: 'thread' },
  ])
})

test('a context and seqno that come again: buffer, check and chain are joined with their own life', async () => {
  const life = (t: number) => `
    ${t + 10} client vb2_qbuf owner=9 type=1 index=0
    ${t + 20} client vb2_buf_queue owner=9 type=1 index=0
    ${t + 21} client dma_fence_init driver=videobuf2 timeline=cap context=3 seqno=1
    ${t + 100} kwin sys_enter_poll nfds=1 timeout_msecs=0
    ${t + 105} kwin sys_exit_poll ret=0
    ${t + 110} kwin sys_enter_ioctl fd=7 cmd=EXPORT
    ${t + 115} kwin sys_exit_ioctl ret=0
    ${t + 500} driver dma_fence_signaled driver=videobuf2 timeline=cap context=3 seqno=1
    ${t + 501} driver vb2_buf_done owner=9 type=1 index=0
    ${t + 600} client vb2_dqbuf owner=9 type=1 index=0`
  const text = [0, 10_000, 20_000].map(life).join('\n')
  expect(await rowsOf('SELECT life, created_ts FROM fences ORDER BY life', text)).toEqual([
    { life: 1, created_ts: 21 },
    { life: 2, created_ts: 10_021 },
    { life: 3, created_ts: 20_021 },
  ])
  expect(await rowsOf('SELECT round, life FROM v4l2_buffers ORDER BY round', text)).toEqual([
    { round: 1, life: 1 },
    { round: 2, life: 2 },
    { round: 3, life: 3 },
  ])
  expect(
    await rowsOf('SELECT check_ts, driver_ts, created_ts, signaled_ts FROM pipeline ORDER BY check_ts', text),
  ).toEqual([
    { check_ts: 100, driver_ts: 20, created_ts: 21, signaled_ts: 500 },
    { check_ts: 10_100, driver_ts: 10_020, created_ts: 10_021, signaled_ts: 10_500 },
    { check_ts: 20_100, driver_ts: 20_020, created_ts: 20_021, signaled_ts: 20_500 },
  ])
})

test('ioctls: calls of unknown requests, and of known ones, keep the request', async () => {
  const text = `
    10 kwin sys_enter_ioctl fd=7 cmd=EXPORT arg=4096
    12 kwin sys_exit_ioctl ret=-11
    20 kwin sys_enter_ioctl fd=7 cmd=7 arg=0
    30 kwin sys_enter_ioctl fd=8 cmd=EXPORT arg=8192`
  expect(await rowsOf('SELECT ts, dur, fd, request, error, state, name FROM ioctls ORDER BY ts', text)).toEqual([
    {
      ts: 10,
      dur: 2,
      fd: 7,
      request: 0xc0086202,
      error: 'EAGAIN',
      state: 'complete',
      name: 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE',
    },
    {
      ts: 20,
      dur: null,
      fd: 7,
      request: 7,
      error: null,
      state: 'unfinished',
      name: '_IOC(_IOC_NONE, 0x00, 0x07, 0x00)',
    },
    {
      ts: 30,
      dur: null,
      fd: 8,
      request: 0xc0086202,
      error: null,
      state: 'unfinished',
      name: 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE',
    },
  ])
})

/** A recording as text, lines as they are. */
async function recorded(lines: string) {
  const path = join(tmpdir(), `derive-${process.pid}-${Math.random()}.txt`)
  writeFileSync(path, `${lines.trim().replace(/^ {4}/gm, '')}\n`)
  const db = await databaseOf([path, 'x'])
  rmSync(path)
  return db
}

test('threads: the process that the TGID column prints, and that of threads which those create', async () => {
  const db = await recorded(`
    # tracer: nop
    #
    #           TASK-PID     TGID     CPU#  |||||  TIMESTAMP  FUNCTION
    #              | |         |         |   |||||     |         |
        kwin_wayland-486     (    486) [000] d..2.     1.000000: sys_enter_ioctl: fd: 0x3, cmd: 0xc0086202, arg: 0x0
          llvmpipe-0-495     (    486) [000] d..2.     1.000100: sys_enter_ioctl: fd: 0x3, cmd: 0xc0086202, arg: 0x0
          llvmpipe-0-495     (    486) [000] d..2.     1.000200: task_newtask: pid=600 comm=llvmpipe-0 clone_flags=3d0f00 oom_score_adj=0
                bash-700     (-------) [000] d..2.     1.000300: task_newtask: pid=701 comm=bash clone_flags=1200000 oom_score_adj=0
                bash-702     (    700) [000] d..2.     1.000300: task_newtask: pid=702 comm=bash clone_flags=1200000 oom_score_adj=0`)
  expect(await db.query('SELECT tid, pid FROM threads ORDER BY tid')).toEqual([
    { tid: 486, pid: 486 },
    { tid: 495, pid: 486 },
    { tid: 600, pid: 486 },
    { tid: 700, pid: null },
    { tid: 701, pid: 701 },
    { tid: 702, pid: 700 },
  ])
  expect(await db.query('SELECT tid, why FROM members ORDER BY tid')).toEqual([
    { tid: 486, why: 'name' },
    { tid: 495, why: 'process' },
    { tid: 600, why: 'process' },
  ])
  db.close()
})

test('threads: of several names in a log of strace -Y, the last', async () => {
  const db = await recorded(`
    100<strace> 1700000000.000001 execve("/x", [], []) = 0
    100<kwin_wayland> 1700000000.000101 brk(NULL) = 0x55`)
  expect(await db.query('SELECT tid, comm FROM threads')).toEqual([{ tid: 100, comm: 'kwin_wayland' }])
  db.close()
})

test('an event that several buffers hold counts once, and the recording says so', async () => {
  const db = await recorded(`
    cpus=1
    kw:              kwin-5     [000]     1.000000: sys_enter_ioctl:      fd: 0x3, cmd: 0xc0086202, arg: 0x0
                     kwin-5     [000]     1.000001: sys_enter_ioctl:      fd: 0x3, cmd: 0xc0086202, arg: 0x0
    kw:              kwin-5     [000]     1.000050: sys_exit_ioctl:       0x0
                     kwin-5     [000]     1.000051: sys_exit_ioctl:       0x0
    kw:              kwin-5     [000]     1.000060: sys_enter_close:      fd: 0x3
    kw:              kwin-5     [000]     1.000070: sys_exit_close:       0x0
    kw:              kwin-5     [000]     1.000072: sys_enter_ioctl:      fd: 0x3, cmd: 0xc0086202, arg: 0x0
    kw:              kwin-5     [000]     1.000075: sys_exit_ioctl:       0x0
    kw:              kwin-5     [000]     1.000080: vb2_qbuf:             owner = 1, index = 0, type = 1, bytesused = 0, timestamp = 0
                     kwin-5     [000]     1.000081: vb2_qbuf:             owner = 1, index = 0, type = 1, bytesused = 0, timestamp = 0`)
  expect(await db.query('SELECT ts, dur, name FROM syscalls ORDER BY ts')).toEqual([
    { ts: 1_000_000_000, dur: 50_000, name: 'ioctl' },
    { ts: 1_000_060_000, dur: 10_000, name: 'close' },
    { ts: 1_000_072_000, dur: 3000, name: 'ioctl' },
  ])
  expect(await db.query('SELECT count(*) AS n, min(queued_ts) AS ts FROM v4l2_buffers')).toEqual([
    { n: 1, ts: 1_000_080_000 },
  ])
  expect(await db.query('SELECT count(*) AS n FROM vb2.vb2_qbuf')).toEqual([{ n: 2 }])
  expect(await db.query('SELECT kind, place, detail FROM problems')).toEqual([
    {
      kind: 'several-buffers',
      place: 'instance kw, the top buffer',
      detail: 'syscalls.sys_enter_ioctl and 2 other events: in several buffers, derived once: from instance kw first',
    },
  ])
  db.close()
})

/** Lines of trace-cmd report: `1000 kw kwin-5 0 sys_exit_ioctl: 0x0`, times in us, `-` for the top buffer. */
const reported = (text: string) =>
  recorded(
    `cpus=2\n${text
      .trim()
      .split('\n')
      .map((line) => {
        const [us = '', buffer = '', thread = '', cpu = '', ...event] = line.trim().split(' ')
        const [comm = '', tid = ''] = thread.split('-')
        const time = (Number(us) / 1e6).toFixed(6).padStart(12)
        const head = buffer === '-' ? ' '.repeat(6) : `${buffer}: `.padEnd(6)
        return us === 'lost'
          ? `${buffer === '-' ? '' : `${buffer}: `}CPU:0 [1 EVENTS DROPPED]`
          : `${head}${comm.padStart(16)}-${tid.padEnd(5)} [00${cpu}] ${time}: ${event.join(' ')}`
      })
      .join('\n')}`,
  )

test('buffers that share the threads among them hold nothing twice', async () => {
  const db = await reported(`
    1000 kw kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    1010 kw kwin-5 0 sys_exit_ioctl: 0x0
    1020 cam cam-7 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    1040 cam cam-7 0 sys_exit_ioctl: 0x0`)
  expect(await db.query('SELECT tid, dur FROM syscalls ORDER BY tid')).toEqual([
    { tid: 5, dur: 10_000 },
    { tid: 7, dur: 20_000 },
  ])
  expect(await db.query('SELECT count(*) AS n FROM problems')).toEqual([{ n: 0 }])
  db.close()
})

test('running: a switch of several buffers is one stay, whether or not other recordings have buffers', async () => {
  const lines = (buffer: string, us: number) => `
    ${us} ${buffer} kwin-5 0 sched_switch: prev_comm=kwin prev_pid=5 prev_prio=120 prev_state=S ==> next_comm=cam next_pid=7 next_prio=120
    ${us + 100} ${buffer} cam-7 0 sched_switch: prev_comm=cam prev_pid=7 prev_prio=120 prev_state=S ==> next_comm=kwin next_pid=5 next_prio=120`
  const stays = [
    { tid: 7, dur: 100_000 },
    { tid: 5, dur: null },
  ]
  const alone = await reported(lines('-', 1000))
  expect(await alone.query('SELECT tid, dur FROM running ORDER BY ts')).toEqual(stays)
  alone.close()
  const db = await reported(lines('-', 1000) + lines('kw', 1001))
  expect(await db.query('SELECT tid, dur FROM running ORDER BY ts')).toEqual(stays)
  expect(await db.query('SELECT instance, tid, events, is_counted FROM buffers ORDER BY rank, tid')).toEqual([
    { instance: null, tid: 5, events: 1, is_counted: true },
    { instance: null, tid: 7, events: 1, is_counted: true },
    { instance: 'kw', tid: 5, events: 1, is_counted: false },
    { instance: 'kw', tid: 7, events: 1, is_counted: false },
  ])
  db.close()
})

test('the version of the queries covers the SQL that the program makes', () => {
  const files = readQueryFiles(queriesFolder())
  expect(queriesVersion()).toHaveLength(12)
  expect(queriesVersion()).not.toBe(hashQueries(files))
  expect(madeQueries().join('\n')).toContain('ANTI JOIN')
  expect(hashQueries(files, ['SELECT 1'])).not.toBe(hashQueries(files, ['SELECT 2']))
})

test('what a buffer lost counts where its events count', async () => {
  const events = (buffer: string, us: number) => `
    ${us} ${buffer} kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    lost ${buffer}
    ${us + 10} ${buffer} kwin-5 0 sys_exit_ioctl: 0x0`
  const both = await reported(events('kw', 1000) + events('-', 1001))
  expect(await both.query('SELECT state FROM syscalls')).toEqual([{ state: 'lost' }])
  both.close()
  const one = await reported(`
    1000 - kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    1001 kw kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    lost kw
    1002 kw kwin-5 0 sys_enter_close: fd: 0x3
    1003 - kwin-5 0 sys_enter_close: fd: 0x3
    1004 - kwin-5 0 sys_exit_close: 0x0`)
  expect(await one.query("SELECT state, dur FROM syscalls WHERE name = 'close'")).toEqual([
    { state: 'complete', dur: 1000 },
  ])
  one.close()
})

test.each(["$'", 'a$&b', "it's", '$`'])('an instance called %s is a name and nothing else', async (name) => {
  const db = await reported(`
    1000 ${name} kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    1001 - kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0
    1010 ${name} kwin-5 0 sys_exit_ioctl: 0x0
    1020 ${name} kwin-5 0 sys_enter_ioctl: fd: 0x3, cmd: 0x1, arg: 0x0`)
  expect(await db.query('SELECT ts, dur FROM syscalls ORDER BY ts')).toEqual([
    { ts: 1_000_000, dur: 10_000 },
    { ts: 1_020_000, dur: null },
  ])
  db.close()
})

test('cpu_time and running: a stay that another thread ends is not measured, as the switches were filtered', async () => {
  const db = await story(`
    1000 a sched_switch next_pid=7 next_comm=kwin
    1300 b sched_switch prev_pid=7 next_pid=0 next_comm=swapper
    2000 a sched_switch prev_pid=9 next_pid=7 next_comm=kwin
    9000 b sched_switch prev_pid=8 next_pid=0 next_comm=swapper`)
  expect(await db.query('SELECT tid, running FROM cpu_time WHERE tid = 7')).toEqual([{ tid: 7, running: 300 }])
  expect(await db.query('SELECT ts, dur FROM running WHERE tid = 7 ORDER BY ts')).toEqual([
    { ts: 1000, dur: 300 },
    { ts: 2000, dur: null },
  ])
  db.close()
})

test('v4l2_buffers: of two queues of a memory-to-memory device the one with the nearest mark has the fence', async () => {
  const db = await story(`
    100 cam vb2_qbuf owner=1 index=0 type=2
    101 cam vb2_buf_queue owner=1 index=0 type=2
    110 cam vb2_qbuf owner=1 index=0 type=1
    111 cam vb2_buf_queue owner=1 index=0 type=1
    112 cam dma_fence_init driver=vb2 timeline=q context=9 seqno=1
    200 irq dma_fence_signaled driver=vb2 timeline=q context=9 seqno=1
    201 irq vb2_buf_done owner=1 index=0 type=1
    205 irq vb2_buf_done owner=1 index=0 type=2`)
  expect(await db.query('SELECT type, seqno, fence_match FROM v4l2_buffers ORDER BY type')).toEqual([
    { type: 1, seqno: 1, fence_match: 'created and signalled with it' },
    { type: 2, seqno: null, fence_match: null },
  ])
  db.close()
})

test('an event without a name keeps its text', async () => {
  const db = await recorded(
    '          a-5     [000]     1.000000: sched_wakeup: comm=a pid=5 prio=1 target_cpu=000\n          a-5     [000]     1.000001: :  x=1',
  )
  expect(await db.query('SELECT ts, text FROM ftrace_text.other')).toEqual([{ ts: 1_000_001_000, text: 'x=1' }])
  db.close()
})
