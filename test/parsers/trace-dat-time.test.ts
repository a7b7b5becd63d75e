/** Times: deltas, time extends, absolute times, discarded events, offsets and clocks that count ticks. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import type { Endian } from '../build/byte-writer.ts'
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
