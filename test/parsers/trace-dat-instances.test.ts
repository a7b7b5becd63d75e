/** Recordings with several buffers: `trace-cmd record -B name`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { encodeFields } from '../build/encode-fields.ts'
import { defineEvent } from '../build/event-formats.ts'
import { TICK, TICK_COMMS, tick } from '../build/tick.ts'
import { report, traceCmdReads } from '../build/trace-cmd.ts'
import { buildTraceDat, type TraceDat } from '../build/trace-dat.ts'
import { collect } from '../collect.ts'
import { databaseOf } from '../open.ts'

const shapes: TraceDat[] = [
  { version: 6, compression: 'none' },
  { version: 6, compression: 'none', endian: 'big', longSize: 4 },
  { version: 7, compression: 'none' },
  { version: 7, compression: 'none', endian: 'big', longSize: 4 },
  { version: 7, compression: 'zlib' },
  { version: 7, compression: 'zstd' },
]

describe.each(shapes)('version $version, $compression, $endian', (shape) => {
  const at = (n: number, ts: bigint) => tick(n, ts, shape.endian)
  const file = buildTraceDat({
    ...shape,
    formats: [TICK],
    cmdlines: TICK_COMMS,
    cpus: [{ entries: [at(0, 10n)] }, { entries: [at(1, 40n)] }],
    instances: [
      { name: 'kms', cpus: [{ entries: [at(2, 20n)] }, {}] },
      { name: 'empty', cpus: [{}, {}] },
      { name: 'fences', cpus: [{}, { entries: [at(3, 30n), at(4, 50n)] }] },
    ],
  })

  test('every row says which instance it is from', async () => {
    const { tables, problems, facts } = await collect(traceDat, file)
    expect(problems).toEqual([])
    expect(tables['demo.tick']?.map(({ n, ts, cpu, instance }) => [n, ts, cpu, instance])).toEqual([
      [0n, 10n, 0, null],
      [1n, 40n, 1, null],
      [2n, 20n, 0, 'kms'],
      [3n, 30n, 1, 'fences'],
      [4n, 50n, 1, 'fences'],
    ])
    expect(facts.more?.instances).toEqual(['kms', 'empty', 'fences'])
  })

  test.skipIf(!traceCmdReads(shape.compression!))('trace-cmd reads the same', () => {
    const { events } = report(file)
    expect(events.map(({ ts, cpu, instance, text }) => [ts, cpu, instance, text])).toEqual([
      [10n, 0, '', 'n=0 note=note 0'],
      [20n, 0, 'kms', 'n=2 note=note 2'],
      [30n, 1, 'fences', 'n=3 note=note 3'],
      [40n, 1, '', 'n=1 note=note 1'],
      [50n, 1, 'fences', 'n=4 note=note 4'],
    ])
  })
})

test('without instances rows have no such column', async () => {
  const { tables } = await collect(traceDat, buildTraceDat({ formats: [TICK], cpus: [{ entries: [tick(0, 1n)] }] }))
  expect(Object.keys(tables['demo.tick']![0]!)).toEqual(['ts', 'cpu', 'tid', 'n', 'note'])
})

test('a field that is called instance is none: i915 has engines of that name', async () => {
  const request = defineEvent({
    system: 'i915',
    name: 'request',
    id: 1001,
    fields: [{ type: 'u16', name: 'instance' }],
  })
  const at = (instance: number, ts: bigint) => ({ ts, data: encodeFields(request, { common_pid: 7, instance }) })
  const entries = [at(0, 1n), { missed: 3 }, at(1, 2n)]
  const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
  const path = join(folder, 'trace.dat')
  writeFileSync(path, buildTraceDat({ formats: [request], cpus: [{ entries }] }))
  const db = await databaseOf([path, 'x'])
  rmSync(folder, { recursive: true })
  expect(await db.query('SELECT ts, instance_field FROM i915.request ORDER BY ts')).toEqual([
    { ts: 1, instance_field: 0 },
    { ts: 2, instance_field: 1 },
  ])
  expect(await db.query('SELECT kind FROM problems')).toEqual([])
  db.close()
})

test('an instance with a clock of its own is told', async () => {
  const at = (clock: string) => ({ name: clock, clock, cpus: [{ entries: [tick(0, 1n)] }] })
  const plan = { formats: [TICK], options: { clock: 'mono' }, cpus: [{ entries: [tick(1, 2n)] }] }
  const { problems } = await collect(traceDat, buildTraceDat({ ...plan, instances: [at('mono'), at('local')] }))
  expect(problems.map(({ kind, at, detail }) => [kind, at, detail])).toEqual([
    ['other-clock', 'instance local', expect.stringMatching(/^its clock is local, that of the top buffer mono: /)],
  ])
})

test('an instance may have pages of its own size', async () => {
  const entries = Array.from({ length: 900 }, (_, n) => tick(n, BigInt(n)))
  const instances = [{ name: 'large', pageSize: 16384, cpus: [{ entries }] }]
  const file = buildTraceDat({ formats: [TICK], cpus: [{ entries }], instances })
  const { tables, problems } = await collect(traceDat, file)
  expect(problems).toEqual([])
  expect(tables['demo.tick']?.map((row) => row.n)).toEqual([...entries.keys(), ...entries.keys()].map(BigInt))
})

test('the text of a latency tracer is read as text', async () => {
  const text = `# tracer: wakeup
#
# wakeup latency trace v1.1.5 on 6.12.107
# --------------------------------------------------------------------
# latency: 107 us, #2/2, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:2)
#    -----------------
#
#                    _------=> CPU#
#                   / _-----=> irqs-off/BH-disabled
#                  | / _----=> need-resched
#                  || / _---=> hardirq/softirq
#                  ||| / _--=> preempt-depth
#                  |||| / _-=> migrate-disable
#                  ||||| /     delay
#  cmd     pid     |||||| time  |   caller
#     \\   /        ||||||  \\    |    /
    bash-2272      0d..2. 16167us : sched_wakeup: comm=sleep pid=31 prio=120 target_cpu=001
    bash-2272      1d..2. 16190us : sched_wakeup: comm=sleep pid=32 prio=120 target_cpu=000
`
  for (const version of [6, 7] as const) {
    for (const compression of ['none', 'zlib'] as const) {
      if (version === 6 && compression !== 'none') continue
      const { tables, problems, facts } = await collect(
        traceDat,
        buildTraceDat({ version, compression, latency: text, cpus: [{}] }),
      )
      expect(problems).toEqual([])
      expect(tables['sched.sched_wakeup']?.map((row) => [row.ts, row.cpu, row.tid, row.pid])).toEqual([
        [16_167_000n, 0, 2272, 31],
        [16_190_000n, 1, 2272, 32],
      ])
      expect(facts.format).toMatch(/^trace.dat v/)
    }
  }
})

test('the text of a latency tracer without events is a problem that says what to do', async () => {
  for (const version of [6, 7] as const) {
    const file = buildTraceDat({ version, latency: 'nothing of ftrace\n', cpus: [{}] })
    const { problems } = await collect(traceDat, file)
    expect(problems.at(-1)?.kind).toBe('latency-text')
    expect(problems.at(-1)?.hint).toContain('trace-cmd report')
  }
})
