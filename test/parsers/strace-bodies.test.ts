import { describe, expect, test } from 'vitest'
import { readLines } from './strace-read.ts'

/** A log whose lines are known from the third repetition on: by then each is read in every way. */
const repeated = (times: number, ...lines: string[]) =>
  Array.from({ length: times }, (_, i) => lines.map((line) => line.replaceAll('@', `17000000${10 + i}`))).flat()

describe('lines that repeat others but for time and duration', () => {
  test('a call, a split call and one that adds arguments are the same rows each time', async () => {
    const { calls, ready } = await readLines(
      ...repeated(
        5,
        '11 @.000001 ioctl(19</dev/dri/card0>, DRM_IOCTL_MODE_ATOMIC, 0x7f64) = 0 <0.000027>',
        '11 @.000002 poll([{fd=7</dmabuf:>, events=POLLIN}], 1, 0 <unfinished ...>',
        '12 @.000003 read(3<anon_inode:[eventfd]>,  <unfinished ...>',
        '11 @.000004 <... poll resumed>) = 1 ([{fd=7, revents=POLLIN}]) <0.000028>',
        '12 @.000005 <... read resumed>"\\1", 8) = 8 <0.000029>',
      ),
    )
    expect(calls).toHaveLength(15)
    const shapes = calls.map(({ ts, seq, end_ts, ...same }) => same)
    expect(shapes.slice(12)).toEqual(shapes.slice(0, 3))
    expect(calls.slice(12).map((call) => [call.seq, call.name, call.args, call.ret, call.was_split])).toEqual([
      [21n, 'ioctl', '19</dev/dri/card0>, DRM_IOCTL_MODE_ATOMIC, 0x7f64', 0n, 0],
      [22n, 'poll', '[{fd=7</dmabuf:>, events=POLLIN}], 1, 0', 1n, 1],
      [23n, 'read', '3<anon_inode:[eventfd]>, "\\1", 8', 8n, 1],
    ])
    expect(ready.map((row) => [row.fd, row.revents, row.seq])).toEqual(
      [2n, 7n, 12n, 17n, 22n].map((seq) => [7, 'POLLIN', seq]),
    )
  })

  test('the same rest of a call belongs to the beginning of its own thread', async () => {
    const { calls } = await readLines(
      ...repeated(
        4,
        '11 @.000001 poll([{fd=7, events=POLLIN}], 1, 0 <unfinished ...>',
        '12 @.000002 poll([{fd=8, events=POLLIN}], 1, 0 <unfinished ...>',
        '12 @.000003 <... poll resumed>) = 0 (Timeout) <0.000028>',
        '11 @.000004 <... poll resumed>) = 0 (Timeout) <0.000029>',
      ),
    )
    expect(calls.map((call) => [call.tid, call.fd, call.dur])).toEqual(
      Array.from({ length: 4 }, () => [
        [12, 8, 28000n],
        [11, 7, 29000n],
      ]).flat(),
    )
  })

  test('each of many lines is read twice at most, but for a few', async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => `11 @.000001 ioctl(${i % 50}, 0x${i.toString(16)}, 0) = ${i}`)
    const { calls, tables } = await readLines(...repeated(10, ...lines))
    expect(calls.map((call) => Number(call.ret))).toEqual(repeated(10, ...lines.map((_, i) => `${i}`)).map(Number))
    expect(tables['strace.contents']?.length).toBeLessThan(2 * 6000)
  })

  test('-r counts each line once', async () => {
    const { calls } = await readLines(...Array.from({ length: 6 }, () => '     0.000010 getpid() = 7'))
    expect(calls.map((call) => call.ts)).toEqual([10, 20, 30, 40, 50, 60].map((us) => BigInt(us) * 1000n))
  })
})

test('a call that never returned keeps its own time, and so does the next one of its thread', async () => {
  const { calls } = await readLines(
    '11 1700000001.000000 read(3,  <unfinished ...>',
    '11 1700000002.000000 poll([{fd=7, events=POLLIN}], 1, 0 <unfinished ...>',
    '11 1700000003.000000 <... poll resumed>) = 1 ([{fd=7, revents=POLLIN}]) <0.000028>',
    '11 1700000004.000000 write(3,  <unfinished ...>',
    '11 1700000005.000000 <... close resumed>) = 5 <0.000001>',
  )
  expect(calls.map((call) => [call.name, call.state, call.ts, call.ret])).toEqual([
    ['read', 'unfinished', 1700000001000000000n, null],
    ['poll', 'complete', 1700000002000000000n, 1n],
    ['write', 'unfinished', 1700000004000000000n, null],
    ['close', 'resumed', null, 5n],
  ])
})
