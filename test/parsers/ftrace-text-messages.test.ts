/** Texts that somebody wrote: trace markers and trace_printk(). What they hold and what stands behind them. */
import { expect, test } from 'vitest'
import { linesAccounted, readEvent, readEventText, readText } from './ftrace-text-read.ts'

const at = (time: string, text: string, cpu = 0): string => `            bash-7     [00${cpu}] ...1.   ${time}: ${text}`

test.each([
  ['print:                tracing_mark_write:   a: b', 'print', null, '  a: b'],
  ['tracing_mark_write:   a: b', 'print', null, '  a: b'],
  ['tracing_mark_write: tracing_mark_write: x', 'print', null, 'tracing_mark_write: x'],
  ['print: do_work: a: b', 'print', null, 'a: b'],
  ['print: 0xffffffff8140a970: a', 'print', 0xffffffff8140a970n, 'a'],
  ['0xffffffff8140a970: 0x12: a', 'print', 0xffffffff8140a970n, '0x12: a'],
  ['print: tracing_mark_write: ', 'print', null, ''],
  ['print: no function', 'print', null, 'no function'],
  ['print: ip=tracing_mark_write buf= ip=0x5', 'print', null, ' ip=0x5'],
  ['print: ip=0xffffffff8140a970 buf=a', 'print', 0xffffffff8140a970n, 'a'],
  ['bprint:               do_work: hello 7 hi', 'bprint', null, 'hello 7 hi'],
  ['bputs:                0xffff0000080feeb8s: event: a=1', 'bputs', 0xffff0000080feeb8n, 'event: a=1'],
  ['bputs: ip=do_work str=hi', 'bputs', null, 'hi'],
  ['bprint: ip=0x10 fmt=0x20 buf=ARRAY[]', 'bprint', 16n, 'ip=0x10 fmt=0x20 buf=ARRAY[]'],
  ['print: ip=tracing_mark_write (0xffffffff814aa001) buf=a (b) buf=c', 'print', 0xffffffff814aa001n, 'a (b) buf=c'],
  ['bputs: ip=do_work+0x10 (0xffffffff814aa001) str=hi', 'bputs', 0xffffffff814aa001n, 'hi'],
  // The trace options sym-offset and sym-addr (Linux 6.18).
  ['tracing_mark_write+0x91/0x170: B|1|x: y', 'print', null, 'B|1|x: y'],
  ['tracing_mark_write <ffffffff814aa001>: mark 1: a=b', 'print', 0xffffffff814aa001n, 'mark 1: a=b'],
  ['do_work+0x1/0x17 [videodev] <ffffffffc0001001>: <b>: c', 'print', 0xffffffffc0001001n, '<b>: c'],
])('%s', async (text, table, ip, message) => {
  expect(await readEventText(text)).toMatchObject({ table: `ftrace.${table}`, ip, text: message })
})

test('functions that report -R names have no address, which is no problem', async () => {
  const { tables, problems } = await readText(
    at('1.1', 'function: ip=vfs_read parent_ip=ksys_read'),
    at('1.2', 'function: ip=vfs_read (0xffffffff81000100) parent_ip=ksys_read (0xffffffff81000200)'),
  )
  expect(tables['ftrace.function']).toMatchObject([
    { ip: null, parent_ip: null, function: 'vfs_read', parent: 'ksys_read' },
    { ip: 0xffffffff81000100n, parent_ip: 0xffffffff81000200n, function: 'vfs_read', parent: 'ksys_read' },
  ])
  expect(problems).toEqual([])
})

test('the text of trace_printk is of the type that trace.dat gives it', async () => {
  const { specs } = await readText(at('1.1', 'bprint: f: a'), at('1.2', 'bputs: f: a'))
  for (const { columns } of specs.filter(({ schema }) => schema === 'ftrace')) {
    expect(columns.at(-1)).toMatchObject({ name: 'text', type: 'TEXT' })
  }
})

test('comments of function_graph are messages alone', async () => {
  const row = await readEvent('# tracer: function_graph', ' 0)               |  /* 0x12: a */')
  expect(row).toMatchObject({ table: 'ftrace.print', ip: null, text: '0x12: a' })
})

test.each([
  ['empty', ''],
  ['a comment', '# comment'],
  ['a number of CPUs', 'cpus=77'],
  ['a version', 'version = 6'],
  ['dashes', '------------------------------------------'],
  ['a line of function_graph', ' 0)   0.784 us    |  dma_buf_poll();'],
  ['a tracer', '# tracer: wakeup'],
  ['a mark that trace-cmd does not print', 'CPU:3 [LOST 5 EVENTS]'],
  ['the end of a report -w', 'Average wakeup latency: 1.000 usecs'],
])('a line of a message: %s', async (_, line) => {
  for (const end of [[], ['end']]) {
    const read = await readText('cpus=2', at('1.1', 'print: f: a'), line, ...end, at('1.2', 'cpu_idle: state=0'))
    expect(read.tables['ftrace.print']).toMatchObject([{ text: ['a', line, ...end].join('\n') }])
    expect(read.facts).toMatchObject({ cpus: 2, lostEvents: 0, more: { tracer: undefined } })
    expect(read.problems).toEqual([])
    expect(linesAccounted(read)).toBe(4 + end.length)
  }
})

const IDLE = at('1.2', 'cpu_idle: state=0')

test.each([
  ['the CPU of the kernel', ['##### CPU 3 buffer started ####']],
  ['a mark of the kernel', ['CPU:0 [LOST 5 EVENTS]']],
  ['another trace', ['# tracer: nop', '#', '# entries-in-buffer/entries-written: 1/1   #P:1', '#']],
  ['the end of a report -w', ['', 'Average wakeup latency: 1.000 usecs', 'Maximum Latency: 1.000 usecs at x', '']],
])('a line behind a message: %s', async (_, lines) => {
  const read = await readText(at('1.1', 'tracing_mark_write: a'), 'b', ...lines, IDLE)
  expect(read.tables['ftrace.print']).toMatchObject([{ text: 'a\nb' }])
  expect(read.problems).toEqual([])
  expect(linesAccounted(read)).toBe(3 + lines.length)
})

test('a context switch of function_graph behind a message', async () => {
  const read = await readText(
    '# tracer: function_graph',
    ' 0)               |  /* two',
    'lines */',
    ' ------------------------------------------',
    ' 0)  kwin_wa-476   =>    <idle>-0   ',
    ' ------------------------------------------',
    '',
    ' 0)   0.100 us    |  b();',
  )
  expect(read.tables['ftrace.print']).toMatchObject([{ text: 'two\nlines' }])
  expect(read.tables['ftrace.funcgraph_entry']).toMatchObject([{ tid: 0 }])
  expect(linesAccounted(read)).toBe(8)
})
