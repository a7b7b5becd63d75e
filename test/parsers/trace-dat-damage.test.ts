/** Cut and damaged files: rows, problems or a TraceError; never another exception, a hang or memory without bound. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { TraceError } from '../../src/errors.ts'
import type { Input } from '../../src/parser.ts'
import { encodeFields } from '../build/encode-fields.ts'
import { defineEvent } from '../build/event-formats.ts'
import { OPTION } from '../build/options.ts'
import { sectionsOf } from '../build/sections.ts'
import { TICK, TICK_COMMS, tick } from '../build/tick.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { type Collected, collect } from '../collect.ts'
import { randomNumbers } from '../random.ts'

const MIXED = defineEvent({
  system: 'demo',
  name: 'mixed',
  id: 1002,
  fields: [
    { type: 'char', name: 'comm[16]' },
    { type: 'u32', name: 'args[3]' },
    { type: '__data_loc u32[]', name: 'list' },
    { type: '__rel_loc char[]', name: 'near' },
    { type: '__data_loc u8[]', name: 'blob' },
    { type: 'unsigned long', name: 'stack[]' },
  ],
})

const options = {
  clock: 'x86-tsc',
  tsc2nsec: { mult: 3, shift: 1, offset: 7n },
  offset: '1000',
  uname: 'Linux lab 6.12.1 x86_64',
  cpustat: ['CPU: 0\nentries: 0\noverrun: 0\n'],
  guests: [{ name: 'guest', traceId: 5n, pids: [1, 2] }],
  // Without an effect: a file that was cut may not know which CPU is which, so that times stay the guest's.
  timeShift: { peer: 9n, cpus: [[{ time: 1n, offset: 0n, scaling: 3n, fraction: 4n }]] },
  cpuCount: 3,
}

function sample(shape: TraceDat): Uint8Array {
  const at = (n: number) => tick(n, BigInt(n) * 1000n, shape.endian)
  const mixed = (ts: bigint) => {
    const values = { comm: 'kwin', args: [1, 2, 3], list: [4, 5], near: 'x', blob: Uint8Array.of(1, 2), stack: [7, 8] }
    return { ts, data: encodeFields(MIXED, values, shape.endian) }
  }
  const many = Array.from({ length: 150 }, (_, n) => at(n))
  return buildTraceDat({
    ...shape,
    options,
    formats: [TICK, MIXED],
    cmdlines: TICK_COMMS,
    kallsyms: 'ffffffff81000000 T _stext\n',
    printk: '0xffffffff82000000 : "hello"\n',
    chunkPages: 1,
    cpus: [
      { entries: many },
      {},
      { entries: [mixed(1n), { missed: 2 }, mixed(1n << 40n), { ts: 1n << 41n, discarded: 8 }] },
    ],
    instances: [{ name: 'kms', cpus: [{ entries: [at(1)] }, {}, {}] }],
  })
}

const shapes: TraceDat[] = [
  { version: 6, endian: 'little', compression: 'none' },
  { version: 6, endian: 'big', compression: 'none' },
  { version: 7, endian: 'little', compression: 'none' },
  { version: 7, endian: 'big', compression: 'none' },
  { version: 7, endian: 'little', compression: 'zlib' },
  { version: 7, endian: 'big', compression: 'zstd-stored' },
]

const MAX_READS = 200_000
const MAX_ROWS = 100_000

/** What came of a damaged file; undefined if it was refused with a TraceError. Anything else fails the test. */
async function survive(file: Uint8Array, how: string): Promise<Collected | undefined> {
  let reads = 0
  const input: Input = {
    size: file.length,
    read(offset, length) {
      if (++reads > MAX_READS) throw new Error('too many reads: an endless loop?')
      if (!Number.isSafeInteger(offset) || offset < 0 || !(length >= 0)) throw new Error(`read(${offset}, ${length})`)
      return file.subarray(offset, offset + length)
    },
  }
  try {
    const collected = await collect(traceDat, input)
    const rows = Object.values(collected.tables).reduce((sum, table) => sum + table.length, 0)
    expect(rows, how).toBeLessThan(MAX_ROWS)
    expect(collected.problems.length, how).toBeLessThan(MAX_ROWS)
    return collected
  } catch (error) {
    if (error instanceof TraceError) return undefined
    throw new Error(how, { cause: error })
  }
}

/** The events as text, without the instance and CPU: a file that lacks the last options may not know of them. */
const eventsOf = ({ tables }: Collected): string[] =>
  [...(tables['demo.tick'] ?? []), ...(tables['demo.mixed'] ?? [])].map(({ instance: _, cpu: __, ...row }) =>
    Object.values(row).join(' '),
  )

/** Lengths to cut at: more of them in the metadata, and around the tags that tables of CPUs follow. */
function cuts(file: Uint8Array): Iterable<number> {
  const lengths = new Set<number>()
  for (let at = 0; at < file.length; at += at < 3000 ? 7 : 61) lengths.add(at)
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length)
  for (let tag = bytes.indexOf('flyrecord'); tag >= 0; tag = bytes.indexOf('flyrecord', tag + 1))
    for (let at = tag; at < Math.min(tag + 40, file.length); at += 3) lengths.add(at)
  return lengths
}

describe.each(shapes)('version $version, $endian-endian, $compression', (shape) => {
  const file = sample(shape)

  test('cut at many lengths: no row that the whole file has not, and no loss without a word', async () => {
    const whole = await collect(traceDat, file)
    expect(whole.problems).toEqual([])
    const all = eventsOf(whole)
    const known = new Set(all)
    const wrong: string[] = []
    for (const length of cuts(file)) {
      const cut = await survive(file.slice(0, length), `cut at ${length}`)
      if (!cut) continue
      const events = eventsOf(cut)
      if (!events.every((event) => known.has(event))) wrong.push(`${length}: other events`)
      if (events.length < all.length && cut.problems.length === 0) wrong.push(`${length}: events missing, no problem`)
    }
    expect(wrong).toEqual([])
  })

  test('bytes changed at random', async () => {
    const random = randomNumbers(20_26)
    for (let round = 0; round < 600; round++) {
      const damaged = file.slice()
      const changes: string[] = []
      for (let n = random(6); n >= 0; n--) {
        // Half of the changes hit the metadata, which lies before the first page.
        const at = random(random(2) ? file.length : Math.min(file.length, 5000))
        damaged[at] = random(2) ? damaged[at]! ^ (1 << random(8)) : random(256)
        changes.push(`${at}=${damaged[at]}`)
      }
      await survive(damaged, changes.join(' '))
    }
  })

  test('a part missing from the middle', async () => {
    const random = randomNumbers(7)
    for (let round = 0; round < 60; round++) {
      const from = random(file.length)
      const to = from + random(Math.min(5000, file.length - from))
      await survive(Buffer.concat([file.subarray(0, from), file.subarray(to)]), `without ${from}..${to}`)
    }
  })
})

test('chunks of which the last ones are missing end, and are told once', async () => {
  const entries = Array.from({ length: 900 }, (_, n) => tick(n, 1000n + BigInt(n)))
  const shape: TraceDat = { version: 7, compression: 'zlib', chunkPages: 1, formats: [TICK] }
  const file = buildTraceDat({ ...shape, cpus: [{ entries }, { entries }] })
  const { offset, size } = sectionsOf(file).find(({ id }) => id === OPTION.buffer)!
  for (const part of [0.2, 0.5, 0.8]) {
    const { tables, problems } = await collect(traceDat, file.slice(0, offset + Math.floor(size * part)))
    expect(problems.filter((p) => p.kind === 'truncated-data')).toHaveLength(1)
    expect(tables['main.lost_events']).toMatchObject([{ ts: null, count: null }])
  }
})

describe('a cut within a page', () => {
  const entries = Array.from({ length: 900 }, (_, n) => tick(n, 1000n + BigInt(n)))
  const shapes: TraceDat[] = ([6, 7] as const).map((version) => ({ version, compression: 'none', pageSize: 65536 }))
  test.each(shapes)('keeps the records before it and tells the gap, version $version', async (shape) => {
    const file = buildTraceDat({ ...shape, formats: [TICK], cpus: [{ entries }] })
    const data = Buffer.from(file.buffer, file.byteOffset, file.length).lastIndexOf('note 0\0')
    let last = -1
    for (const length of [data - 1, data + 7, data + 1000, data + 1001, data + 30_000]) {
      const { tables, problems } = await collect(traceDat, file.slice(0, length))
      const read = tables['demo.tick'] ?? []
      expect(read.map((row) => [row.n, row.note])).toEqual(read.map((_, n) => [BigInt(n), `note ${n}`]))
      expect(read.length).toBeGreaterThanOrEqual(Math.floor((length - data) / 40))
      expect(read.length).toBeGreaterThanOrEqual(last)
      last = read.length
      expect(problems.find((p) => p.kind === 'truncated-data')?.at).toBe(`+0x${length.toString(16)}`)
      expect(problems.map((p) => p.kind)).not.toContain('broken-record')
      const since = read.length === 0 ? null : 999n + BigInt(read.length)
      expect(tables['main.lost_events']).toMatchObject([{ since_ts: since, ts: null, count: null, source: 'page' }])
    }
    expect(last).toBeGreaterThan(700)
    expect(last).toBeLessThan(900)
  })

  test.each(['little', 'big'] as const)(
    'a page that cannot be read is a gap between its neighbours, %s-endian',
    async (endian) => {
      const on = (n: number) => tick(n, 1000n + BigInt(n), endian)
      const pages = [0, 1, 2].map((n) => ({ entries: [on(n)] }))
      const file = buildTraceDat({ version: 6, endian, formats: [TICK], cpus: [{ pages }] })
      const copy = file.slice()
      copy.fill(0xff, file.length - 2 * 4096 + 8, file.length - 2 * 4096 + 16) // the commit of the second page
      const { tables, problems } = await collect(traceDat, copy)
      expect(problems.map((p) => p.kind)).toEqual(['broken-page'])
      expect(tables['main.lost_events']).toMatchObject([{ since_ts: 1000n, ts: 1002n, count: null }])
    },
  )
})

describe('damage that costs much if it is believed', () => {
  const patched = (file: Uint8Array, at: number, bytes: readonly number[]): Uint8Array => {
    const copy = file.slice()
    copy.set(bytes, at)
    return copy
  }
  const ticks = (cpus: number, more: TraceDat = {}) =>
    buildTraceDat({
      formats: [TICK],
      cpus: Array.from({ length: cpus }, (_, cpu) => ({ entries: [tick(cpu, BigInt(cpu))] })),
      ...more,
    })
  const memory = () => process.memoryUsage().rss + process.memoryUsage().arrayBuffers

  test('a page size of 32 MiB and 256 CPUs', async () => {
    const before = memory()
    const at = 10 + 2 + 2 // magic, "6\0", byte order, size of long
    await survive(patched(ticks(256, { version: 6 }), at, [0, 0, 0, 2]), 'page size')
    expect(memory() - before).toBeLessThan(512 << 20)
  })

  test('4 billion CPUs, and a CPU count of 4 billion', async () => {
    for (const version of [6, 7] as const)
      await survive(ticks(2, { version, options: { cpuCount: 0xffffffff } }), `CPU count, version ${version}`)
  })

  test.each(['zlib', 'zstd', 'zstd-stored'] as const)('%s: a small block that claims 400 MB', async (compression) => {
    const file = ticks(1, { compression, chunkPages: 1 })
    const before = memory()
    // Wherever a block of 4096 bytes is announced: the chunk of the one page.
    for (let at = 0; at + 4 <= file.length; at++)
      if (file[at] === 0 && file[at + 1] === 16 && file[at + 2] === 0 && file[at + 3] === 0)
        await survive(patched(file, at, [0, 0, 0, 24]), `claim at ${at}`)
    expect(memory() - before).toBeLessThan(512 << 20)
  })

  test('a declaration of brackets, and an empty header_page', async () => {
    const start = performance.now()
    const text = `${TICK.text.split('\n\n')[0]}\n\tfield:u8 a${'['.repeat(1 << 20)};\toffset:8;\tsize:1;\tsigned:0;\n`
    const { problems } = await collect(traceDat, buildTraceDat({ formats: [{ ...TICK, text }], cpus: [] }))
    expect(problems.map((p) => p.kind)).toEqual(['bad-event-format'])
    expect(performance.now() - start).toBeLessThan(5000)
    const old = ticks(1, { version: 6 })
    const at = Buffer.from(old.buffer, old.byteOffset).indexOf('header_page') + 12
    const size = Number(new DataView(old.buffer, old.byteOffset).getBigUint64(at, true))
    const empty = Buffer.concat([old.subarray(0, at), new Uint8Array(8), old.subarray(at + 8 + size)])
    await expect(collect(traceDat, empty)).rejects.toThrow('header_page is empty')
  })

  test('ids of events that no record can have, offsets and sizes beyond everything', async () => {
    const absurd = ['ID: 65536', 'ID: 4294967294', 'ID: 99999999999999999999']
    for (const id of absurd) {
      const text = TICK.text.replace('ID: 1000', id)
      const file = buildTraceDat({ formats: [{ ...TICK, text }], cpus: [{ entries: [tick(0, 1n)] }] })
      expect((await collect(traceDat, file)).problems.map((p) => p.kind)).toEqual(['bad-event-format', 'unknown-event'])
    }
    for (const [from, to] of [
      ['offset:8;', 'offset:4294967295;'],
      ['offset:8;', 'offset:99999999999999999999;'],
      ['size:8;', 'size:4294967295;'],
      ['size:8;', 'size:99999999999999999999999;'],
      ['u64 n;', 'u64 n[99999999999999999999];'],
    ] as const) {
      const text = TICK.text.replace(from, to)
      expect(text).not.toBe(TICK.text)
      await survive(buildTraceDat({ formats: [{ ...TICK, text }], cpus: [{ entries: [tick(0, 1n)] }] }), to)
    }
  })

  test('two events of one name with other fields', async () => {
    const other = defineEvent({ system: 'demo', name: 'tick', id: 1005, fields: [{ type: 'u8', name: 'x' }] })
    const entries = [tick(0, 1n), { ts: 2n, data: encodeFields(other, { x: 1 }) }, tick(1, 3n)]
    for (const formats of [
      [TICK, other],
      [other, TICK],
    ])
      await survive(buildTraceDat({ formats, cpus: [{ entries }] }), formats.map((f) => f.id).join())
  })
})
