/** Files of every shape that trace-cmd writes are read as they were written, and as trace-cmd itself reads them. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import type { CpuData } from '../build/cpu-data.ts'
import { TICK, TICK_COMMS, tick, tickTid } from '../build/tick.ts'
import { report, traceCmdReads } from '../build/trace-cmd.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { collect, type Row } from '../collect.ts'

const START = 5_000_000_000n

/** Ticks 0..count-1 in turn on CPUs 0, 2 and 3; CPU 1 recorded nothing. */
function cpusOf(shape: TraceDat, count: number): CpuData[] {
  const on = (cpu: number) =>
    Array.from({ length: count }, (_, n) => n)
      .filter((n) => [0, 2, 3][n % 3] === cpu)
      .map((n) => tick(n, START + BigInt(n) * 700n, shape.endian))
  return [0, 1, 2, 3].map((cpu) => ({ entries: on(cpu) }))
}

const rowsOf = (count: number): Row[] =>
  Array.from({ length: count }, (_, n) => ({
    ts: START + BigInt(n) * 700n,
    cpu: [0, 2, 3][n % 3]!,
    tid: tickTid(n),
    n: BigInt(n),
    note: `note ${n}`,
  }))

const options = { uname: 'Linux lab 6.12.1 #1 SMP x86_64', version: '3.3.1', clock: 'mono', cpuCount: 4 }

const shapes: TraceDat[] = [
  ...([6, 7] as const).flatMap((version) =>
    (['little', 'big'] as const).flatMap((endian) =>
      ([4, 8] as const).flatMap((longSize) =>
        [4096, 16384, 65536].map((pageSize) => ({ version, endian, longSize, pageSize, compression: 'none' as const })),
      ),
    ),
  ),
  ...(['zlib', 'zstd', 'zstd-stored'] as const).flatMap((compression) =>
    (['little', 'big'] as const).flatMap((endian) =>
      [4096, 65536].map((pageSize) => ({ version: 7 as const, endian, longSize: 8 as const, pageSize, compression })),
    ),
  ),
  // A 32-bit trace-cmd on a 64-bit kernel.
  { version: 6, endian: 'little', longSize: 4, commitSize: 8, pageSize: 4096, compression: 'none' },
  { version: 7, endian: 'big', longSize: 4, commitSize: 8, pageSize: 4096, compression: 'none' },
]

describe.each(shapes)(
  'v$version $endian long $longSize, kernel $commitSize, pages of $pageSize, $compression',
  (shape) => {
    const count = 2000 // more than a page of 16 KiB per CPU
    const file = buildTraceDat({
      ...shape,
      options,
      formats: [TICK],
      cmdlines: TICK_COMMS,
      cpus: cpusOf(shape, count),
      chunkPages: 2,
    })

    test('all events in order of time', async () => {
      const { tables, problems, skips } = await collect(traceDat, file)
      expect([problems, skips]).toEqual([[], {}])
      expect(tables['demo.tick']).toEqual(rowsOf(count))
    })

    test.skipIf(!traceCmdReads(shape.compression!.replace('-stored', '')))('trace-cmd reads the same', () => {
      const { events } = report(file)
      const names = new Map(
        TICK_COMMS.split('\n').map((line) => [Number(line.split(' ')[0]), line.replace(/^\d+ /, '')]),
      )
      const rows = rowsOf(count)
      expect(events.map(({ ts, cpu, pid, text }) => ({ ts, cpu, pid, text }))).toEqual(
        rows.map(({ ts, cpu, tid, n, note }) => ({ ts, cpu, pid: tid, text: `n=${n} note=${note}` })),
      )
      expect(events.map((event) => event.comm)).toEqual(rows.map((row) => names.get(row.tid as number)))
    })
  },
)

describe.each([6, 7] as const)('version %i', (version) => {
  const file = buildTraceDat({ version, options, formats: [TICK], cmdlines: TICK_COMMS, cpus: cpusOf({}, 3) })

  test('is recognised by its first bytes alone', () => {
    expect(traceDat.sniff(file.subarray(0, 64))).toBe(true)
    expect(traceDat.sniff(file.subarray(1))).toBe(false)
    expect(traceDat.sniff(new Uint8Array())).toBe(false)
  })

  test('says what it is', async () => {
    const { facts } = await collect(traceDat, file)
    expect(facts).toMatchObject({
      format: `trace.dat v${version} none`,
      kernel: '6.12.1',
      machine: 'x86_64',
      clock: 'mono',
      clockUnit: 'ns',
      recorder: 'trace-cmd 3.3.1',
      cpus: 4,
      lostEvents: 0,
    })
  })

  test('names threads', async () => {
    const { tables } = await collect(traceDat, file)
    expect(tables['main.comms']?.map((row) => [row.tid, row.comm])).toEqual([
      [100, 'anna'],
      [101, 'bert one'],
      [102, 'kworker/0:1'],
    ])
  })

  test('without events, and without formats', async () => {
    for (const formats of [[TICK], []]) {
      const { tables, problems } = await collect(traceDat, buildTraceDat({ version, formats, cpus: [{}, {}] }))
      expect([tables['demo.tick'], problems]).toEqual([undefined, []])
    }
  })

  test('an event without a format is a problem and the others are read', async () => {
    const entries = [tick(0, 1n), { ts: 2n, data: Uint8Array.of(9, 9, 0, 0, 1, 0, 0, 0) }, tick(1, 3n)]
    const { tables, problems } = await collect(
      traceDat,
      buildTraceDat({ version, formats: [TICK], cpus: [{ entries }] }),
    )
    expect(tables['demo.tick']?.map((row) => row.n)).toEqual([0n, 1n])
    expect(problems).toMatchObject([{ kind: 'unknown-event', skipped: 1 }])
  })

  test('options that nobody knows are passed over', async () => {
    const raw = [{ id: 77, data: Uint8Array.of(1, 2, 3) }]
    const { tables, problems } = await collect(
      traceDat,
      buildTraceDat({ version, formats: [TICK], options: { raw, clock: 'boot' }, cpus: [{ entries: [tick(0, 1n)] }] }),
    )
    expect([tables['demo.tick']?.length, problems.map((p) => p.kind)]).toEqual([1, ['unknown-option']])
  })
})

test('CPUs may have numbers with gaps', async () => {
  const cpus = [
    { id: 3, entries: [tick(0, 5n)] },
    { id: 70, entries: [tick(1, 6n)] },
  ]
  const { tables } = await collect(traceDat, buildTraceDat({ formats: [TICK], cpus }))
  expect(tables['demo.tick']?.map((row) => row.cpu)).toEqual([3, 70])
})
