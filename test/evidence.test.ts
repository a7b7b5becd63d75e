/** What a difference is worth: when there is a p, and what Holm makes of it. */
import { expect, test } from 'vitest'
import { corrected, evidenceOf } from '../src/evidence.ts'
import { readMetrics } from '../src/metric.ts'
import type { Arm, CaptureSummary, Comparison, Distribution } from '../src/report.ts'
import { holm } from '../src/statistics/holm.ts'
import { warningsOf } from '../src/warnings.ts'

function runs(...medians: number[]): Distribution {
  const perRun = medians.map((p50, i) => ({ capture: i + 1, run: i + 1, n: 100, p50, mean: p50 }))
  return { n: 100 * medians.length, runs: medians.length, min: 0, p50: 1, p90: 2, p99: 3, max: 4, mean: 1, perRun }
}

test('three runs in an arm give no p, whatever the other has', () => {
  for (const [before, after] of [
    [runs(1, 2, 3), runs(4, 5, 6)],
    [runs(1, 2, 3), runs(4, 5, 6, 7, 8, 9, 10)],
    [runs(1), runs(4, 5, 6, 7)],
  ] as const) {
    const evidence = evidenceOf('ns', before, after, undefined, 1)
    expect(evidence.p).toBeUndefined()
    expect(evidence.note).toMatch(/n too small to test$/)
  }
})

test('4v4 and 5v5 reach the smallest p of REPORT.md', () => {
  expect(evidenceOf('ns', runs(1, 2, 3, 4), runs(5, 6, 7, 8), undefined, 1).p).toBeCloseTo(0.029, 3)
  expect(evidenceOf('ns', runs(1, 2, 3, 4, 5), runs(6, 7, 8, 9, 10), undefined, 1).p).toBeCloseTo(0.008, 3)
})

function row(metric: string, role: Comparison['role'], p: number | undefined): Comparison {
  const evidence = { method: 'runs' as const, note: '', ...(p === undefined ? {} : { p }) }
  const rest = { title: '', group: undefined, unit: 'ns' as const, better: 'none' as const, detail: false }
  return { metric, role, ...rest, arms: [], delta: 1, evidence, histograms: [], warnings: [] }
}

test('the primary stands alone, the others are one family', () => {
  const rows = corrected([
    row('a', 'exploratory', 0.01),
    row('b', 'primary', 0.04),
    row('c', 'exploratory', 0.03),
    row('d', 'exploratory', undefined),
  ])
  expect(rows.map((c) => c.evidence?.adjusted)).toEqual([holm([0.01, 0.03])[0], 0.04, holm([0.01, 0.03])[1], undefined])
})

const capture = (changes: Partial<CaptureSummary>): CaptureSummary => ({
  ...{ capture: 1, run: 1, path: 'a', sha256: '', format: 'trace.dat', recorder: undefined, kernel: undefined },
  ...{ machine: undefined, cpus: undefined, clock: 'mono', resolution: 1, seconds: 1, events: 1, skipped: 0 },
  ...{
    lostEvents: 0,
    unknownLosses: 0,
    problems: 0,
    sync: {},
    marker: undefined,
    outputs: [],
    strayFlips: 0,
    unmatchedWaits: 0,
    selection: undefined,
    recorded: [],
    unread: 0,
    clients: [],
  },
  ...changes,
})
const arm = (name: string, changes: Partial<CaptureSummary> = {}): Arm => ({ name, captures: [capture(changes)] })

test('warnings name the arm that they are about', () => {
  const metric = readMetrics().find((m) => m.name === 'export_sync_file_latency')
  if (!metric) throw new Error('no such metric')
  const about = (before: Arm, after: Arm, changes: Partial<Comparison> = {}, warm: number[] = []) =>
    warningsOf(
      { ...row('a', 'exploratory', undefined), arms: [runs(1), runs(2)], ...changes },
      metric,
      [before, after],
      warm,
    )
  expect(about(arm('b'), arm('a'))).toEqual([])
  expect(about(arm('b'), arm('a'), { arms: [runs(1), { ...runs(1), n: 29 }] })).toEqual([
    'fewer than 30 events (a): percentiles say little',
  ])
  expect(about(arm('b', { resolution: 1000 }), arm('a'), { delta: -1000 })).toEqual([
    "the delta is within the clock's resolution (1 us)",
  ])
  expect(about(arm('b', { resolution: 1000 }), arm('a'), { delta: 1001 })).toEqual([])
  expect(about(arm('b', { lostEvents: 5 }), arm('a'))[0]).toMatch(/^events were lost \(b\)/)
  expect(about(arm('b', { format: 'strace -ttt' }), arm('a'))[0]).toMatch(/^strace stops the thread/)
  expect(
    about(
      arm('b', { recorded: ['strace'] }),
      arm('a', { recorded: ['raw_syscalls:sys_enter', 'raw_syscalls:sys_exit'] }),
    ),
  ).toEqual(['the arms were measured from different events'])
  expect(about(arm('b', { selection: '{"since":1}' }), arm('a'))).toEqual([
    'the arms hold different selections of events',
  ])
  expect(about(arm('b'), arm('a'), {}, [1])).toEqual(['warm-up: the first second is unlike the rest (a)'])
})
