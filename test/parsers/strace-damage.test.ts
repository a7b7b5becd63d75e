/** Cut and damaged logs: rows and problems that add up, or a TraceError; never another exception, a hang or memory without bound. */
import { describe, expect, test } from 'vitest'
import { strace } from '../../parsers/strace/index.ts'
import { TraceError } from '../../src/errors.ts'
import { collect } from '../collect.ts'
import { randomNumbers } from '../random.ts'
import { bytesOf, countLines, hasShared, linesAccounted, readBytes, readLines, readShared } from './strace-read.ts'

/** Every kind of line. */
const SAMPLE = bytesOf(
  [
    'strace: Process 486 attached with 11 threads',
    '486   1795321276.280549 ppoll([{fd=52<anon_inode:[eventpoll]>, events=POLLIN}, {fd=5</a>, events=POLLIN}], 2, NULL, NULL, 8 <unfinished ...>',
    '499   1795321276.280762 futex(0x55746b3b97a4, FUTEX_WAIT, 121, NULL <unfinished ...>',
    '486   1795321276.280817 <... ppoll resumed>) = 1 ([{fd=5, revents=POLLIN}]) <0.000122>',
    '486   1795321276.280925 read(19</dev/dri/card0>, "\\2\\0) = 5\\"", 1024) = 32 <0.000014>',
    '486   1795321276.280926 pselect6(9, [3</a> 4], [5], NULL, {tv_sec=0, tv_nsec=9}, {NULL, 8}) = 1 (in [4])',
    '486   1795321276.280927 epoll_wait(12, [{events=EPOLLIN, data=0x55}], 32, 0) = 1 <0.000024>',
    '486   1795321276.280928 ioctl(19, _IOC(_IOC_READ, 0x64, 0xbc, 0x38), 0x7f) = -1 EAGAIN (Try again)',
    ' > /usr/lib/libc.so.6(ppoll+0x3e) [0x10649e]',
    '486   1795321276.280929 --- SIGCHLD {si_signo=SIGCHLD} ---',
    '499   1795321276.280930 +++ killed by SIGKILL +++',
    '% time     seconds  usecs/call     calls    errors syscall',
    '------ ----------- ----------- --------- --------- ----------------',
    ' 58.09    0.065711          29      2209           futex',
    '------ ----------- ----------- --------- --------- ----------------',
    '100.00    0.113117          12      9301       300 total',
    '',
  ].join('\n'),
)

/** Reads bytes that may be anything; whether it was a log. */
async function survives(bytes: Uint8Array): Promise<boolean> {
  try {
    expect(linesAccounted(await readBytes(bytes))).toBe(countLines(bytes))
    return true
  } catch (error) {
    if (!(error instanceof TraceError)) throw error
    return false
  }
}

test('cut at every byte', async () => {
  for (let end = 0; end <= SAMPLE.length; end++) await survives(SAMPLE.slice(0, end))
})

test('begun at every byte', async () => {
  for (let start = 0; start < SAMPLE.length; start += 3) await survives(SAMPLE.slice(start))
})

test('random bytes changed, inserted and removed', async () => {
  const random = randomNumbers(20260429)
  const marks = [...'()[]{}<>"\\=,. \n0129-+?x%', '\xff', '\0'].map((c) => c.charCodeAt(0))
  for (let run = 0; run < 1500; run++) {
    let bytes = [...SAMPLE]
    for (let n = random(6) + 1; n > 0; n--) {
      const at = random(bytes.length)
      const value = random(2) ? (marks[random(marks.length)] as number) : random(256)
      if (random(4) === 0) bytes.splice(at, random(40))
      else if (random(3) === 0) bytes = [...bytes.slice(0, at), value, ...bytes.slice(at)]
      else bytes[at] = value
    }
    await survives(Uint8Array.from(bytes))
  }
})

describe.skipIf(!hasShared)('a log of the lab', () => {
  test('cut and changed at random', async () => {
    const whole = readShared('lab/after/st-yy.strace.txt')
    const random = randomNumbers(7)
    for (let run = 0; run < 40; run++) {
      const bytes = whole.slice(0, random(whole.length))
      for (let n = 0; n < 200 && bytes.length > 0; n++) bytes[random(bytes.length)] = random(256)
      await survives(bytes)
    }
  })
})

test('a log that ends in the middle of a line says so', async () => {
  const { calls, problems } = await readBytes(bytesOf('close(3) = 0\nread(3, "ab'))
  expect(calls).toHaveLength(1)
  expect(problems).toMatchObject([{ kind: 'truncated-line', at: 'line 2', skipped: 1 }])
})

test('a line without an end is cut, and reading goes on behind it', async () => {
  const log = await readLines('close(3) = 0', `write(1, "${'x'.repeat(3_000_000)}", 1) = 1`, 'close(4) = 0')
  expect(log.calls.map((c) => c.fd)).toEqual([3, 4])
  expect(log.problems).toMatchObject([{ kind: 'long-line', at: 'line 2', skipped: 1 }])
  expect(linesAccounted(log)).toBe(3)
})

test.each([') = 3<', '"\\"', '[3<', '{fd=3<', '(((', ' = ', '<... '])(
  'a line of a million bytes of %s costs four times that of a quarter million',
  async (part) => {
    const cost = async (bytes: number): Promise<number> => {
      const filler = part.repeat(bytes / part.length)
      const lines = ['poll(', 'select(4, ', 'ioctl(3, ', 'ioctl(3<'].map((call) => `${call}${filler}) = 0`)
      const start = process.cpuUsage()
      const log = await readLines(...lines, ...lines.map((line) => `${line.slice(0, -6)} <unfinished ...>`))
      expect(linesAccounted(log)).toBe(8)
      return process.cpuUsage(start).user
    }
    await cost(250_000) // warm
    const quarter = await cost(250_000)
    // What grows with the square would be 16. Below 50 ms the rest of the process is what is measured.
    expect((await cost(1_000_000)) / Math.max(quarter, 50_000)).toBeLessThan(9)
  },
)

/** A log of a size whose cost grows with it, not with its square. */
const LOGS: [name: string, log: (size: number) => string[]][] = [
  [
    'fds and answers of one select()',
    (size) => [`select(1, [${'1 '.repeat(size)}1], NULL, NULL, NULL) = 1 (in [${'2 '.repeat(size)}2])`],
  ],
  [
    'lines without a thread beside unfinished calls',
    (size) => [
      ...Array.from({ length: size / 4 }, (_, tid) => `${tid} read(3 <unfinished ...>`),
      ...Array.from({ length: size / 4 }, () => '<... read resumed>) = 0'),
    ],
  ],
]

test.each(LOGS)('%s: four times as many cost four times as much', async (_, log) => {
  const cost = async (size: number): Promise<number> => {
    const lines = log(size)
    const start = process.cpuUsage()
    expect(linesAccounted(await readLines(...lines))).toBe(lines.length)
    return process.cpuUsage(start).user
  }
  await cost(8000) // warm
  const quarter = await cost(8000)
  expect((await cost(32_000)) / Math.max(quarter, 50_000)).toBeLessThan(9)
})

test('lines that span the pieces that are read', async () => {
  const lines = Array.from({ length: 30_000 }, (_, n) => `${n + 1} write(1, "${'y'.repeat(n % 97)}", ${n}) = ${n}`)
  const { calls } = await readLines(...lines)
  expect(calls).toHaveLength(30_000)
  expect(calls.every((c, n) => c.ret === BigInt(n) && c.tid === n + 1)).toBe(true)
})

test('endless unfinished calls are given up, oldest first', async () => {
  const log = await readLines(...Array.from({ length: 40_000 }, (_, n) => `${n} read(3 <unfinished ...>`))
  expect(log.calls).toHaveLength(40_000)
  expect(log.calls.map((c) => c.tid).slice(0, 3)).toEqual([0, 1, 2])
})

test('a text that is no log at all is refused', async () => {
  await expect(collect(strace, bytesOf('hello\nworld\n'))).rejects.toThrow(TraceError)
})

test('carriage returns are no part of a line', async () => {
  const { calls } = await readBytes(bytesOf('close(3) = 0\r\nclose(4</a>) = 0\r\n'))
  expect(calls).toMatchObject([{ ret: 0n }, { fd_path: '/a' }])
})
