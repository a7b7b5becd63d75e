/** function_graph: the kernel's own layout, with each of its columns, and that of trace-cmd report. */
import { describe, expect, test } from 'vitest'
import type { Collected, Row } from '../collect.ts'
import { linesAccounted, readText, sniffs } from './ftrace-text-read.ts'
import { bytesOf } from './strace-read.ts'

const calls = ({ tables }: Collected): Row[] => tables['ftrace.funcgraph_entry'] ?? []
const returns = ({ tables }: Collected): Row[] => tables['ftrace.funcgraph_exit'] ?? []

const LAYOUTS: [what: string, prefix: string, known: Record<string, unknown>][] = [
  ['the usual columns', ' 0)', { ts: null, cpu: 0, tid: null }],
  ['12 CPUs', ' 10)', { ts: null, cpu: 10, tid: null }],
  ['time', '  611.699968 |   0)', { ts: 611_699_968_000n, cpu: 0, tid: null }],
  ['time and thread', '  611.699968 |   0)  kwin_wa-476   | ', { ts: 611_699_968_000n, cpu: 0, tid: 476 }],
  ['thread alone', '    <idle>-0     | ', { ts: null, cpu: null, tid: 0 }],
  ['latency format', '  611.699968 |   1)  kwin_wa-476   |  d..1. | ', { ts: 611_699_968_000n, cpu: 1, tid: 476 }],
  ['since the beginning', '    28175 us |   1)  kwin_wa-476   |  d..1. | ', { ts: 28_175_000n, cpu: 1, tid: 476 }],
]

describe('columns', () => {
  test.each(LAYOUTS)('%s', async (_, prefix, known) => {
    const read = await readText(
      `${prefix}               |  do_sys_poll() {`,
      `${prefix} + 13.439 us   |    dma_buf_poll();`,
      `${prefix}   0.784 us    |  }`,
    )
    expect(calls(read)).toMatchObject([
      { ...known, depth: 0, function: 'do_sys_poll', duration: null },
      { depth: 1, function: 'dma_buf_poll', duration: 13_439n },
    ])
    expect(returns(read)).toMatchObject([{ depth: 0, function: 'do_sys_poll', duration: 784n }])
    expect(linesAccounted(read)).toBe(3)
    expect(sniffs(bytesOf(`${prefix}               |  do_sys_poll() {\n`))).toBe(true)
  })

  test('without the column of durations', async () => {
    const read = await readText(' 0) do_sys_poll() {', ' 0)   dma_buf_poll();', ' 0) }')
    expect(calls(read)).toMatchObject([
      { depth: 0, duration: null },
      { depth: 1, function: 'dma_buf_poll' },
    ])
    expect(returns(read)).toMatchObject([{ depth: 0, function: 'do_sys_poll' }])
  })
})

test('without a column before the duration, where the head names the tracer', async () => {
  const lines = [
    '               |  do_sys_poll() {',
    '   0.784 us    |    dma_buf_poll();',
    '               |    /* dma_fence_signaled: driver=a timeline=b context=1 seqno=2 */',
    '   5.110 us    |  }',
  ]
  const read = await readText('# tracer: function_graph', '#', ...lines)
  expect(calls(read)).toMatchObject([{ depth: 0, function: 'do_sys_poll' }, { depth: 1 }])
  // Lines of several CPUs and threads: which call it ends is not known.
  expect(returns(read)).toMatchObject([{ depth: 0, function: null, duration: 5110n, cpu: null }])
  expect(read.tables['dma_fence.dma_fence_signaled']).toMatchObject([{ seqno: 2, cpu: null, ts: null }])
  expect(linesAccounted(read)).toBe(6)
  const others = await readText('# tracer: function_graph', ' 0)   0.100 us    |  a();', '  foo();')
  expect(others.problems.map(({ kind }) => kind)).toContain('unparsed-line')
})

const CALLS: [text: string, row: Record<string, unknown>][] = [
  ['! 102.100 us  |  foo.isra.0();', { function: 'foo.isra.0', duration: 102_100n }],
  ['@ 123456.7 us |  foo();', { duration: 123_456_700n }],
  ['$ 12345678 us |  foo();', { duration: 12_345_678_000n }],
  ['              |  foo [videodev]() {', { function: 'foo', duration: null }],
  ['              |  foo(file=0xffff88d0c2607840, wait=0x0) {', { function: 'foo' }],
  ['              |  foo() { /* <-bar+0x10/0x40 */', { function: 'foo', retval: null }],
  ['  1.000 us    |  foo(); /* ret=0x10 */', { function: 'foo', retval: 16n }],
  ['  1.000 us    |  foo(); /* = 0x10 */', { retval: 16n }],
  ['  1.000 us    |  foo(); /* <-bar+0x10/0x40 ret=-22 */', { retval: 2n ** 64n - 22n }],
  ['  1.000 us    |  ffffffffc0a84742();', { function: null, func: 0xffffffffc0a84742n }],
]

test.each(CALLS)('a call: %s', async (text, row) => {
  expect(calls(await readText(` 0) ${text}`))).toMatchObject([row])
})

const RETURNS: [text: string, row: Record<string, unknown>][] = [
  ['# 1021.100 us |  }', { function: null, duration: 1_021_100n, retval: null }],
  ['  1.000 us    |  } /* foo */', { function: 'foo', retval: null }],
  ['  1.000 us    |  } /* foo ret=0x10 */', { function: 'foo', retval: 16n }],
  ['  1.000 us    |    } /* foo = 0x10 */', { function: 'foo', retval: 16n, depth: 1 }],
]

test.each(RETURNS)('a return: %s', async (text, row) => {
  expect(returns(await readText(` 0) ${text}`))).toMatchObject([row])
})

test('a return has the name of the call of its depth on its CPU, as the kernel looks for it', async () => {
  const read = await readText(
    ' 0)               |  a() {',
    ' 1)               |  b() {',
    ' 0)   0.100 us    |    c();',
    ' 0)   0.100 us    |    }',
    ' 1)   1.000 us    |  }',
    ' 0)   1.000 us    |  }',
    ' 0)   1.000 us    |  }',
  )
  expect(returns(read).map((row) => row.function)).toEqual([null, 'b', 'a', null])
})

test('trace-cmd report: by thread, wherever it runs; forgotten where events are lost', async () => {
  const line = (cpu: number, tid: number, text: string) =>
    `    kwin-${tid}     [00${cpu}] ...1.   1.1: funcgraph_${text}`
  const read = await readText(
    line(0, 7, 'entry:                   |  a() {'),
    line(0, 8, 'entry:                   |  b() {'),
    line(1, 7, 'exit:         1.574 us   |  }'),
    line(0, 8, 'exit:         1.574 us   |  } (0)'),
    line(0, 8, 'entry:                   |  b() {'),
    'CPU:0 [3 EVENTS DROPPED]',
    line(0, 8, 'exit:         1.574 us   |  }'),
  )
  expect(returns(read).map((row) => row.function)).toEqual(['a', 'b', null])
})

test.each([
  ['func=foo (0xffffffff81000100) depth=1', { function: 'foo', func: 0xffffffff81000100n, depth: 1 }],
  ['func=0xffffffff81000100 depth=1', { function: null, func: 0xffffffff81000100n, depth: 1 }],
  ['--> foo [videodev] (3)', { function: 'foo', func: null, depth: 3 }],
  ['--> ffffffff81000100 (3)', { function: null, func: 0xffffffff81000100n, depth: 3 }],
])('a call as trace-cmd report -R and -N print it: %s', async (text, row) => {
  const read = await readText(`    kwin-7     [000]     1.1: funcgraph_entry:       ${text}`)
  expect(calls(read)).toMatchObject([row])
  expect(read.problems).toEqual([])
})

test('times that may be decimal or hexadecimal are not read', async () => {
  const exit = (text: string) => `    kwin-7     [000]     1.1: funcgraph_exit:        ${text}`
  const read = await readText(
    exit('func=0xffffffff81000100 depth=1 overrun=0 calltime=1000 rettime=2000'),
    exit('func=0xffffffff81000100 depth=1 overrun=0 calltime=1000 rettime=2a00'),
    exit('func=foo depth=1 overrun=0 calltime=1000 rettime=2000 retval=10'),
  )
  expect(returns(read)).toMatchObject([
    { calltime: null, rettime: null },
    { calltime: 0x1000n, rettime: 0x2a00n },
    { calltime: 0x1000n, rettime: 0x2000n, retval: 16n },
  ])
})

test('threads are known from the lines of a switch on', async () => {
  const read = await readText(
    ' 0)   0.100 us    |  a();',
    ' ------------------------------------------',
    ' 0)  kwin_wa-476   =>    <idle>-0   ',
    ' ------------------------------------------',
    '',
    ' 0)   0.100 us    |  b();',
    ' 1)   0.100 us    |  c();',
  )
  expect(calls(read).map((row) => row.tid)).toEqual([null, 0, null])
  expect(read.skips).toEqual({ 'context switch between lines of function_graph': 3, 'empty line': 1 })
  expect(linesAccounted(read)).toBe(7)
})

test('names of threads that may have been cut are not stored', async () => {
  const read = await readText(
    ' 0)  kwin_wa-476   |   0.100 us    |  a();',
    ' 0)   sshd-12      |   0.100 us    |  a();',
  )
  expect(read.tables['main.comms']).toEqual([{ tid: 12, pid: null, comm: 'sshd' }])
})

test('events stand between the calls as comments', async () => {
  const read = await readText(
    '  611.699968 |   0)  kwin_wa-476   |               |  do_sys_poll() {',
    '  611.699969 |   0)  kwin_wa-476   |               |    /* dma_fence_signaled: driver=a timeline=b context=1 seqno=2 */',
    '  611.699970 |   0)  kwin_wa-476   |               |    /* sys_ioctl(fd: 13, cmd: c03864bc, arg: 7ffe) */',
    '  611.699971 |   0)  kwin_wa-476   |               |    /* sys_ioctl -> 0x0 */',
    '  611.699972 |   0)  kwin_wa-476   |               |    /* frame: 7 */',
    '  611.699973 |   0)  kwin_wa-476   |               |    /* two',
    'lines */',
    '  611.699974 |   0)  kwin_wa-476   |   1.000 us    |  }',
  )
  const at = { cpu: 0, tid: 476 }
  expect(read.tables['dma_fence.dma_fence_signaled']).toMatchObject([{ ...at, ts: 611_699_969_000n, seqno: 2 }])
  expect(read.tables['syscalls.sys_enter_ioctl']).toMatchObject([{ ...at, fd: 0x13n, cmd: 0xc03864bcn }])
  expect(read.tables['syscalls.sys_exit_ioctl']).toMatchObject([{ ...at, ret: 0n }])
  expect(read.tables['ftrace.print']?.map((row) => row.text)).toEqual(['frame: 7', 'two\nlines'])
  expect(read.problems).toEqual([])
  expect(linesAccounted(read)).toBe(8)
})

test('interrupts, overruns and lost events', async () => {
  const read = await readText(
    ' 0)   ==========> |',
    ' 0)   0.100 us    |  a();',
    ' 0)   <========== |',
    ' (Overruns: 0)',
    'CPU:0 [LOST 12 EVENTS]',
  )
  expect(read.skips).toEqual({
    'begin or end of an interrupt in function_graph': 2,
    'count of overruns of function_graph': 1,
  })
  expect(read.facts.lostEvents).toBe(12)
  expect(linesAccounted(read)).toBe(5)
})

test('lines without a time are told, with what to record', async () => {
  const { problems } = await readText(' 0)   0.100 us    |  a();')
  expect(problems).toMatchObject([{ kind: 'no-times', detail: expect.stringContaining('1 of 1 events') }])
  expect(problems[0]?.hint).toContain('funcgraph-abstime')
})

test.each([
  ['a table', '| a | b |'],
  ['C', 'int main() {'],
  ['a list', '1) foo'],
  ['a call without columns', '  foo();'],
])('is not %s', (_, text) => {
  expect(sniffs(bytesOf(`${text}\n`))).toBe(false)
})
