/** What is remembered of lines, texts and threads is bounded; what was forgotten is read again. */
import { expect, test } from 'vitest'
import { strace } from '../../parsers/strace/index.ts'
import { TextIds } from '../../parsers/text/text-ids.ts'
import { RowWriter } from '../../src/batch.ts'
import type { TableSpec } from '../../src/schema.ts'
import { Strings } from '../../src/strings.ts'
import { bytesOf, linesAccounted, readLines } from './strace-read.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

test('more different lines than are remembered', async () => {
  // Each comes twice, and so is kept, until there are too many.
  const fds = numbers(40_000).flatMap((n) => [n, n])
  const { calls } = await readLines(
    ...fds.map((fd) => `7 1700000000.000001 close(${fd}</tmp/${fd}>) = ${fd} <0.000001>`),
  )
  expect(calls.map((call) => call.fd)).toEqual(fds)
  expect(calls.every((call) => call.fd_path === `/tmp/${call.fd}` && call.ret === BigInt(call.fd as number))).toBe(true)
})

test('a call that is unfinished while its line is forgotten keeps its arguments', async () => {
  const begun = '1 1700000000.000001 poll([{fd=7, events=POLLIN}], 1, 0 <unfinished ...>'
  const rest = '1 1700000000.000002 <... poll resumed>) = 1 ([{fd=7, revents=POLLIN}]) <0.000003>'
  const others = numbers(40_000).flatMap((n) => Array(2).fill(`2 1700000000.000001 close(${n}) = 0 <0.000001>`))
  const { calls } = await readLines(begun, rest, begun, rest, begun, rest, begun, ...others, rest)
  const polls = calls.filter((call) => call.name === 'poll').map(({ seq, ...poll }) => poll)
  expect(polls).toHaveLength(4)
  expect(new Set(polls.map((poll) => JSON.stringify(poll, (_, v) => (typeof v === 'bigint' ? `${v}` : v)))).size).toBe(
    1,
  )
  expect(polls[3]).toMatchObject({ args: '[{fd=7, events=POLLIN}], 1, 0', fd: 7, dur: 3000n, state: 'complete' })
})

test('arguments do not wait for thousands of rows, however long they are', () => {
  const sizes: number[] = []
  const writers = new Map<TableSpec, RowWriter>()
  const keep = ({ row, columns }: RowWriter) => {
    const args = columns.find(({ spec }) => spec.name === 'args')?.values as string[] | undefined
    if (args) sizes.push(args.slice(0, row).reduce((sum, text) => sum + text.length, 0))
  }
  const table = (spec: TableSpec) => {
    const writer = writers.get(spec) ?? new RowWriter(spec, keep)
    writers.set(spec, writer)
    return writer
  }
  const sink = { known: [], strings: new Strings(), table, problem() {}, facts() {}, skip() {} }
  const text = bytesOf(numbers(100).reduce((all, n) => `${all}write(3, "${n}${'x'.repeat(100_000)}", 9) = 9\n`, ''))
  const input = { size: text.length, read: (at: number, size: number) => text.subarray(at, at + size) }
  for (const _ of strace.parse(input, sink));
  for (const writer of writers.values()) writer.flush()
  expect(sizes.reduce((a, b) => a + b)).toBeGreaterThan(10_000_000)
  expect(Math.max(...sizes)).toBeLessThan(3_000_000)
})

test('threads that come and go', async () => {
  const log = await readLines(
    ...numbers(5000).flatMap((n) => [
      `${n} read(${n % 7},  <unfinished ...>`,
      `${n} <... read resumed>"a", 1) = 1`,
      ...(n % 1000 === 0 ? [`${n} futex(0x7f64, FUTEX_WAIT_PRIVATE, ${n}, NULL <unfinished ...>`] : []),
    ]),
  )
  expect(linesAccounted(log)).toBe(10_005)
  expect(log.calls.filter((call) => call.name === 'read').every((call) => call.ret === 1n)).toBe(true)
  // Those that never return are told at the end, in the order in which they began.
  expect(log.calls.slice(-5).map((call) => [call.tid, call.state, call.args])).toEqual(
    [0, 1000, 2000, 3000, 4000].map((n) => [n, 'unfinished', `0x7f64, FUTEX_WAIT_PRIVATE, ${n}, NULL`]),
  )
})

test('a text keeps its id, however many there are in between', () => {
  const strings = new Strings()
  const ids = new TextIds(strings)
  const idOf = (text: string): number => {
    const bytes = bytesOf(`before ${text} behind`)
    return ids.id(bytes, 7, bytes.length - 7)
  }
  const texts = ['', 'a', 'POLLIN', '/tmp/ü', 'x'.repeat(15), 'x'.repeat(16), 'x'.repeat(17), 'y'.repeat(20_000)]
  const first = texts.map(idOf)
  expect(new Set(first).size).toBe(texts.length)
  for (let n = 0; n < 150_000; n++) {
    idOf(`${n}`)
    if (n % 10_000 === 0) expect(texts.map(idOf)).toEqual(first)
  }
  expect(first.map((id) => strings.fresh[id])).toEqual(texts)
})

test.each(['7', '77', '777', '7777', '77777', '777777', '7777777', ''])('thread %s in the same second', async (tid) => {
  const lead = tid === '' ? '' : `${tid.padEnd(5)} `
  const times = ['1700000000.000001', '1700000000.000002', '1700000000.999999', '1700000001.000000', '1700000001.5']
  const { calls } = await readLines(...times.map((time) => `${lead}${time} close(3) = 0 <0.000010>`))
  expect(calls.map((call) => call.ts)).toEqual([
    1700000000000001000n,
    1700000000000002000n,
    1700000000999999000n,
    1700000001000000000n,
    1700000001500000000n,
  ])
  expect(calls.every((call) => call.tid === (tid === '' ? null : Number(tid)) && call.dur === 10_000n)).toBe(true)
})

test('durations of any form', async () => {
  const { calls } = await readLines(
    ...['0.000010', '9.999999', '10.000001', '0.5', '3', '1.000000001', '0,000010', '0.00001a'].map(
      (time) => `close(3) = 0 <${time}>`,
    ),
  )
  expect(calls.map((call) => call.dur)).toEqual([
    10_000n,
    9_999_999_000n,
    10_000_001_000n,
    500_000_000n,
    3_000_000_000n,
    1_000_000_001n,
    10_000n,
    null,
  ])
})
