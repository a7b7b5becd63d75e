/** The text of a recording and the recording itself give the same rows. */
import { describe, expect, test } from 'vitest'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { type Collected, collect, type Row } from '../collect.ts'
import { readPlain } from './ftrace-text-read.ts'
import { hasShared, readShared } from './strace-read.ts'

/** What the text does not have: numbers of calls; trace-cmd's sched_switch prints R for R+ too. */
const ABSENT = ['__syscall_nr', 'prev_state', 'text']

const FIELDS = /^(sched\.|task\.|dma_fence\.|drm\.|vb2\.|v4l2\.|syscalls\.|raw_syscalls\.)/

const micro = (ts: unknown): bigint => ((ts as bigint) + 500n) / 1000n

/** Values that both have, as text; the order of events of the same microsecond is no matter. */
function comparable(rows: readonly Row[], columns: readonly string[], ticks: boolean): string[] {
  return rows.map((row) => columns.map((c) => (c === 'ts' && !ticks ? micro(row[c]) : row[c])).join('|')).sort()
}

function expectSame(text: Collected, binary: Collected, ticks = false): number {
  const events = ({ tables }: Collected) =>
    Object.fromEntries(
      Object.entries(tables).flatMap(([name, { length }]) =>
        name.startsWith('main.') || !length ? [] : [[name, length]],
      ),
    )
  expect(events(text)).toEqual(events(binary))
  let compared = 0
  for (const [name, rows] of Object.entries(binary.tables)) {
    const others = text.tables[name]
    if (name.startsWith('main.') || !others || rows.length === 0) continue
    const columns = Object.keys(rows[0] as Row).filter((c) => c in (others[0] as Row) && !ABSENT.includes(c))
    const wanted = FIELDS.test(name) ? columns : ['ts', 'cpu', 'tid']
    expect([name, comparable(others, wanted, ticks)]).toEqual([name, comparable(rows, wanted, ticks)])
    compared += rows.length
  }
  return compared
}

const PAIRS: [path: string, report: string][] = [
  ['lab/small/before/tiny-early', 'report.txt'],
  ['lab/small/after/tiny-early', 'report.txt'],
  ['lab/after/verbose-early', 'report.txt.gz'],
  ['lab/before/short-early', 'report.txt.gz'],
  ['lab/before/short-early', 'report-N.txt.gz'],
  ['lab/before/short-early', 'report-R.txt.gz'],
  ['lab/before/short-early', 'report-l.txt.gz'],
  ['lab/before/short-early', 'report-t.txt.gz'],
  ['lab/before/short-early', 'report-w.txt.gz'],
  ['lab/before/short-early', 'report-tsdiff.txt.gz'],
  ['lab/after/v-rawsyscalls', 'report.txt.gz'],
  ['lab/before/v-instance', 'report.txt.gz'],
  ['lab/before/v-instance', 'report-R.txt.gz'],
  ['lab/before/v-instance', 'report-l.txt.gz'],
  ['lab/before/gst', 'report.txt.gz'],
  ['lab/before/v-functionstack', 'report.txt'],
  ['lab/synthetic/fake-fence', 'report.txt.gz'],
]

describe.skipIf(!hasShared)('text and trace.dat', () => {
  test.each(PAIRS)('%s: %s', async (path, report) => {
    const [text, binary] = [
      await collect(ftraceText, readPlain(`${path}.${report}`)),
      await collect(traceDat, readShared(`${path}.dat`)),
    ]
    expect(expectSame(text, binary)).toBeGreaterThan(200)
  })

  test.each(['report.txt.gz', 'report-R.txt.gz', 'report-l.txt.gz'])(
    'the clock of the processor: %s',
    async (report) => {
      const text = await collect(ftraceText, readPlain(`lab/before/v-tsc.${report}`))
      const binary = await collect(traceDat, readShared('lab/before/v-tsc.dat'))
      const counts = (read: Collected) =>
        Object.entries(read.tables)
          .filter(([n]) => !n.startsWith('main.'))
          .map(([n, r]) => [n, r.length])
      expect(counts(text)).toEqual(counts(binary))
      const cpus = (read: Collected) => read.tables['sched.sched_switch']?.map((row) => `${row.cpu} ${row.tid}`)
      expect(cpus(text)).toEqual(cpus(binary))
      expect(text.facts.clockUnit).toBe('ticks')
    },
  )

  test.each(['report.txt.gz', 'report-R.txt.gz', 'report-l.txt.gz'])('the gaps: %s', async (report) => {
    const text = await collect(ftraceText, readPlain(`lab/before/v-lost.${report}`))
    const binary = await collect(traceDat, readShared('lab/before/v-lost.dat'))
    const gaps = ({ tables }: Collected) =>
      (tables['main.lost_events'] ?? [])
        .filter((row) => row.source === 'page')
        .map((row) =>
          [
            row.cpu,
            row.count,
            row.since_ts === null ? null : micro(row.since_ts),
            row.ts === null ? null : micro(row.ts),
          ].join(' '),
        )
        .sort()
    expect(gaps(text)).toHaveLength(3)
    expect(gaps(text)).toEqual(gaps(binary))
  })

  test('prev_state as far as trace-cmd prints it', async () => {
    const text = await collect(ftraceText, readPlain('lab/small/before/tiny-early.report.txt'))
    const binary = await collect(traceDat, readShared('lab/small/before/tiny-early.dat'))
    const wanted = binary.tables['sched.sched_switch'] ?? []
    text.tables['sched.sched_switch']?.forEach(({ prev_state }, i) => {
      if (prev_state !== null) expect(prev_state).toBe(wanted[i]?.prev_state)
      else expect([0n, 256n]).toContain(wanted[i]?.prev_state)
    })
  })

  test.each(['before', 'after'])('%s/plain.trace.txt: what a plain search finds', async (arm) => {
    const bytes = readPlain(`lab/small/${arm}/plain.trace.txt`)
    const source = Buffer.from(bytes).toString('latin1')
    const { tables } = await collect(ftraceText, bytes)
    const found = (pattern: RegExp) => source.match(pattern)?.length
    const size = (name: string) => tables[name]?.length
    expect(size('syscalls.sys_enter_ioctl')).toBe(found(/: sys_ioctl\(/g))
    expect(size('syscalls.sys_exit_ioctl')).toBe(found(/: sys_ioctl -> /g))
    expect(size('syscalls.sys_enter_ppoll')).toBe(found(/: sys_ppoll\(/g))
    expect(size('sched.sched_switch')).toBe(found(/: sched_switch: /g))
    expect(size('drm.drm_vblank_event_delivered')).toBe(found(/: drm_vblank_event_delivered: /g))
    const exported = tables['syscalls.sys_enter_ioctl']?.filter((row) => row.cmd === 0xc0086202n)
    expect(exported?.length).toBe(found(/cmd: c0086202/g))
    for (const row of tables['sched.sched_switch'] ?? []) expect(row.prev_state).not.toBeNull()
  })
})
