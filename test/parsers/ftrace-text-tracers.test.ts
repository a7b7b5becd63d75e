/** Texts of the tracers: function with its options, the latency tracers, markers. */
import { expect, test } from 'vitest'
import { linesAccounted, readEvent, readEventText, readText } from './ftrace-text-read.ts'

const FUNCTION = { table: 'ftrace.function', function: 'dma_buf_poll', parent: 'do_sys_poll' }

test.each([
  'dma_buf_poll <-do_sys_poll',
  'dma_buf_poll+0x0/0x120 <-do_sys_poll+0x1f0/0x600',
  'dma_buf_poll [videodev] <-do_sys_poll',
  'dma_buf_poll(file=0xffff88d0c2607840, wait=0x0) <-do_sys_poll',
  'dma_buf_poll <ffffffff8140a970> <-do_sys_poll <ffffffff8140a980>',
  'function:             dma_buf_poll <-- do_sys_poll',
  'function:             dma_buf_poll <-do_sys_poll',
])('%s', async (text) => {
  expect(await readEventText(text)).toMatchObject(FUNCTION)
})

const SWITCH = { prev_pid: 0, prev_prio: 120, prev_state: 1, next_pid: 312, next_prio: 100, next_state: 0, next_cpu: 3 }

const TEXTS: [text: string, table: string, row: Record<string, unknown>][] = [
  ['      0:120:S ==> [003]     312:100:R kworker/3:1H', 'context_switch', SWITCH],
  ['      0:120:S   + [003]     312:100:R kworker/3:1H', 'wakeup', SWITCH],
  ['context_switch:       0:120:1  ==> 312:100:0 [003]', 'context_switch', SWITCH],
  ['wakeup:               0:120:1  ==+ 312:100:0 [003]', 'wakeup', SWITCH],
  [
    '#1     inner/outer(us):   10/12    ts:1581527483.343962708 count:6 nmi-total:4 nmi-count:1',
    'hwlat',
    {
      seqnum: 1,
      duration: 10n,
      outer_duration: 12n,
      tv_sec: 1581527483n,
      tv_nsec: 343962708n,
      count: 6,
      nmi_total_ts: 4n,
      nmi_count: 1,
    },
  ],
  [
    'hwlat: cnt:1\tts:1581527483.0343962708\tinner:10\touter:12nmi-ts:4\tnmi-count:1',
    'hwlat',
    { seqnum: 1, duration: 10n, outer_duration: 12n, nmi_total_ts: 4n, nmi_count: 1, count: null },
  ],
  [
    '1000000        190  99.98100        9     18      0   1007     18      1',
    'osnoise',
    {
      runtime: 1000000n,
      noise: 190n,
      max_sample: 9n,
      hw_count: 18,
      nmi_count: 0,
      irq_count: 1007,
      softirq_count: 18,
      thread_count: 1,
    },
  ],
  ['#1001  context thread timer_latency     11700 ns', 'timerlat', { seqnum: 1001, context: 1, timer_latency: 11700n }],
  [
    'dma_buf_poll <-do_sys_poll (repeats: 12, last_ts: 1.000025)',
    'func_repeats',
    { function: 'dma_buf_poll', parent: 'do_sys_poll', count: 12 },
  ],
  ['# 58 buf: 01 02', 'raw_data', { id: 0x58, buf: '0102' }],
  ['raw_data:             # 158 01 00 02 ff', 'raw_data', { id: 0x158, buf: '010002ff' }],
  // report -R and -N; a value that may be decimal (trace-cmd before 2021) as well as hexadecimal stays in the text.
  ['raw_data:              id=003a buf=hi', 'raw_data', { id: 0x3a, buf: null }],
  ['raw_data:              id=abcd buf=', 'raw_data', { id: 0xabcd, buf: null }],
  ['raw_data:              id=1234 buf=hi', 'raw_data', { id: null, buf: null }],
  ['raw_data:              id:1234 00000068', 'raw_data', { id: 0x1234, buf: null }],
  [`raw_data: # 7${' ab'.repeat(2000)}`, 'raw_data', { id: 7, buf: 'ab'.repeat(2000) }],
  ['0xffffffff8140a970: text: more', 'print', { ip: 0xffffffff8140a970n, text: 'text: more' }],
]

test.each(TEXTS)('%s', async (text, table, row) => {
  expect(await readEventText(text)).toMatchObject({ table: `ftrace.${table}`, ...row })
})

test.each(['8,0    1     5    A   W 1 + 8 <- (8,1) 0', '[  ok  ] foo:bar.c:12', `${'a'.repeat(100_000)} b`])(
  'a text that is none of these keeps its text: %.20s',
  async (text) => {
    expect(await readEventText(text)).toMatchObject({ table: 'ftrace_text.other', text })
  },
)

test('a wake-up in the latency format', async () => {
  const row = await readEvent('  <idle>-0       3dNs7    0us :      0:120:S   + [003]   312:100:R kworker/3:1H')
  expect(row).toMatchObject({ table: 'ftrace.wakeup', cpu: 3, tid: 0, ts: 0n, ...SWITCH })
})

const AT = '            bash-7       [000] ...1.   1.1: '

test.each([
  ['<stack trace>', [' => dma_fence_init', ' => vb2_core_streamon+0x12/0x80 [videobuf2_common]'], 2, null],
  ['<stack trace>', [' => dma_fence_init <ffffffff8140a970>'], 1, '[18446744071583082864]'],
  [
    'kernel_stack:         <stack trace >',
    ['=> 7fffffff', '=> f (ffffffff8140a970)'],
    2,
    '[2147483647, 18446744071583082864]',
  ],
  [
    `kernel_stack:         size=1 caller=ARRAY[70, a9, 40, 81, ff, ff, ff, ff${', 00'.repeat(56)}]`,
    [],
    1,
    '[18446744071583082864]',
  ],
  [`kernel_stack:         size=9 caller=ARRAY[70, a9, 40, 81, ff, ff, ff, ff${', 00'.repeat(56)}]`, [], 9, null],
])('the stack of %.40s %s', async (text, frames, size, caller) => {
  const read = await readText(AT + text, ...frames, `${AT}cpu_idle: state=0`)
  expect(read.tables['ftrace.kernel_stack']).toMatchObject([
    { size, caller, text: [text.replace('kernel_stack:         ', ''), ...frames].join('\n') },
  ])
  expect(linesAccounted(read)).toBe(2 + frames.length)
})
