/** The tables of strace -c and -C. */
import { expect, test } from 'vitest'
import { linesAccounted, readLines } from './strace-read.ts'

const TABLE = [
  '% time     seconds  usecs/call     calls    errors syscall',
  '------ ----------- ----------- --------- --------- ----------------',
  ' 58.09    0.065711          29      2209           futex',
  '  1.81    0.002042           3       600       300 recvmsg',
  '------ ----------- ----------- --------- --------- ----------------',
  '100.00    0.113117          12      9301       300 total',
]

test('the usual table', async () => {
  const log = await readLines(...TABLE)
  expect(log.summary).toEqual([
    { syscall: 'futex', calls: 2209n, errors: 0n, seconds: 0.065711, percent: 58.09, usecs_per_call: 29n, section: 1 },
    { syscall: 'recvmsg', calls: 600n, errors: 300n, seconds: 0.002042, percent: 1.81, usecs_per_call: 3n, section: 1 },
  ])
  expect(log.facts).toMatchObject({ format: 'strace -c', clock: 'none' })
  expect(linesAccounted(log)).toBe(6)
})

test('behind a log, and a second one for 32-bit calls', async () => {
  const log = await readLines(
    'close(3) = 0',
    ...TABLE,
    'System call usage summary for 32 bit mode:',
    ...TABLE,
    'close(4) = 0',
  )
  expect(log.summary.map((r) => r.section)).toEqual([1, 1, 2, 2])
  expect(log.calls).toHaveLength(2)
  expect(log.facts.format).toBe('strace -C')
  expect(log.problems).toEqual([])
})

test('decimal commas', async () => {
  const { summary } = await readLines(...TABLE.map((line) => line.replaceAll('.', ',')))
  expect(summary[0]).toMatchObject({ percent: 58.09, seconds: 0.065711 })
})

test('other columns, the name first, errors last and empty', async () => {
  const { summary } = await readLines(
    'syscall          wall-total     calls    errors',
    '---------------- ----------- --------- ---------',
    'futex               0.065711      2209          ',
    'recvmsg             0.002042       600       300',
    '---------------- ----------- --------- ---------',
    'total               0.067753      2809       300',
  )
  expect(summary).toMatchObject([
    { syscall: 'futex', calls: 2209n, errors: 0n, seconds: 0.065711, percent: null, usecs_per_call: null },
    { syscall: 'recvmsg', calls: 600n, errors: 300n },
  ])
})

test('columns that were not asked for (-U) are not known; an empty cell is none', async () => {
  const columns = (heads: string, ...rows: string[]) =>
    readLines(
      heads,
      heads.replace(/% time|[^ ]+/g, (c) => '-'.repeat(c.length)),
      ...rows,
    )
  const { summary } = await columns('% time syscall', ' 58.09 futex')
  expect(summary).toMatchObject([{ syscall: 'futex', calls: null, errors: null, percent: 58.09 }])
  expect((await columns('calls errors syscall', ' 2209        futex')).summary).toMatchObject([
    { calls: 2209n, errors: 0n },
  ])
})

test('numbers wider than their columns', async () => {
  const { summary } = await readLines(
    ...TABLE.slice(0, 2),
    ' 99.94 1125.381151         113 9895754111   3531478 futex',
    ' 99.94 1125.381151         113 9895754111           read',
    ...TABLE.slice(4),
  )
  expect(summary).toMatchObject([
    { syscall: 'futex', calls: 9895754111n, errors: 3531478n },
    { syscall: 'read', calls: 9895754111n, errors: 0n },
  ])
})

test('a table that breaks off', async () => {
  const log = await readLines(...TABLE.slice(0, 3), 'close(3) = 0')
  expect(log.summary).toHaveLength(1)
  expect(log.calls).toHaveLength(1)
  expect(linesAccounted(log)).toBe(4)
})
