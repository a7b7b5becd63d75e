/** Stacks of strace -k: frames belong to the call before them. */
import { expect, test } from 'vitest'
import { hasShared, linesAccounted, readBytes, readLines, readShared } from './strace-read.ts'

const stacks = async (...lines: string[]) => (await readLines(...lines)).tables['strace.stacks'] ?? []

const FRAMES: [line: string, frame: Record<string, unknown>][] = [
  [
    ' > /lib/libc.so.6(ppoll+0x3e) [0x10649e]',
    { object: '/lib/libc.so.6', symbol: 'ppoll', offset: 0x3en, address: 0x10649en },
  ],
  [
    ' > /lib/libkwin.so.6.7.4(+0x0) [0x9cefe]',
    { object: '/lib/libkwin.so.6.7.4', symbol: null, offset: null, address: 0x9cefen },
  ],
  [' > /bin/foo() [0x400569]', { object: '/bin/foo', symbol: null, offset: null, address: 0x400569n }],
  [
    ' > /lib/libQt6Core.so.6(QCoreApplication::exec()+0xbe) [0x1]',
    { symbol: 'QCoreApplication::exec()', offset: 0xben },
  ],
  [
    ' > /tmp/a b.so (deleted)(f(int (*)(char))+0x1) [0x2]',
    { object: '/tmp/a b.so (deleted)', symbol: 'f(int (*)(char))' },
  ],
  [' > /bin/foo(main+0x3) [0x1] src/main file.c:12', { symbol: 'main', source: 'src/main file.c:12' }],
]

test.each(FRAMES)('%s', async (line, frame) => {
  expect(await stacks('1 close(3) = 0', line)).toMatchObject([{ seq: 1n, level: 0, source: null, ...frame }])
})

const A = ' > /a(f+0x1) [0x1]'
const B = ' > /b(g+0x1) [0x2]'

test('each frame belongs to the call whose end stands before it', async () => {
  const read = await readLines(
    '1 poll([], 0, 5 <unfinished ...>',
    '2 close(3) = 0 <0.000001>',
    A,
    B,
    '1 <... poll resumed>) = 0 (Timeout) <0.000001>',
    B,
    '2 close(4) = 0 <0.000001>',
    '2 close(5) = 0 <0.000001>',
    A,
  )
  const rows = read.tables['strace.stacks'] ?? []
  expect(rows.map(({ seq, level, object }) => [seq, level, object])).toEqual([
    [2n, 0, '/a'],
    [2n, 1, '/b'],
    [1n, 0, '/b'],
    [8n, 0, '/a'],
  ])
  expect(read.skips).toEqual({
    'resumed line, joined with its call': 1,
    'stack line, kept with its call': 4,
  })
})

test('a stack behind a signal or an unfinished call, and errors of the unwinder belong to no call', async () => {
  const read = await readLines(
    '1 close(3) = 0',
    '1 --- SIGALRM {si_signo=SIGALRM} ---',
    A,
    '1 close(4) = 0',
    ' > unexpected_backtracing_error [0x1]',
    '2 poll([], 0, 5 <unfinished ...>',
    B,
  )
  expect(read.tables['strace.stacks'] ?? []).toEqual([])
  expect(read.skips).toEqual({ 'stack line': 3 })
})

test('between a call and its stack may be its data', async () => {
  const read = await readLines(
    '1 sendmmsg(3, [], 1, 0) = 1',
    ' = 1 buffers in vector 0',
    ' * 5 bytes in buffer 0',
    ' | 00000  68 65 6c 6c 6f                                    hello            |',
    A,
    B,
    '1 poll([], 0, 5 <unfinished ...>',
    ' | 00000  68 65 6c 6c 6f                                    hello            |',
    A,
  )
  expect(read.tables['strace.stacks']).toMatchObject([
    { seq: 1n, level: 0, object: '/a' },
    { seq: 1n, level: 1, object: '/b' },
  ])
  expect(read.skips).toEqual({ 'data dump': 4, 'stack line, kept with its call': 2, 'stack line': 1 })
  expect(read.problems).toEqual([])
})

test('calls by the thousand', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => [`1 close(${i}) = 0`, A]).flat()
  expect((await stacks(...lines)).map((row) => row.seq)).toEqual(
    Array.from({ length: 5000 }, (_, i) => BigInt(2 * i + 1)),
  )
})

test.skipIf(!hasShared)('KWin: every call of the lab but those that were cut by detaching', async () => {
  const bytes = readShared('lab/after/st-k2.strace.txt')
  const read = await readBytes(bytes)
  const rows = read.tables['strace.stacks'] ?? []
  const seqs = new Set(rows.map((row) => row.seq))
  expect(read.calls.filter((call) => !seqs.has(call.seq as bigint)).map((call) => call.state)).toEqual(
    Array.from({ length: 4 }, () => 'unfinished'),
  )
  expect(linesAccounted(read)).toBe(Buffer.from(bytes).toString('latin1').split('\n').length - 1)
  for (const { name, seq } of read.calls.filter((call) => call.name === 'ppoll' && seqs.has(call.seq as bigint))) {
    expect([name, rows.some((row) => row.seq === seq && row.symbol === 'ppoll')]).toEqual(['ppoll', true])
  }
})
