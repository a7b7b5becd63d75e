/** Version 7 files that were cut before the options that say where the trace data lies. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { OPTION } from '../build/options.ts'
import { sectionsOf } from '../build/sections.ts'
import { TICK, TICK_COMMS, tick } from '../build/tick.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { collect } from '../collect.ts'

const COUNT = 600

/** CPU 0 has ticks of even numbers, the next CPU in use those of odd ones; both fill several pages. */
function fileOf(more: TraceDat, emptyCpu: boolean): Uint8Array {
  const of = (odd: number) =>
    Array.from({ length: COUNT }, (_, n) => n)
      .filter((n) => n % 2 === odd)
      .map((n) => tick(n, 1000n + BigInt(n)))
  const cpus = [{ entries: of(0) }, ...(emptyCpu ? [{}] : []), { entries: of(1) }]
  const options = { clock: 'mono', uname: 'Linux lab 6.12.1 x86_64', cpuCount: cpus.length }
  return buildTraceDat({ version: 7, formats: [TICK], cmdlines: TICK_COMMS, options, cpus, chunkPages: 2, ...more })
}

/** Where the section with the trace data ends. */
function endOfData(file: Uint8Array): number {
  const { offset, size } = sectionsOf(file).find(({ id }) => id === OPTION.buffer)!
  return offset + 16 + size
}

describe.each(['none', 'zlib', 'zstd-stored'] as const)('compression %s', (compression) => {
  test('events are found without the options behind them', async () => {
    const file = fileOf({ compression }, false)
    const { tables, problems } = await collect(traceDat, file.subarray(0, endOfData(file)))
    expect(tables['demo.tick']?.map((row) => [row.n, row.cpu])).toEqual(
      Array.from({ length: COUNT }, (_, n) => [BigInt(n), n % 2]),
    )
    expect(problems.map((p) => p.kind)).toEqual(['missing-options', 'missing-options'])
  })

  test('CPUs are not guessed where one may have been without data', async () => {
    const file = fileOf({ compression }, true)
    const { tables } = await collect(traceDat, file.subarray(0, endOfData(file)))
    expect(new Set(tables['demo.tick']?.map((row) => row.cpu))).toEqual(new Set([-1, -2]))
  })

  test('the last of the data may be missing, too', async () => {
    const file = fileOf({ compression }, false)
    const { tables, problems } = await collect(
      traceDat,
      file.subarray(0, endOfData(file) - (compression === 'none' ? 3000 : 200)),
    )
    const found = tables['demo.tick']?.map((row) => row.n) ?? []
    expect(found.length).toBeGreaterThan(COUNT / 4)
    expect(found.length).toBeLessThan(COUNT)
    expect(problems.find((p) => p.kind === 'missing-options')?.at).toMatch(/^\+0x[0-9a-f]+$/)
  })

  test('sections that are not known lie before them', async () => {
    const extraSections = [23, 25, 99].map((id) => ({ id, data: Buffer.from('new in a later version') }))
    const file = fileOf({ compression, extraSections, sectionOrder: [23, 16, 99] }, false)
    const { tables } = await collect(traceDat, file.subarray(0, endOfData(file)))
    expect(tables['demo.tick']).toHaveLength(COUNT)
  })
})
