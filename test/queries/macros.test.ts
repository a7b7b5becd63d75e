/** The macros and the views for people, on traces of a few lines. */
import { expect, test } from 'vitest'
import { readMacros } from '../../src/macros.ts'
import { story } from '../story.ts'

const one = async (text: string, sql: string) => {
  const database = await story(text)
  try {
    return await database.query(sql)
  } finally {
    database.close()
  }
}

test.each([
  ['us(1234)', 1.234],
  ['ms(1234567)', 1.235],
  ['readable(950)', '950 ns'],
  ['readable(4630)', '4.63 us'],
  ['readable(-31900000)', '-31.9 ms'],
  ['readable(3850000000)', '3.85 s'],
  ['readable(NULL)', null],
  ['errno_name(-11)', 'EAGAIN'],
  ['errno_name(4)', 'EINTR'],
  ['errno_name(0)', null],
  ["ioctl_name('0xc0086202')", 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'],
  ['ioctl_name(3221774850)', 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'],
  ['ioctl_name(-1073192446)', 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'],
  ["syscall_name('x86_64', 16)", 'ioctl'],
  ["syscall_name('arm64', 29)", 'ioctl'],
  ['task_state(0)', 'R'],
  ['task_state(256)', 'R'],
  ['task_state(1)', 'S'],
  ['task_state(2)', 'D'],
  ['task_state(128)', 'I'],
  ['since_begin(1, 1000000100)', 1],
  ['ts_at(1, 0.5)', 500000100],
  ['thread_name(1, 1)', 'kwin_wayland'],
  ['thread_name(1, 99)', null],
  ['frame_of(1, 150)', null],
  ['frame_of(1, 250)', 1],
  ['frame_of(1, 300)', 2],
])('%s', async (expression, expected) => {
  const trace = `
    100 kwin sys_enter_poll nfds=1 timeout_msecs=5
    200 kwin drm_vblank_event_delivered crtc=0 seq=1
    300 kwin drm_vblank_event_delivered crtc=0 seq=2`
  expect(await one(trace, `SELECT ${expression} AS value`)).toEqual([{ value: expected }])
})

test('a macro sees the columns of the row it is called for, not those inside of it', async () => {
  const rows = await one(
    '100 kwin sys_enter_poll nfds=1\n 150 other sys_enter_poll nfds=1',
    'SELECT thread_name(capture, tid) AS comm, since_begin(capture, ts) * 1e9 AS at FROM syscalls ORDER BY ts',
  )
  expect(rows).toEqual([
    { comm: 'kwin_wayland', at: 0 },
    { comm: 'other', at: 50 },
  ])
})

test('around and between_ts are windows over all events', async () => {
  const trace =
    '1000000 kwin sys_enter_poll nfds=1\n 2000000 kwin sys_exit_poll ret=1\n 3000001 other sys_enter_poll nfds=1'
  expect(await one(trace, 'SELECT us, comm, event FROM around(1, 2000000, 1)')).toEqual([
    { us: -1000, comm: 'kwin_wayland', event: 'syscalls:sys_enter_poll' },
    { us: 0, comm: 'kwin_wayland', event: 'syscalls:sys_exit_poll' },
  ])
  expect(await one(trace, 'SELECT us, event FROM between_ts(1, 1500000, 9000000)')).toEqual([
    { us: 500, event: 'syscalls:sys_exit_poll' },
    { us: 1500.001, event: 'syscalls:sys_enter_poll' },
  ])
})

test('fences_at has what was created and not destroyed', async () => {
  const trace = `
    100 cam dma_fence_init driver=vb context=1 seqno=1
    110 cam dma_fence_init driver=vb context=1 seqno=2
    200 irq dma_fence_signaled driver=vb context=1 seqno=1
    300 cam dma_fence_destroy driver=vb context=1 seqno=1`
  expect(await one(trace, 'SELECT seqno, is_open, age FROM fences_at(1, 250)')).toEqual([
    { seqno: 1, is_open: false, age: 150 },
    { seqno: 2, is_open: true, age: 140 },
  ])
  expect(await one(trace, 'SELECT seqno FROM fences_at(1, 300)')).toEqual([{ seqno: 2 }])
})

test('running is what a CPU did from switch to switch; a loss cuts it', async () => {
  const trace = `
    100 idle sched_switch prev_pid=0 prev_state=0 next_pid=7 next_comm=a
    150 a sched_switch prev_pid=7 prev_state=1 next_pid=8 next_comm=b
    lost 160..180
    200 b sched_switch prev_pid=8 prev_state=256 next_pid=7 next_comm=a`
  expect(await one(trace, 'SELECT ts, dur, tid, comm, end_state FROM running ORDER BY ts')).toEqual([
    { ts: 100, dur: 50, tid: 7, comm: 'a', end_state: 'S' },
    { ts: 150, dur: null, tid: 8, comm: 'b', end_state: null },
    { ts: 200, dur: null, tid: 7, comm: 'a', end_state: null },
  ])
})

test('sleeps are calls that left the CPU, with who woke the thread', async () => {
  const trace = `
    1000 kwin sched_switch prev_pid=0 prev_state=0 next_pid=1 next_comm=kwin_wayland
    2000 kwin sys_enter_poll nfds=1 timeout_msecs=50
    3000 kwin sched_switch prev_pid=1 prev_state=1 next_pid=0 next_comm=idle
    8000 cam sched_wakeup pid=1 comm=kwin_wayland
    9000 idle sched_switch prev_pid=0 prev_state=0 next_pid=1 next_comm=kwin_wayland
    9500 kwin sys_exit_poll ret=1
    9600 kwin sys_enter_poll nfds=1 timeout_msecs=0
    11600 kwin sys_exit_poll ret=0`
  expect(await one(trace, 'SELECT ts, dur, comm, what, woken_by FROM sleeps')).toEqual([
    { ts: 2000, dur: 7500, comm: 'kwin_wayland', what: 'poll', woken_by: 'cam' },
  ])
})

test('calls have the name of the request, exports and polls the name of the thread', async () => {
  const trace = `
    100 kwin sys_enter_ioctl fd=5 cmd=EXPORT
    110 kwin sys_exit_ioctl ret=0
    120 kwin sys_enter_ppoll nfds=2
    130 kwin sys_exit_ppoll ret=1`
  expect(await one(trace, 'SELECT call, comm, fd, dur FROM calls ORDER BY ts')).toEqual([
    { call: 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE', comm: 'kwin_wayland', fd: 5, dur: 10 },
    { call: 'ppoll', comm: 'kwin_wayland', fd: null, dur: 10 },
  ])
  expect(await one(trace, 'SELECT comm, dur FROM exports')).toEqual([{ comm: 'kwin_wayland', dur: 10 }])
  expect(await one(trace, 'SELECT name, ready FROM polls')).toEqual([{ name: 'ppoll', ready: 1 }])
})

test('every macro says what it is, and the database says it too', async () => {
  const database = await story('100 kwin sys_enter_poll nfds=1')
  const known = await database.query(
    'SELECT function_name AS name, comment FROM duckdb_functions() WHERE NOT internal ORDER BY name',
  )
  database.close()
  const macros = readMacros()
  expect(known).toEqual(macros.map((m) => ({ name: m.name, comment: `${m.signature}: ${m.title}` })))
  for (const macro of macros) {
    expect(macro.title).toMatch(/\.$/)
    for (const [, sentence] of macro.parameters) expect(sentence).toMatch(/\.$/)
  }
})
