/** Logs with the colors of a terminal: what they say is what they say without. */
import { expect, test } from 'vitest'
import { strace } from '../../parsers/strace/index.ts'
import { isPart } from '../../parsers/strace/merge.ts'
import { bytesOf, readBytes } from './strace-read.ts'

const E = '\x1b'
/** As tprint_*() of strace 7.0 colors them: name, brackets, values, constants, comments, results, errors. */
const COLORED = [
  `1700000000.000001 ${E}[33mpoll${E}[0m(${E}[0m[${E}[0m{${E}[39mfd${E}[0m=${E}[35m3${E}[0m</dmabuf:>${E}[0m, events=${E}[34mPOLLIN${E}[0m}], 1, 0) = ${E}[32m1${E}[0m ([{fd=3, revents=POLLIN}]) <0.000010>`,
  `1700000000.000002 ${E}[1;33mwrite${E}[0m(${E}[35m1${E}[0m, ${E}[35m"\\33[31mred\\33[m"${E}[0m, 11 ${E}[36m<unfinished ...>${E}[0m`,
  `1700000000.000003 ${E}[36m<... write resumed>${E}[0m) = ${E}[31m-1 EAGAIN${E}[0m (${E}[31mResource temporarily unavailable${E}[0m)`,
  `1700000000.000004 +++ exited with ${E}[01;31m${E}[K0${E}[m${E}[K +++`,
]
const plain = (line: string) => line.replaceAll(new RegExp(`${E}\\[[0-9;]*[mK]`, 'g'), '')

test.each(['\n', '\r\n'])('rows are those of the log without colors', async (newline) => {
  const lines = (Array(3000) as string[]).fill('').flatMap(() => COLORED)
  const bytes = bytesOf(lines.join(newline))
  const before = Buffer.from(bytes)
  expect(strace.sniff(bytes.subarray(0, 65536))).toBe(true)
  expect(isPart(bytes.subarray(0, 65536))).toBe(true)
  const log = await readBytes(bytes)
  expect(before.equals(bytes)).toBe(true) // what was given is not changed
  expect(log).toEqual(await readBytes(bytesOf(lines.map(plain).join(newline))))
  expect(log.calls).toHaveLength(6000)
  expect(log.problems).toEqual([])
})

test('other escapes, and those that are cut, stay', async () => {
  const { calls, problems } = await readBytes(bytesOf(`close(3) = 0\n${E}[2J${E}[31\n${E}\nclose(4) = 0${E}[0m\n`))
  expect(calls).toMatchObject([{ fd: 3 }, { fd: 4 }])
  expect(problems.map((p) => p.kind)).toEqual(['unparsed-line', 'unparsed-line'])
})
