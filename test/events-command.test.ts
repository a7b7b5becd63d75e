/** tracealyze events: the recording as text. */
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { main } from '../src/cli.ts'
import { encodeFields } from './build/encode-fields.ts'
import { defineEvent } from './build/event-formats.ts'
import { OPTION, type TraceOptions } from './build/options.ts'
import { sectionsOf } from './build/sections.ts'
import { TICK, TICK_COMMS, tick } from './build/tick.ts'
import { buildTraceDat } from './build/trace-dat.ts'
import { readOracle } from './raw-report.ts'
import { inFolder, run } from './run.ts'

const LAB = resolve(import.meta.dirname, '../../shared/lab/small/after')
const START = 5_000_000_000n

const fileOf = (count: number, note?: string): Uint8Array =>
  buildTraceDat({
    formats: [TICK],
    cmdlines: TICK_COMMS,
    cpus: [{ entries: Array.from({ length: count }, (_, n) => tick(n, START + BigInt(n) * 700n, 'little', note)) }],
  })

const events = (file: Uint8Array | string, ...options: string[]) =>
  inFolder(async (folder) => {
    const path = join(folder, 'x.dat')
    writeFileSync(path, file)
    return run(['events', path, ...options])
  })

test('one line per event, in order of time', async () => {
  const { out, err, code } = await events(fileOf(2))
  expect(out).toBe(
    '            anna-100   [000] .....     5.000000: tick:                 n=0 note=note 0\n' +
      '        bert one-101   [000] .....     5.000001: tick:                 n=1 note=note 1\n',
  )
  expect([err, code]).toEqual(['', 0])
})

test('-t prints nanoseconds, --limit ends', async () => {
  const { out } = await events(fileOf(9), '-t', '--since', '+0.0000014', '--limit', '1')
  expect(out).toContain('5.000001400: tick:                 n=2 note=note 2\n')
  expect(out.split('\n')).toHaveLength(2)
})

test('a clock that counts is printed as it counts, and in seconds where TSC2NSEC converts it', async () => {
  const cpus = [{ entries: [tick(0, 12_345_678_901n)] }]
  const timeOf = async (options: TraceOptions) =>
    / (\S+): tick:/.exec((await events(buildTraceDat({ formats: [TICK], options, cpus }))).out)?.[1]
  expect(await timeOf({ clock: 'x86-tsc' })).toBe('12345678901')
  expect(await timeOf({ clock: 'x86-tsc', tsc2nsec: { mult: 1 << 30, shift: 30, offset: 0n } })).toBe('12.345679')
  expect(await timeOf({ clock: 'mono' })).toBe('12.345679')
})

test('losses of an instance say so', async () => {
  const entries = [tick(0, 1n), { missed: 4 }, tick(1, 2000n)]
  const instances = [{ name: 'kw', cpus: [{ entries }] }]
  const { out } = await events(buildTraceDat({ formats: [TICK], cpus: [{ entries: [tick(2, 3000n)] }], instances }))
  expect(out.split('\n')).toContain('kw: CPU:0 [4 EVENTS DROPPED]')
})

test('CPUs that a cut file does not tell can be asked for', async () => {
  const cpus = [{ entries: [tick(0, 9n)] }, {}, { entries: [tick(1, 2n)] }]
  const file = buildTraceDat({ version: 7, formats: [TICK], options: { cpuCount: 3 }, cpus })
  const data = sectionsOf(file).find(({ id }) => id === OPTION.buffer)!
  const { out } = await events(file.subarray(0, data.offset + 16 + data.size), '--cpu=-2')
  expect(out).toMatch(/^ +<\.\.\.>-101 {3}\[-02\] \.{5} .* n=1 note=note 1\n$/)
})

test('control characters of the recording do not reach the terminal', async () => {
  const { out } = await events(fileOf(1, 'a\x1b[2J\nb\tc'))
  expect(out).toContain('note=a\\x1b[2J\\x0ab\tc\n')
})

test('problems go to the other stream, each kind at most three times', async () => {
  const odd = { ts: 1n, data: Uint8Array.of(9, 9, 0, 0, 1, 0, 0, 0) }
  const file = buildTraceDat({ formats: [TICK], cpus: [{ entries: [odd, tick(0, 2n)] }] })
  const { out, err } = await events(file.subarray(0, file.length - 1))
  expect(out).toContain('[UNKNOWN EVENT]')
  expect(err.split('\n').length).toBeLessThan(8)
})

test('print formats that cannot be read, and what is assumed, are told once per event', async () => {
  const fields = [{ type: 'unsigned long', name: 'a' }]
  const [lookup, jiffies] = [
    defineEvent({ system: 'demo', name: 'lookup', id: 1001, fields, print: '"%s", name_of(REC->a)' }),
    defineEvent({ system: 'demo', name: 'wait', id: 1002, fields, print: '"%u", jiffies_to_msecs(REC->a)' }),
  ]
  const entries = [lookup, jiffies, lookup].map((f, i) => ({ ts: BigInt(i), data: encodeFields(f, { a: 7 }) }))
  const { out, err } = await events(buildTraceDat({ formats: [lookup, jiffies], cpus: [{ entries }] }))
  expect(out.split('\n').map((line) => line.replace(/^.*: +/, ''))).toEqual([
    '[FAILED TO PARSE] a=0x7',
    '7',
    '[FAILED TO PARSE] a=0x7',
    '',
  ])
  expect(err.trim().split('\n')).toEqual([
    'print-format: demo:lookup: cannot be printed, its fields are listed: function name_of is not known',
    expect.stringMatching(/^assumed: demo:wait: a jiffy is taken for 1 ms/),
  ])
})

test('other formats are sent elsewhere', async () => {
  const log = '12:00:00.000001 close(3) = 0 <0.000010>\n12:00:00.000101 close(4) = 0 <0.000010>\n'
  const { code, err, out } = await events(log)
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/this one is of the format strace\nhint: .*tracealyze ingest/)
})

test('lines are written no faster than they are read', async () => {
  let held = 0
  let most = 0
  const slow = new Writable({
    highWaterMark: 1024,
    write(chunk, _, done) {
      held += chunk.length
      most = Math.max(most, held)
      setTimeout(() => {
        held -= chunk.length
        done()
      }, 1)
    },
  })
  await inFolder(async (folder) => {
    const path = join(folder, 'x.dat')
    writeFileSync(path, fileOf(20_000))
    await main(['events', path], { stdin: process.stdin, out: slow, err: slow })
  })
  expect(most).toBeLessThan(100_000)
})

describe.skipIf(!existsSync(LAB))('lab/small/after/tiny-early.dat', () => {
  test('is what trace-cmd prints, but for the plugins', async () => {
    const name = 'tiny-early'
    const oracle = readOracle(join(LAB, `${name}.report.txt`))
    if (oracle === undefined) return
    const { out } = await run(['events', join(LAB, `${name}.dat`), '--event', 'syscalls'])
    const wanted = oracle.split('\n').filter((line) => /: sys_(enter|exit)_\w+: /.test(line))
    expect(out.trimEnd().split('\n')).toEqual(wanted)
  })
})
