/** Version 7: sections in any order, unknown ones, uncompressed ones; and damage that one of them does not survive. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { OPTION } from '../build/options.ts'
import { sectionsOf } from '../build/sections.ts'
import { TICK, TICK_COMMS, tick } from '../build/tick.ts'
import { report, traceCmdReads } from '../build/trace-cmd.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { collect } from '../collect.ts'

const { headerInfo, ftraceEvents, eventFormats, kallsyms, printk, cmdlines, buffer } = OPTION

function fileOf(more: TraceDat): Uint8Array {
  const at = (n: number) => tick(n, 1000n + BigInt(n), more.endian)
  const cpus = [{ entries: [at(0), at(2)] }, { entries: [at(1), at(3)] }]
  const options = { clock: 'mono', uname: 'Linux lab 6.12.1 x86_64', cpuCount: 2 }
  const symbols = 'ffffffff81000000 T _stext\n'
  return buildTraceDat({ formats: [TICK], cmdlines: TICK_COMMS, kallsyms: symbols, options, cpus, ...more })
}

const numbers = [0n, 1n, 2n, 3n]
const comms = ['anna', 'bert one', 'kworker/0:1']

const orders: Record<string, TraceDat> = {
  backwards: { sectionOrder: [cmdlines, printk, kallsyms, eventFormats, ftraceEvents, headerInfo] },
  'with sections that are not known here': {
    extraSections: [23, 25].map((id) => ({ id, data: Buffer.from('a BTF file') })),
    sectionOrder: [23, headerInfo, 25],
  },
  'some uncompressed': { plainSections: [headerInfo, eventFormats, cmdlines] },
  'the trace data uncompressed': { plainSections: [buffer, kallsyms] },
}

describe.each(Object.entries(orders))('sections %s', (_, more) => {
  const shapes: TraceDat[] = [
    { compression: 'none' },
    { compression: 'zlib' },
    { compression: 'zstd-stored' },
    { compression: 'zlib', endian: 'big', longSize: 4 },
  ]
  test.each(shapes)('$compression $endian', async (shape) => {
    const { tables, problems } = await collect(traceDat, fileOf({ ...more, ...shape }))
    expect(problems).toEqual([])
    expect(tables['demo.tick']?.map((row) => row.n)).toEqual(numbers)
    expect(tables['main.comms']?.map((row) => row.comm)).toEqual(comms)
  })

  test.skipIf(!traceCmdReads('zstd')).each(['none', 'zstd'] as const)('trace-cmd reads the same, %s', (compression) => {
    const { events } = report(fileOf({ ...more, compression }))
    expect(events.map(({ text, comm }) => [text.split(' ')[0], comm])).toEqual(
      numbers.map((n) => [`n=${n}`, comms[Number(n) % 3]]),
    )
  })
})

test('a section that is not known is passed over with a note', async () => {
  const { tables, problems } = await collect(traceDat, fileOf({ extraSections: [{ id: 99, data: Buffer.from('?') }] }))
  expect(tables['demo.tick']).toHaveLength(4)
  expect(problems.map((p) => [p.kind, p.at])).toEqual([['unknown-option', 'option 99']])
})

describe('damage in one section leaves the others', () => {
  const file = fileOf({ compression: 'zlib' })
  const sections = sectionsOf(file)
  const damaged = (id: number, at: number, nth = 0): Uint8Array => {
    const copy = file.slice()
    const { offset } = sections.filter((s) => s.id === id)[nth]!
    copy[offset + at]! ^= 0x55
    return copy
  }

  // The id, the flags, the uncompressed size, the compressed bytes.
  test.each(
    [headerInfo, ftraceEvents, kallsyms, printk, cmdlines].flatMap((id) => [0, 2, 20, 26].map((at) => [id, at])),
  )('section %i, byte %i', async (id, at) => {
    const { tables, problems } = await collect(traceDat, damaged(id!, at!))
    expect(tables['demo.tick']?.map((row) => row.n)).toEqual(numbers)
    const { offset } = sections.find((s) => s.id === id)!
    expect(problems.map((p) => [p.kind, p.at])).toEqual([['damaged-section', `+0x${offset.toString(16)}`]])
  })

  test('without the formats every event is counted as skipped', async () => {
    const { problems } = await collect(traceDat, damaged(eventFormats, 26))
    expect(problems[0]?.kind).toBe('damaged-section')
    expect(problems.reduce((sum, p) => sum + (p.skipped ?? 0), 0)).toBe(4)
  })

  test.each([0, 1])('options %i: the sections are found by their headers', async (nth) => {
    const { tables, problems } = await collect(traceDat, damaged(OPTION.done, 0, nth))
    expect(tables['demo.tick']?.map((row) => row.n)).toEqual(numbers)
    expect(problems[0]?.kind).toBe('damaged-options')
  })

  test('a buffer whose option does not add up is not taken as it stands', async () => {
    // The empty name of the buffer becomes a letter, so that all that follows it is one byte off.
    const { offset } = sections.filter((s) => s.id === OPTION.done)[1]!
    const copy = file.slice()
    copy[offset + 16 + 6 + 8] = 0x55
    const { problems, tables } = await collect(traceDat, copy)
    expect(problems[0]?.kind).toBe('bad-option')
    expect(tables['demo.tick']?.map((row) => row.n)).toEqual(numbers)
  })

  test('trace data that says that it is compressed, in a file that is not, is read as it is', async () => {
    const plain = fileOf({ compression: 'none' })
    plain[sectionsOf(plain).find((s) => s.id === buffer)!.offset + 2] = 1
    const { tables, problems } = await collect(traceDat, plain)
    expect(tables['demo.tick']).toHaveLength(4)
    expect(problems.map((p) => p.kind)).toEqual(['damaged-section'])
  })

  test('a chunk of trace data is left out, those behind it are read, and the gap is told', async () => {
    const entries = Array.from({ length: 400 }, (_, n) => tick(n, 1000n + BigInt(n)))
    const chunks = fileOf({ compression: 'zlib', chunkPages: 1, cpus: [{ entries }] })
    const whole = await collect(traceDat, chunks)
    const { offset } = sectionsOf(chunks).find((s) => s.id === buffer)!
    const first = new DataView(chunks.buffer, chunks.byteOffset).getUint32(offset + 16 + 4, true)
    const copy = chunks.slice()
    copy[offset + 16 + 4 + 8 + first + 8 + 20]! ^= 0xff // within the second chunk
    const { tables, problems } = await collect(traceDat, copy)
    expect(problems.map((p) => p.kind)).toEqual(['damaged-chunk'])
    const read = tables['demo.tick']!.map((row) => row.n as bigint)
    expect([whole.tables['demo.tick']!.length, read[0], read.at(-1)]).toEqual([400, 0n, 399n])
    const gap = read.findIndex((n, i) => n !== BigInt(i))
    expect(tables['main.lost_events']).toMatchObject([
      { since_ts: 1000n + BigInt(gap) - 1n, ts: 1000n + read[gap]!, cpu: 0, count: null },
    ])
  })
})

describe('trace data that two CPUs claim', () => {
  test.each([6, 7] as const)('is read once, version %i', async (version) => {
    const file = fileOf({ version, compression: 'none' })
    const view = new DataView(file.buffer, file.byteOffset, file.length)
    // The size of CPU 0 (one page, found behind its offset) becomes as large as the file.
    let at = file.length - 8
    const isSize = (): boolean =>
      view.getBigUint64(at, true) === 4096n && view.getBigUint64(at - 8, true) % 4096n === 0n
    while (!(isSize() && view.getBigUint64(at - 8, true) > 0n)) at--
    const first = version === 7 ? at - 20 : at - 16
    expect(view.getBigUint64(first, true)).toBe(4096n)
    view.setBigUint64(first, 1n << 40n, true)
    const { tables, problems } = await collect(traceDat, file)
    expect(tables['demo.tick']?.map((row) => row.n)).toEqual(numbers)
    expect(problems.map((p) => p.kind)).toEqual(['overlapping-data'])
  })
})
