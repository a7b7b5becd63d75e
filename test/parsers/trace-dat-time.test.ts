/** Times: deltas, time extends, absolute times, discarded events, offsets and clocks that count ticks. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { ByteWriter, type Endian } from '../build/byte-writer.ts'
import type { RingPage } from '../build/ring-buffer.ts'
import { TICK, TICK_COMMS, tick } from '../build/tick.ts'
import { report, traceCmdVersion } from '../build/trace-cmd.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { collect } from '../collect.ts'

/** The number and time of each tick, as the parser reads the file. */
async function ticksOf(trace: TraceDat): Promise<(readonly [bigint, bigint])[]> {
  const file = buildTraceDat({ formats: [TICK], cmdlines: TICK_COMMS, ...trace })
  const { tables, problems } = await collect(traceDat, file)
  expect(problems).toEqual([])
  return (tables['demo.tick'] ?? []).map((row) => [row.n as bigint, row.ts as bigint] as const)
}

const reportedOf = (trace: TraceDat) =>
  report(buildTraceDat({ formats: [TICK], cmdlines: TICK_COMMS, ...trace })).events.map((event) => [
    BigInt(/^n=(\d+)/.exec(event.text)![1]!),
    event.ts,
  ])

const BIG = 1n << 45n

/** TIME_SHIFT of one CPU: at a time an offset, a scaling and its fraction bits. */
const shift = (flags: number, ...samples: [time: bigint, offset: bigint, scaling: bigint, fraction: bigint][]) => ({
  peer: 9n,
  flags,
  cpus: [samples.map(([time, offset, scaling, fraction]) => ({ time, offset, scaling, fraction }))],
})

/** Pages of one CPU, and the ticks that they hold. */
function cases(endian: Endian): Record<string, { pages: RingPage[]; ticks: [bigint, bigint][] }> {
  const at = (n: number, ts: bigint, more = {}) => ({ ...tick(n, ts, endian), ...more })
  return {
    'a delta of 27 bits and one more': {
      pages: [{ entries: [at(0, 10n), at(1, 10n + (1n << 27n) - 1n), at(2, 10n + (1n << 28n) - 1n)] }],
      ticks: [
        [0n, 10n],
        [1n, 134217737n],
        [2n, 268435465n],
      ],
    },
    'a page time of more than 32 bits, and a carry out of the lower half': {
      pages: [{ ts: 0x1_ffff_fff0n, entries: [at(0, 0x1_ffff_fff0n), at(1, 0x2_0000_0010n)] }],
      ticks: [
        [0n, 0x1_ffff_fff0n],
        [1n, 0x2_0000_0010n],
      ],
    },
    'time extends, short and of days': {
      pages: [{ ts: 1n, entries: [at(0, 5n, { time: 'extend' }), at(1, BIG), at(2, 3n * BIG), at(3, 3n * BIG + 1n)] }],
      ticks: [
        [0n, 5n],
        [1n, BIG],
        [2n, 3n * BIG],
        [3n, 3n * BIG + 1n],
      ],
    },
    'absolute times': {
      pages: [
        {
          ts: BIG,
          entries: [at(0, BIG), at(1, BIG + 7n, { time: 'absolute' }), at(2, 2n * BIG, { time: 'absolute' })],
        },
      ],
      ticks: [
        [0n, BIG],
        [1n, BIG + 7n],
        [2n, 2n * BIG],
      ],
    },
    'an absolute time has 59 bits: the others are the page time': {
      pages: [{ ts: 3n << 60n, entries: [at(0, (3n << 60n) + 5n, { time: 'absolute' }), at(1, (3n << 60n) + 9n)] }],
      ticks: [
        [0n, (3n << 60n) + 5n],
        [1n, (3n << 60n) + 9n],
      ],
    },
    'discarded events count in the time only': {
      pages: [
        { entries: [at(0, 100n), { ts: 150n, discarded: 40 }, { ts: 160n, discarded: 4 }, at(1, 200n)] },
        { ts: 300n, entries: [{ ts: 310n, discarded: 12 }, at(2, 400n)] },
      ],
      ticks: [
        [0n, 100n],
        [1n, 200n],
        [2n, 400n],
      ],
    },
    'padding to the end of a page': {
      pages: [
        { entries: [at(0, 1n), at(1, 2n)], tail: 'padding' },
        { entries: [at(2, 3n)], tail: 'committed' },
        { entries: [], ts: 4n },
        { entries: [at(3, 5n)] },
      ],
      ticks: [
        [0n, 1n],
        [1n, 2n],
        [2n, 3n],
        [3n, 5n],
      ],
    },
    'lengths in a word of their own': {
      pages: [{ entries: [at(0, 1n, { lengthWord: true }), { ...tick(1, 2n, endian, 'x'.repeat(500)) }, at(2, 3n)] }],
      ticks: [
        [0n, 1n],
        [1n, 2n],
        [2n, 3n],
      ],
    },
  }
}

describe.each(['little', 'big'] as const)('%s-endian', (endian) => {
  describe.each([4, 8] as const)('%i-byte long', (longSize) => {
    test.each(Object.entries(cases(endian)))('%s', async (_, { pages, ticks }) => {
      expect(await ticksOf({ endian, longSize, cpus: [{ pages }] })).toEqual(ticks)
    })

    test.skipIf(!traceCmdVersion).each(Object.entries(cases(endian)))('trace-cmd agrees: %s', (_, { pages, ticks }) => {
      expect(reportedOf({ endian, longSize, cpus: [{ pages }] })).toEqual(ticks)
    })
  })
})

describe.each([6, 7] as const)('version %i: what the file says of its clock', (version) => {
  const cpus = [{ entries: [tick(0, 1_000_000n), tick(1, 5_000_000n)] }]
  const mult = 1_398_101_333 // 3 GHz: 1/3 ns per tick, times 2^32
  const clocks: Record<string, { options: TraceDat['options']; times: bigint[] }> = {
    'an offset': { options: { offset: '123456789', clock: 'local' }, times: [124456789n, 128456789n] },
    'a negative offset': { options: { offset: '-400000' }, times: [600000n, 4600000n] },
    'an offset in hexadecimal': { options: { offset: '0x10' }, times: [1000016n, 5000016n] },
    'a date, in microseconds': { options: { date: '0x10' }, times: [1016000n, 5016000n] },
    'ticks of the TSC': {
      options: { tsc2nsec: { mult, shift: 32, offset: 0n }, clock: 'x86-tsc' },
      times: [325520n, 1627604n],
    },
    'ticks and an offset': {
      options: { tsc2nsec: { mult, shift: 32, offset: 0n }, clock: 'x86-tsc', offset: '1000' },
      times: [326520n, 1628604n],
    },
    'a guest, measured once': { options: { timeShift: shift(0, [0n, 5000n, 7n, 0n]) }, times: [1005000n, 5005000n] },
    'a guest, measured twice': {
      options: { timeShift: shift(0, [1_000_000n, -100n, 1n, 0n], [5_000_000n, 300n, 1n, 0n]) },
      times: [999900n, 4999900n],
    },
    'a guest whose clock drifts': {
      options: { timeShift: shift(1, [1_000_000n, 100n, 1n, 0n], [9_000_000n, 300n, 1n, 0n]), offset: '7' },
      times: [1000107n, 5000207n],
    },
    'a guest whose clock has another rate': {
      options: { timeShift: shift(0, [0n, 100n, 3n, 1n], [9_000_000n, 300n, 5n, 1n]) },
      times: [1500100n, 7500100n],
    },
    'a guest, measured often, and not in order': {
      options: { timeShift: shift(0, [2_000_000n, 20n, 1n, 0n], [0n, 10n, 1n, 0n], [6_000_000n, 30n, 1n, 0n]) },
      times: [1000010n, 5000020n],
    },
    'the offset beside the multiplier is no part of the time': {
      options: { tsc2nsec: { mult, shift: 32, offset: 600_000n }, clock: 'x86-tsc' },
      times: [325520n, 1627604n],
    },
  }

  test.each(Object.entries(clocks))('%s', async (_, { options, times }) => {
    expect(await ticksOf({ version, cpus, options: options! })).toEqual(times.map((ts, n) => [BigInt(n), ts]))
  })

  test.skipIf(!traceCmdVersion).each(Object.entries(clocks))('trace-cmd agrees: %s', (_, { options, times }) => {
    expect(reportedOf({ version, cpus, options: options! })).toEqual(times.map((ts, n) => [BigInt(n), ts]))
  })
})

test('a clock that counts is no time', async () => {
  const file = buildTraceDat({ formats: [TICK], options: { clock: 'counter' }, cpus: [{ entries: [tick(0, 7n)] }] })
  const { facts, tables } = await collect(traceDat, file)
  expect([facts.clock, facts.clockUnit, tables['demo.tick']?.[0]?.ts]).toEqual(['counter', 'ticks', 7n])
})

test('TIME_SHIFT without fractions, as its first version was; a CPU that was not measured keeps its time', async () => {
  const words = new ByteWriter('little').u64(0xabcn).u32(0).u32(1).u32(2)
  for (const word of [0n, 9_000_000n, 50n, 60n, 1n, 1n]) words.u64(word)
  const raw = [{ id: 12, data: words.done() }]
  const cpus = [{ entries: [tick(0, 1000n)] }, { entries: [tick(1, 1001n)] }]
  const { tables, facts } = await collect(traceDat, buildTraceDat({ formats: [TICK], options: { raw }, cpus }))
  expect(tables['demo.tick']?.map((row) => [row.cpu, row.ts])).toEqual([
    [0, 1050n],
    [1, 1001n],
  ])
  const samples = [
    ['0', '50', '1', '0'],
    ['9000000', '60', '1', '0'],
  ]
  expect(facts.more?.timeShift).toEqual({ peer: '0xabc', flags: 0, samples: [samples] })
})

test('a host names its guests, and the threads that ran their CPUs', async () => {
  const guests = [{ name: 'vm', traceId: 5n, pids: [70, 71] }]
  const { facts } = await collect(
    traceDat,
    buildTraceDat({ formats: [TICK], options: { guests, traceId: 6n }, cpus: [] }),
  )
  expect(facts.more).toMatchObject({
    traceId: '0x6',
    guests: [{ name: 'vm', traceId: '0x5', cpus: 2, pids: { 0: 70, 1: 71 } }],
  })
})

test('the list of clocks that old recorders damaged does not spoil the recording', async () => {
  const raw = [{ id: 4, data: new Uint8Array() }] // the list follows the table of CPUs
  const file = buildTraceDat({ version: 6, formats: [TICK], options: { raw }, cpus: [{ entries: [tick(0, 7n)] }] })
  const list = Buffer.from(file.buffer, file.byteOffset).indexOf('flyrecord') + 10 + 16
  file.fill(0xff, list, list + 8)
  const { tables, problems } = await collect(traceDat, file)
  expect(tables['demo.tick']).toHaveLength(1)
  expect(problems.map((p) => p.kind)).toEqual(['unknown-clock'])
})
