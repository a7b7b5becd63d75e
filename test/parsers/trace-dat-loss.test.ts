/** Events that the recorder lost: gaps are rows of lost_events, and no event around them is. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import type { CpuData } from '../build/cpu-data.ts'
import { TICK, tick } from '../build/tick.ts'
import { report, traceCmdVersion } from '../build/trace-cmd.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { collect } from '../collect.ts'

const shapes: TraceDat[] = ([6, 7] as const).flatMap((version) =>
  (['little', 'big'] as const).flatMap((endian) =>
    ([4, 8] as const).map((longSize) => ({ version, endian, longSize })),
  ),
)

describe.each(shapes)('version $version, $endian-endian, $longSize-byte long', (shape) => {
  const at = (n: number, ts: bigint) => tick(n, ts, shape.endian!)
  const read = (...cpus: CpuData[]) => collect(traceDat, buildTraceDat({ ...shape, formats: [TICK], cpus }))

  test('a gap lies between the events of its CPU, with the number that the kernel stored', async () => {
    const { tables, facts, problems } = await read(
      { entries: [at(0, 10n), at(1, 20n), { missed: 3 }, at(2, 50n), at(3, 60n), { missed: 70_000 }, at(4, 90n)] },
      { entries: [at(5, 30n), at(6, 70n)] },
    )
    expect(problems).toEqual([])
    expect(tables['demo.tick']).toHaveLength(7)
    expect(tables['main.lost_events']).toEqual([
      { since_ts: 20n, ts: 50n, cpu: 0, instance: null, count: 3n, source: 'page' },
      { since_ts: 60n, ts: 90n, cpu: 0, instance: null, count: 70_000n, source: 'page' },
    ])
    expect(facts.lostEvents).toBe(70_003)
  })

  test('the number may be missing: the page was full, or the kernel did not keep it', async () => {
    const { tables, facts } = await read({ entries: [at(0, 10n), { missed: 'unknown' }, at(1, 20n)] })
    expect(tables['main.lost_events']).toEqual([
      { since_ts: 10n, ts: 20n, cpu: 0, instance: null, count: null, source: 'page' },
    ])
    expect(facts.lostEvents).toBe(0)
  })

  test('a gap before the first event has no beginning', async () => {
    const { tables } = await read({ entries: [{ missed: 9 }, at(0, 10n)] }, { entries: [at(1, 5n)] })
    expect(tables['main.lost_events']).toMatchObject([{ since_ts: null, ts: 10n, cpu: 0, count: 9n }])
  })

  test('a gap without an event after it has no end', async () => {
    const { tables } = await read({ pages: [{ entries: [at(0, 10n)] }, { ts: 20n, entries: [], missed: 4 }] })
    expect(tables['main.lost_events']).toMatchObject([{ since_ts: 10n, ts: null, cpu: 0, count: 4n }])
  })

  test('gaps of pages without events add up', async () => {
    const { tables, facts } = await read({
      pages: [{ entries: [at(0, 10n)] }, { ts: 20n, entries: [], missed: 4 }, { entries: [at(1, 30n)], missed: 5 }],
    })
    const lost = tables['main.lost_events'] ?? []
    expect(lost.reduce((sum, row) => sum + (row.count as bigint), 0n)).toBe(9n)
    expect(facts.lostEvents).toBe(9)
  })

  test.skipIf(!traceCmdVersion)('trace-cmd tells the same gaps', () => {
    const entries = [at(0, 10n), { missed: 3 }, at(1, 50n), { missed: 'unknown' as const }, at(2, 60n)]
    const { events, others } = report(buildTraceDat({ ...shape, formats: [TICK], cpus: [{ entries }] }))
    expect(events.map((event) => event.ts)).toEqual([10n, 50n, 60n])
    expect(others.filter((line) => line.includes('EVENTS'))).toEqual([
      'CPU:0 [3 EVENTS DROPPED]',
      'CPU:0 [EVENTS DROPPED]',
    ])
  })
})

test('a gap of an instance carries its name', async () => {
  const cpus = [{ entries: [{ missed: 2 }, tick(0, 10n)] }]
  const { tables } = await collect(
    traceDat,
    buildTraceDat({ formats: [TICK], cpus: [], instances: [{ name: 'kms', cpus }] }),
  )
  expect(tables['main.lost_events']).toMatchObject([{ instance: 'kms', count: 2n }])
})
