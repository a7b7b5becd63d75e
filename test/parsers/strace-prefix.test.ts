/** What stands before a call: threads, times, numbers, addresses. */
import { describe, expect, test } from 'vitest'
import type { Row } from '../collect.ts'
import { readCall, readLines } from './strace-read.ts'

const T = 1_700_000_000_000_000_000n

describe('prefix', () => {
  test.each([
    ['close(3) = 0', { tid: null, ts: null }],
    ['1234 close(3) = 0', { tid: 1234, ts: null }],
    ['12    close(3) = 0', { tid: 12 }],
    ['[pid   486] close(3) = 0', { tid: 486 }],
    ['486<kwin_wayland> 1700000000.000005 close(3) = 0', { tid: 486, ts: T + 5000n }],
    ['[pid 486<kwin_wayland>] close(3) = 0', { tid: 486 }],
    ['1700000000.000005 close(3) = 0', { tid: null, ts: T + 5000n }],
    ['1700000000.000000005 close(3) = 0', { ts: T + 5n }],
    ['1700000000.005 close(3) = 0', { ts: T + 5_000_000n }],
    ['1700000000 close(3) = 0', { tid: null, ts: T }],
    ['486   1700000000.000005 close(3) = 0', { tid: 486, ts: T + 5000n }],
    ['12345 14:32:01 close(3) = 0', { tid: 12345, ts: 52_321_000_000_000n }],
    ['14:32:01.123456 close(3) = 0', { tid: null, ts: 52_321_123_456_000n }],
    ['505        0.000071 close(3) = 0', { tid: 505, ts: 71_000n }],
    ['     2.000071 close(3) = 0', { tid: null, ts: 2_000_071_000n }],
    ['486 14:32:01 (+     0.000071) close(3) = 0', { tid: 486, ts: 52_321_000_000_000n }],
    ['[00007f3c8e2fc1b4] close(3) = 0', { tid: null, name: 'close' }],
    ['[????????????????] close(3) = 0', { name: 'close' }],
    ['486 1700000000.000005 [   3] [00007f3c8e2fc1b4] close(3) = 0', { tid: 486, ts: T + 5000n }],
    ['[pid 486] [user_u:user_r:user_t:s0] 1700000000.000005 close(3) = 0', { tid: 486, ts: T + 5000n }],
    ['12345 [unconfined_t] 1700000000.000005 close(3) = 0', { tid: 12345, ts: T + 5000n }],
    ['[pid 12345] [unconfined_t] 14:32:01.123456 close(3) = 0', { tid: 12345, ts: 52_321_123_456_000n }],
    ['100   [u:r:t:s0] 1700000000.000005 close(3) = 0', { tid: 100, ts: T + 5000n }],
    ['100   [t-x.y]      2.000071 close(3) = 0', { tid: 100, ts: 2_000_071_000n }],
    ['[pid 486<[vkrt] Analysis>] close(3) = 0', { tid: 486 }],
    ['486<[vkrt] Analysis> 1700000000.000005 close(3) = 0', { tid: 486, ts: T + 5000n }],
  ])('%s', async (line, expected) => {
    expect(await readCall(line)).toMatchObject(expected)
  })
})

const times = ({ calls }: { calls: Row[] }) => calls.map((c) => c.ts)

test('-r: times add up', async () => {
  const log = await readLines(
    '5          0.000000 close(1) = 0',
    '6          0.999999 close(2) = 0',
    '5          0.000002 close(3) = 0',
  )
  expect(times(log)).toEqual([0n, 999_999_000n, 1_000_001_000n])
  expect(log.facts).toMatchObject({ clock: 'relative', format: 'strace -f -r', resolution: 1000 })
})

test('-r: the message that a program has 32 bits counts too', async () => {
  const log = await readLines(
    '     0.000000 execve("/a", [], []) = 0',
    '     1.000000 [ Process PID=100 runs in 32 bit mode. ]',
    '     0.500000 close(3) = 0',
  )
  expect(times(log)).toEqual([0n, 1_500_000_000n])
})

test('-r with its padding lost', async () => {
  expect(times(await readLines('0.000000 close(1) = 0', '1.5 close(2) = 0'))).toEqual([0n, 1_500_000_000n])
})

test('-t: midnight passes once, even if two threads print around it', async () => {
  const log = await readLines(
    '5 23:59:59 close(1) = 0',
    '5 00:00:00 close(2) = 0',
    '6 23:59:59 close(3) = 0',
    '5 00:00:01 close(4) = 0',
  )
  expect(times(log)).toEqual([86_399n, 86_400n, 86_399n, 86_401n].map((s) => s * 1_000_000_000n))
  expect(log.facts).toMatchObject({ clock: 'time-of-day', format: 'strace -f -t', resolution: 1_000_000_000 })
})

const seconds = async (...lines: string[]) =>
  times(await readLines(...lines.map((line) => `${line} close(1) = 0`))).map((ts) => Number(ts) / 1e9)

test('-t: a night between two lines, and a day', async () => {
  const day = 86_400
  expect(await seconds('17:59:58', '07:30:00', '07:30:01')).toEqual([64_798, day + 27_000, day + 27_001])
  expect(await seconds('23:59:58', '00:00:10', '14:30:00')).toEqual([86_398, day + 10, day + 52_200])
  expect(await seconds('17:59:58', '00:10:00', '23:10:00', '00:20:00')).toEqual([64_798, day + 600, 83_400, day + 1200])
  expect(await seconds('00:10:00', '23:10:00', '00:20:00')).toEqual([600, 83_400, day + 1200])
  expect(await seconds('12:00:00', '10:00:01', '09:00:00', '06:59:59')).toEqual([43_200, 36_001, 32_400, day + 25_199])
})

test('-t: a clock that is set back, as daylight saving time ends, is a problem', async () => {
  const set = (...lines: string[]) => readLines(...lines.map((line) => `${line} close(1) = 0`))
  const summer = await set('02:59:59', '02:00:00', '02:00:01', '01:29:00', '01:28:00')
  expect(times(summer)).toEqual([10_799n, 7200n, 7201n, 5340n, 5280n].map((s) => s * 1_000_000_000n))
  expect(summer.problems).toMatchObject([{ kind: 'clock-set-back', at: 'line 2' }])
  expect(summer.problems[0]?.detail).toContain('(2 x)')
  expect((await set('23:59:59', '00:00:00', '23:59:59', '00:00:01', '23:40:00')).problems).toEqual([])
})

test('a time stamp of another kind is not mixed in', async () => {
  const log = await readLines('5 1700000000.000005 close(1) = 0', '5 14:32:01 close(2) = 0')
  expect(times(log)).toEqual([T + 5000n, null])
  expect(log.problems).toMatchObject([{ kind: 'other-time-stamps', at: 'line 2' }])
})

test('names of threads', async () => {
  const { tables, facts } = await readLines('486<kwin_wayland> close(1) = 0', '486<kwin_wayland> close(2) = 0')
  expect(tables['main.comms']).toEqual([{ tid: 486, pid: null, comm: 'kwin_wayland' }])
  expect(facts.format).toBe('strace -f -Y')
})

test('names of threads are what they are, not what strace escapes', async () => {
  const quoted = ['[vkrt] Analysis', 'a\\74b\\76c', 'q\\"\\\\\\t', '\\303\\244', '\\x61b', '\\3771']
  const { calls, tables } = await readLines(...quoted.map((name, i) => `[pid ${i}<${name}>] close(3) = 0`))
  expect(calls).toHaveLength(6)
  expect(tables['main.comms']?.map((row) => row.comm)).toEqual([
    '[vkrt] Analysis',
    'a<b>c',
    'q"\\\t',
    '\u00e4',
    'ab',
    '\\xff1',
  ])
})

test('facts name the options that were seen', async () => {
  const { facts } = await readLines('5 1700000000.000005 close(3</a>) = 0 <0.000012>')
  expect(facts).toMatchObject({
    format: 'strace -f -ttt -T -y',
    clock: 'realtime',
    clockUnit: 'ns',
    resolution: 1000,
    recorder: 'strace',
  })
  expect((await readLines('close(3<UNIX:[5]>) = 0')).facts).toMatchObject({ format: 'strace -yy', clock: 'none' })
})
