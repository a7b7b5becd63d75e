/** The text of one event becomes the columns of its table. */
import { describe, expect, test } from 'vitest'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { collect } from '../collect.ts'
import { readEventText, readText } from './ftrace-text-read.ts'
import { bytesOf } from './strace-read.ts'

const SWITCH = {
  prev_comm: 'kwin:1',
  prev_pid: 123,
  prev_prio: 120,
  next_comm: 'swapper/1',
  next_pid: 0,
  next_prio: 120,
}
const IOCTL = { table: 'syscalls.sys_enter_ioctl', fd: 0x13n, cmd: 0xc03864bcn, arg: 0x7ffen }
const BUFFER = { queued_count: 3, owned_by_drv_count: 4, index: 1, type: 1, bytesused: 230400, timestamp: 5n }

const TEXTS: [text: string, row: Record<string, unknown>][] = [
  [
    'sched_switch: prev_comm=kwin:1 prev_pid=123 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120',
    { ...SWITCH, prev_state: 1n },
  ],
  [
    'sched_switch: prev_comm=kwin:1 prev_pid=123 prev_prio=120 prev_state=R+ ==> next_comm=swapper/1 next_pid=0 next_prio=120',
    { ...SWITCH, prev_state: 256n },
  ],
  [
    'sched_switch: prev_comm=kwin:1 prev_pid=123 prev_prio=120 prev_state=64 next_comm=swapper/1 next_pid=0 next_prio=120',
    { ...SWITCH, prev_state: 64n },
  ],
  ['sched_switch: kwin:1:123 [120] S ==> swapper/1:0 [120]', { ...SWITCH, prev_state: 1n }],
  ['sched_switch: kwin:1:123 [120] D ==> swapper/1:0 [120] Latency: 2.139 usecs', { ...SWITCH, prev_state: 2n }],
  ['sched_switch: kwin:1:123 [120] D|I ==> swapper/1:0 [120]', { ...SWITCH, prev_state: 0x82n }],
  ...['X', 'Z', 'x', 'W', 'P', 'D|W'].map((letters): [string, Record<string, unknown>] => [
    `sched_switch: kwin:1:123 [120] ${letters} ==> swapper/1:0 [120]`,
    { ...SWITCH, prev_state: null },
  ]),
  ['sched_switch: kwin:1:123 [120] R ==> swapper/1:0 [120]', { ...SWITCH, prev_state: null }],
  [
    'sched_switch: swapper/1:0 [120] R ==> a b:7 [-1]',
    { prev_state: 0n, next_comm: 'a b', next_pid: 7, next_prio: -1 },
  ],
  ['sched_wakeup: comm=a pid=1=2 pid=7 prio=120 target_cpu=003', { comm: 'a', prio: 120 }],
  [
    'sched_wakeup: comm=a b=c d pid=7 prio=98 success=1 target_cpu=003',
    { comm: 'a b=c d', pid: 7, prio: 98, target_cpu: 3 },
  ],
  ['sched_wakeup: kworker/1:1:44 [120] CPU:001', { comm: 'kworker/1:1', pid: 44, prio: 120, target_cpu: 1 }],
  [
    'sched_waking: kworker/1:1:44 [120] success=1 CPU:012',
    { table: 'sched.sched_waking', pid: 44, target_cpu: 12, success: 1 },
  ],
  [
    'sched_process_fork: comm=bash pid=504 child_comm=bash child_pid=781',
    { parent_comm: 'bash', parent_pid: 504, child_pid: 781 },
  ],
  [
    'task_newtask: pid=781 comm=bash clone_flags=1200000 oom_score_adj=-9',
    { clone_flags: 0x1200000n, oom_score_adj: -9 },
  ],
  ['task_rename: pid=781 oldcomm=bash newcomm=my prog oom_score_adj=0', { oldcomm: 'bash', newcomm: 'my prog' }],
  ['sys_enter_ioctl: fd: 0x00000013, cmd: 0xc03864bc, arg: 0x7ffe', { ...IOCTL, __syscall_nr: null }],
  ['sys_ioctl(fd: 13, cmd: c03864bc, arg: 7ffe)', { ...IOCTL, __syscall_nr: null }],
  ['sys_enter_ioctl: __syscall_nr=16 fd=0x00000013 cmd=0xc03864bc arg=0x7ffe', { ...IOCTL, __syscall_nr: 16 }],
  ['sys_ioctl -> 0xfffffffffffffff5', { table: 'syscalls.sys_exit_ioctl', ret: -11n }],
  ['sys_exit_ioctl:       0x0', { table: 'syscalls.sys_exit_ioctl', ret: 0n }],
  ['sys_getpid()', { table: 'syscalls.sys_enter_getpid', __syscall_nr: null }],
  ['sys_newthing(a: ff, b_c: 10)', { table: 'syscalls.sys_enter_newthing', a: 255n, b_c: 16n }],
  [
    'sys_enter: NR 16 (13, c03864bc, 7ffe, 0, a, ffffffffffffffff)',
    { id: 16n, 'args[0]': 0x13n, 'args[5]': 0xffffffffffffffffn },
  ],
  ['sys_exit: NR 16 = -11', { table: 'raw_syscalls.sys_exit', id: 16n, ret: -11n }],
  ['sys_exit: id=16 ret=-11', { id: 16n, ret: -11n }],
  [
    'dma_fence_init: driver=a:b timeline=cap-00 context=3 seqno=9656',
    { driver: 'a:b', timeline: 'cap-00', context: 3, seqno: 9656 },
  ],
  [
    'drm_vblank_event: crtc=0, seq=4294967295, time=-1, high-prec=true',
    { crtc: 0, seq: 4294967295, time: -1n, high_prec: 1 },
  ],
  ['drm_vblank_event_delivered: file=00000000c7824671, crtc=0, seq=7', { file: 0xc7824671n, crtc: 0, seq: 7 }],
  ['drm_vblank_event_delivered: file=(nil), crtc=0, seq=7', { file: 0n, seq: 7 }],
  [
    'vb2_qbuf: owner = 0xffff88d0c64ac180, queued = 3, owned_by_drv = 4, index = 1, type = 1, bytesused = 230400, timestamp = 5',
    { ...BUFFER, owner: 0xffff88d0c64ac180n },
  ],
  [
    'vb2_qbuf: owner = 000000006940af76, queued = 3, owned_by_drv = 4, index = 1, type = 1, bytesused = 230400, timestamp = 5',
    { ...BUFFER, owner: 0x6940af76n },
  ],
  [
    'v4l2_qbuf: minor = 0, index = 2, type = VIDEO_CAPTURE, bytesused = 9, flags = MAPPED|QUEUED|TIMESTAMP_MONOTONIC, field = NONE, timestamp = 0, timecode = { type = 0x0, flags = , frames = 0 }, sequence = 3',
    { minor: 0, index: 2, type: 1, flags: 0x2003, field: 1, sequence: 3 },
  ],
  ['tracing_mark_write: B|128|queue = Buffer', { table: 'ftrace.print', ip: null, text: 'B|128|queue = Buffer' }],
  ['print:                tracing_mark_write: HELLO', { table: 'ftrace.print', text: 'HELLO' }],
  ['print:                0xffff00000819ff24s: HELLO', { ip: 0xffff00000819ff24n, text: 'HELLO' }],
  ['bprint:               foo: evt=1', { table: 'ftrace.bprint', text: 'evt=1' }],
  ['dma_buf_poll <-do_sys_poll', { table: 'ftrace.function', function: 'dma_buf_poll', parent: 'do_sys_poll' }],
  ['function:             dma_buf_poll', { table: 'ftrace.function', function: 'dma_buf_poll', parent: null }],
  [
    'function:              ip=dma_buf_poll (0xffffffffaa95d104) parent_ip=do_sys_poll (0xffffffffaa463e98)',
    { ip: 0xffffffffaa95d104n, function: 'dma_buf_poll', parent: 'do_sys_poll' },
  ],
  [
    'funcgraph_entry:      + 13.439 us  |    drm_mode_atomic_ioctl();',
    { depth: 1, duration: 13439n, function: 'drm_mode_atomic_ioctl' },
  ],
  ['funcgraph_exit:         2.382 us   |  }', { table: 'ftrace.funcgraph_exit', depth: 0, duration: 2382n }],
  ['softirq_raise: vec=3 [action=NET_RX]', { table: 'irq.softirq_raise', vec: 3n }],
  [
    'sched_stat_runtime: comm=bash pid=3979 runtime=320327 [ns] vruntime=275920664 [ns]',
    { runtime: 320327n, vruntime: 275920664n },
  ],
  ['sched_load_avg_cpu:   cpu=5 load_avg=253', { table: 'sched.sched_load_avg_cpu', cpu: 1, cpu_field: 5n }],
  [
    'nobody_knows: x=-1 y=0x1f z=a w={1 2} v=00000000c7824671 q=(nil)',
    { table: 'ftrace_text.nobody_knows', x: -1n, y: 31n, z: 'a', w: '{1 2}', v: '00000000c7824671' },
  ],
  ['nobody_knows: just words', { table: 'ftrace_text.nobody_knows', text: 'just words' }],
  ['what is this', { table: 'ftrace_text.other', text: 'what is this' }],
]

describe('texts', () => {
  test.each(TEXTS)('%s', async (text, row) => {
    expect(await readEventText(text)).toMatchObject(row)
  })
})

const line = (text: string): string => `            bash-2272    [001] ...1.   611.699482: ${text}`

test('trace-cmd report -R: an array of six longs', async () => {
  const bytes = Array.from({ length: 48 }, (_, i) => (i % 8 === 0 ? '0f' : '00')).join(', ')
  const { tables } = await readText(line(`sys_enter:             id=5 args=ARRAY[${bytes}]`))
  expect(tables['raw_syscalls.sys_enter']?.[0]).toMatchObject({ id: 5n, 'args[0]': 15n, 'args[5]': 15n })
})

test('the first line declares the columns; what does not fit later is NULL, in the text, and a problem', async () => {
  const { tables, problems } = await readText(line('odd: a=1 b=x'), line('odd: a=y b=2 c=3'), line('odd: a=z'))
  expect(tables['ftrace_text.odd']).toMatchObject([
    { a: 1n, b: 'x', text: 'a=1 b=x' },
    { a: null, b: '2', text: 'a=y b=2 c=3' },
    { a: null, b: null, text: 'a=z' },
  ])
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatchObject({ kind: 'unread-field', at: 'line 2' })
  expect(problems[0]?.detail).toContain('2 such values')
  expect(problems[0]?.skipped).toBeUndefined()
})

test('lines of one event whose keys differ from those of the line before', async () => {
  const { tables } = await readText(
    line('odd: a=1 b=2'),
    line('odd: b=3 a=4'),
    line('odd: a=5 c=6 b=7'),
    line('odd: hello a=8, b=9'),
    line('odd: a=10 b=11'),
  )
  expect(tables['ftrace_text.odd']?.map(({ a, b }) => [a, b])).toEqual([
    [1n, 2n],
    [4n, 3n],
    [5n, 7n],
    [8n, 9n],
    [10n, 11n],
  ])
})

test('what the database has from a trace.dat tells the system and the types', async () => {
  const known = [
    {
      schema: 'fpga',
      name: 'odd',
      columns: [
        { name: 'a', type: 'UBIGINT' },
        { name: 'fn', type: 'UBIGINT' },
        { name: 'function', type: 'UBIGINT' },
        { name: 'state', type: 'INTEGER' },
        { name: 'name', type: 'TEXT' },
      ],
    },
  ] as const
  const lines = [
    line('odd: a=1 fn=0x10 function=f (0xffffffffaa1a2f00) state=RUNNING name=7'),
    line('odd: a=-1 fn=0x10'),
  ]
  const read = await collect(ftraceText, bytesOf(`${lines.join('\n')}\n`), known)
  expect(read.tables['fpga.odd']).toMatchObject([
    { a: 1n, fn: 16n, function: 0xffffffffaa1a2f00n, state: 'RUNNING', name: '7' },
    { a: 2n ** 64n - 1n },
  ])
  const types = read.specs.find((spec) => spec.name === 'odd')?.columns.map((c) => c.type)
  expect(types?.slice(3)).toEqual(['UBIGINT', 'UBIGINT', 'UBIGINT', 'TEXT', 'TEXT', 'VARCHAR'])
})

test.each([
  ['vb2_v4l2_buf_queue', 'v4l2'],
  ['vb2_buf_queue', 'vb2'],
  ['irq_noise', 'osnoise'],
  ['irq_matrix_alloc', 'irq_matrix'],
  ['irq_handler_entry', 'irq'],
  ['mm_compaction_begin', 'compaction'],
  ['mm_page_alloc', 'kmem'],
  ['xhci_urb_enqueue', 'xhci-hcd'],
])('the system of %s is %s', async (name, system) => {
  expect(await readEventText(`${name}: a=1`)).toMatchObject({ table: `${system}.${name}` })
})

test('quoted values, as events of probes have them', async () => {
  const { specs, tables } = await readText(
    line('p: (do_open+0x0/0x10) filename="/etc/a b=c" mode=0x5 s="7"'),
    line('p: (do_open+0x0/0x10) filename="/etc/d" mode=0x6 s=""'),
    line('p: (do_open+0x0/0x10) filename="a "b", c" mode=0x7 s="x=1, mode=2"'),
    line('p: (do_open+0x0/0x10) filename=(fault) mode=0x8 s="open'),
  )
  const [spec] = specs.filter(({ name }) => name === 'p')
  expect(spec?.columns.map(({ name }) => name)).toEqual(['ts', 'cpu', 'tid', 'filename', 'mode', 's', 'text'])
  expect(tables['ftrace_text.p']).toMatchObject([
    { filename: '/etc/a b=c', mode: 5n, s: '7' },
    { filename: '/etc/d', mode: 6n, s: '' },
    { filename: 'a "b", c', mode: 7n, s: 'x=1, mode=2' },
    { filename: '(fault)', mode: 8n, s: '"open' },
  ])
})

test('fields that the kernel prints in hexadecimal without 0x', async () => {
  expect(await readEventText('dma_free: x dir=TO_DEVICE dma_addr=35 size=35')).toMatchObject({
    dma_addr: 0x35n,
    size: 35n,
  })
  expect(await readEventText('signal_deliver: sig=9 errno=0 code=0 sa_handler=0 sa_flags=4000000')).toMatchObject({
    sa_handler: 0n,
    sa_flags: 0x4000000n,
  })
  const symbol = await readEventText('kmalloc: call_site=add+0x1/0x20 ptr=0x10')
  expect(symbol).toMatchObject({ call_site: 'add+0x1/0x20' })
  const failed = await readEventText('dma_free: [FAILED TO PARSE] device=x dma_addr=35 size=35')
  expect(failed).toMatchObject({ dma_addr: 35n })
})

test('of other fields a letter tells, and the recording says what was read before', async () => {
  const { tables, problems } = await readText(
    line('y: reg=10 n=1'),
    line('y: reg=5a n=2'),
    line('y: reg=20 n=3'),
    line('y: reg=0x30 n=4'),
  )
  expect(tables['ftrace_text.y']?.map(({ reg, n }) => [reg, n])).toEqual([
    [10n, 1n],
    [null, 2n],
    [null, 3n],
    [0x30n, 4n],
  ])
  expect(problems.map(({ kind, at }) => `${kind} ${at}`)).toEqual(['hexadecimal-field line 2', 'unread-field line 2'])
})

test('the trace option verbose prints the types of arguments', async () => {
  const row = await readEventText('sys_openat(int dfd: 0xffffff9c, const char * filename: 0x55e0, umode_t mode: 0)')
  expect(row).toMatchObject({ table: 'syscalls.sys_enter_openat', dfd: 0xffffff9cn, filename: 0x55e0n, mode: 0n })
  const ioctl = await readEventText('sys_ioctl(unsigned int fd: 0x3, unsigned int cmd: 0x5401, unsigned long arg: 0)')
  expect(ioctl).toMatchObject({ fd: 3n, cmd: 0x5401n, arg: 0n })
})

test('the trace option fields prints numbers twice', async () => {
  const row = await readEventText(
    'signal_deliver: sig=0xe (14) errno=0x0 (0) code=0xfffffffe (-2) n=0xfffffffe (4294967294)',
  )
  expect(row).toMatchObject({ sig: 14n, errno: 0n, code: -2n, n: 0xfffffffen })
  const odd = await readEventText('x: a=0xfffffffe (-7) b=0x5 (text)')
  expect(odd).toMatchObject({ a: null, b: 5n })
})

test('a pointer that is none is a number', async () => {
  const { tables } = await readText(line('kfree: ptr=(nil)'), line('kfree: ptr=0xffff88d0c2607840'))
  expect(tables['kmem.kfree']?.map(({ ptr }) => ptr)).toEqual([0n, 0xffff88d0c2607840n])
})

test('stacks of user space', async () => {
  const kernel = await readText(line('<user stack trace>'), ' =>  <00007f6850686bd3>', ' =>  <000055dfdc11132c>')
  expect(kernel.tables['ftrace.user_stack']).toMatchObject([{ caller: '[140086002346963, 94419958174508]' }])
  const report = await readText(line('user_stack: \t=> 0x7f6850686bd3'), '\t=> 0x0')
  expect(report.tables['ftrace.user_stack']).toMatchObject([{ caller: '[140086002346963, 0]', tgid: null }])
  const zeros = ', 00'.repeat(56)
  const raw = await readText(line(`user_stack: tgid=31608 caller=ARRAY[d3, 6b, 68, 50, 68, 7f, 00, 00${zeros}]`))
  expect(raw.tables['ftrace.user_stack']).toMatchObject([
    { caller: '[140086002346963, 0, 0, 0, 0, 0, 0, 0]', tgid: 31608 },
  ])
  // Names of functions are no addresses.
  const named = await readText(line('<stack trace>'), ' => fadd', ' => bad_add')
  expect(named.tables['ftrace.kernel_stack']).toMatchObject([{ size: 2, caller: null }])
})

test('bytes of raw_data that report -R prints as text may hold a newline', async () => {
  const { tables, problems } = await readText(line('raw_data: id=0039 buf=abc'), 'def', line('x: a=1'))
  expect(tables['ftrace.raw_data']).toMatchObject([{ id: 0x39, text: 'id=0039 buf=abc\ndef' }])
  expect(problems).toEqual([])
})

test('pointers are unsigned', async () => {
  expect(await readEventText('x: p=0xffff88d0c2607840 n=0xff')).toMatchObject({ p: 0xffff88d0c2607840n, n: 255n })
})

test('numbers of 64 bits', async () => {
  const row = await readEventText('vb2_dqbuf: owner = 0xffffffffffffffff, timestamp = 18446744073709551615')
  expect(row).toMatchObject({ owner: 2n ** 64n - 1n, timestamp: 2n ** 64n - 1n, queued_count: null })
  expect(await readEventText('x: a=-9223372036854775')).toMatchObject({ a: -9223372036854775n })
})
