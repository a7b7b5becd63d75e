/** Lines that are no event of their own: marks of lost events, stacks, HTML, compressed data. */
import { deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { collect } from '../collect.ts'
import { linesAccounted, readText, sniffs } from './ftrace-text-read.ts'
import { bytesOf } from './strace-read.ts'

const at = (time: string, cpu = 0, text = 'cpu_idle: state=0'): string =>
  `            bash-7       [00${cpu}] ...1.   ${time}: ${text}`

test.each([
  ['CPU:1 [LOST 12 EVENTS]', 12n],
  ['CPU:1 [LOST EVENTS]', null],
  ['CPU:1 [12 EVENTS DROPPED]', 12n],
  ['CPU:1 [EVENTS DROPPED]', null],
])('%s', async (mark, count) => {
  const read = await readText(at('1.000001', 1), mark, at('1.000002', 0), at('1.000003', 1))
  const gap = { since_ts: 1_000_001_000n, ts: 1_000_003_000n, cpu: 1, instance: null, count, source: 'page' }
  expect(read.tables['main.lost_events']).toEqual([gap])
  expect(read.facts.lostEvents).toBe(Number(count ?? 0))
  expect(linesAccounted(read)).toBe(4)
})

test('a gap at the end has no end, and a CPU that starts late no beginning', async () => {
  const { tables } = await readText(at('1.1'), '##### CPU 3 buffer started ####', at('1.2', 3), 'CPU:0 [LOST 2 EVENTS]')
  expect(tables['main.lost_events']).toMatchObject([
    { cpu: 3, since_ts: null, ts: 1_200_000_000n, count: null },
    { cpu: 0, since_ts: 1_100_000_000n, ts: null, count: 2n },
  ])
})

test('trace-cmd report names the instance before the mark, and not before the event behind it', async () => {
  const event = (time: string) => at(time).trimStart().padStart(70)
  const read = await readText(
    'cpus=1',
    `kwin:  ${event('1.1')}`,
    `       ${event('1.2')}`,
    '       CPU:0 [3 EVENTS DROPPED]',
    event('1.3'),
    'kwin: CPU:0 [EVENTS DROPPED]',
    event('1.4'),
    `       ${event('1.5')}`,
  )
  expect(read.tables['power.cpu_idle']?.map((row) => row.instance)).toEqual(['kwin', null, null, 'kwin', null])
  expect(read.tables['main.lost_events']).toMatchObject([
    { since_ts: 1_200_000_000n, ts: 1_300_000_000n, cpu: 0, instance: null, count: 3n },
    { since_ts: 1_100_000_000n, ts: 1_400_000_000n, cpu: 0, instance: 'kwin', count: null },
  ])
  expect(linesAccounted(read)).toBe(8)
})

test('such a mark ends a message of several lines', async () => {
  const { tables } = await readText(at('1.1', 0, 'print: f: two'), 'lines', 'kwin: CPU:0 [2 EVENTS DROPPED]', at('1.2'))
  expect(tables['ftrace.print']).toMatchObject([{ text: 'two\nlines' }])
  expect(tables['main.lost_events']).toMatchObject([{ instance: 'kwin', count: 2n }])
})

test('the CPUs of several files', async () => {
  const { facts, problems } = await readText('   a.dat: cpus=4', 'longer.dat: cpus=2', `   a.dat: ${at('1.1')}`)
  expect(facts).toMatchObject({ cpus: 4, recorder: 'trace-cmd' })
  expect(problems).toEqual([])
})

test.each([
  ['kernel_stack:         <stack trace >', '=> '],
  ['<stack trace>', ' => '],
])('%s', async (text, arrow) => {
  const read = await readText(
    at('1.1', 0, text),
    `${arrow}dma_buf_ioctl (ffffffffaa95cf4c)`,
    `${arrow}do_syscall_64`,
    at('1.2'),
  )
  const [stack] = read.tables['ftrace.kernel_stack'] ?? []
  expect(String(stack?.text).split('\n')).toHaveLength(3)
  expect(read.skips).toEqual({ 'line of the event before': 2 })
  expect(linesAccounted(read)).toBe(4)
})

test('a marker with a newline in it', async () => {
  const { tables } = await readText(at('1.1', 0, 'tracing_mark_write: two'), 'lines', at('1.2'))
  expect(tables['ftrace.print']?.[0]?.text).toBe('two\nlines')
})

test('lines that nobody knows are problems', async () => {
  const read = await readText(at('1.1'), 'Segmentation fault', at('1.2'))
  expect(read.problems).toMatchObject([{ kind: 'unparsed-line', at: 'line 2', skipped: 1 }])
  expect(linesAccounted(read)).toBe(3)
})

test('nothing but such lines is an error', async () => {
  await expect(readText('Segmentation fault')).rejects.toThrow('none of 1 lines')
})

test('events that were overwritten in the buffer', async () => {
  const { problems } = await readText('# tracer: nop', '# entries-in-buffer/entries-written: 1/9   #P:1', at('1.1'))
  expect(problems).toMatchObject([{ kind: 'overwritten-events' }])
})

const PAGE = ['<!DOCTYPE html>', '<html>', '<script>var a = 1 </script>']

test('HTML: the text in a script', async () => {
  const html = [
    ...PAGE,
    '<script class="trace-data" type="application/text">',
    '# tracer: nop',
    at('1.1'),
    '</script>',
    '</html>',
  ]
  const read = await readText(...html)
  expect(read.tables['power.cpu_idle']).toHaveLength(1)
  expect(read.skips).toEqual({ 'HTML around the trace': 6, 'head line': 1 })
  expect(sniffs(bytesOf(html.join('\n')))).toBe(true)
})

test.each(['PROCESS DUMP', 'ATRACE_PROCESS_DUMP', 'CGROUP DUMP', '[{'])('HTML: other data, %s', async (header) => {
  const script = '  <script class="trace-data" type="application/text">'
  const html = [...PAGE, script, header, 'root 1 0 S init', '  </script>', script, at('1.1'), '  </script>', '</html>']
  const read = await readText(...html)
  expect(read.tables['power.cpu_idle']).toHaveLength(1)
  expect(read.skips).toEqual({ 'HTML around the trace': 8, 'other data in the HTML': 2 })
  expect(read.problems).toEqual([])
})

test('HTML: the text in a JavaScript string', async () => {
  const html = [...PAGE, '  var linuxPerfData = "\\', '# tracer: nop\\n\\', `${at('1.1')}\\n\\`, '";', '</script>']
  const read = await readText(...html)
  expect(read.tables['power.cpu_idle']?.[0]?.text).toBe('state=0')
  expect(linesAccounted(read)).toBe(html.length)
})

test.each([
  ['zlib', deflateSync],
  ['gzip', gzipSync],
])('HTML: %s data in base64', async (_, compress) => {
  const data = compress(Buffer.from(`${at('1.1')}\n${at('1.2')}\n`)).toString('base64')
  const begin = '<script class="trace-data" type="application/text">'
  for (const lines of [
    [begin, data, '</script>'],
    [begin, ...(data.match(/.{1,76}/g) ?? []), '</script>'],
    [`${begin}${data}</script>`],
  ]) {
    const read = await readText(...PAGE, ...lines, '</html>')
    expect(read.tables['power.cpu_idle']).toHaveLength(2)
  }
})

test('atrace -z: zlib data behind TRACE:', async () => {
  const bytes = Buffer.concat([
    Buffer.from('capturing trace... done\nTRACE:\n'),
    deflateSync(`# tracer: nop\n${at('1.1')}\n`),
  ])
  const read = await collect(ftraceText, new Uint8Array(bytes))
  expect(read.tables['power.cpu_idle']).toHaveLength(1)
  expect(sniffs(new Uint8Array(bytes))).toBe(true)
})

test('compressed data that was cut is read as far as it goes', async () => {
  const text = Array.from({ length: 5000 }, (_, i) => at(`1.${String(i * 7919).padStart(6, '0')}`)).join('\n')
  const bytes = Buffer.concat([Buffer.from('TRACE:\n'), deflateSync(text).subarray(0, 5000)])
  const { tables } = await collect(ftraceText, new Uint8Array(bytes))
  expect(tables['power.cpu_idle']?.length).toBeGreaterThan(100)
})

test('no newline behind the last line, and Windows newlines', async () => {
  const { tables } = await collect(ftraceText, bytesOf(`${at('1.1')}\r\n${at('1.2')}`))
  expect(tables['power.cpu_idle']?.map((row) => row.text)).toEqual(['state=0', 'state=0'])
})

test.each([
  [
    'perf script',
    '            perf    2617 [000]   636.607023:          syscalls:sys_enter_ioctl: fd: 0x15, cmd: 0x2400',
  ],
  [
    'perf script with pid/tid',
    '            perf    2617/2617    [000]   636.607023235:    syscalls:sys_exit_ioctl: 0x0',
  ],
  ['perf trace', '     0.005 ( 0.003 ms): kwin_wayland/476 epoll_wait(epfd: 12<anon_inode:[eventpoll]>) = 1'],
  ['strace', '476 1700000000.123456 ioctl(12, DRM_IOCTL_MODE_ATOMIC, 0x7ffc) = 0 <0.000012>'],
  ['the kernel log', '[    0.000000] Linux version 6.12.107-1 (gcc-14)'],
  ['nothing', ''],
])('is not %s', (_, text) => {
  expect(sniffs(bytesOf(`${text}\n`))).toBe(false)
})

test('a recording without events', () => {
  expect(sniffs(bytesOf('# tracer: nop\n#\n# entries-in-buffer/entries-written: 0/0   #P:2\n#\n'))).toBe(true)
})
