/** No difference is found where there is none: one arm split in two at random, many times. */
import { expect, test } from 'vitest'
import { evidenceOf } from '../src/evidence.ts'
import type { Distribution } from '../src/report.ts'
import { randomUnit } from '../src/statistics/random.ts'

const armOf = (medians: readonly number[]): Distribution => ({
  n: medians.length * 100,
  runs: medians.length,
  min: Math.min(...medians),
  p50: 0,
  p90: 0,
  p99: 0,
  max: Math.max(...medians),
  mean: 0,
  perRun: medians.map((p50, i) => ({ capture: i + 1, run: i + 1, n: 100, p50, mean: p50 })),
})

test('200 splits of 12 runs: about 5 % of p below 0.05', () => {
  const random = randomUnit(42)
  let found = 0
  for (let round = 0; round < 200; round++) {
    const runs = Array.from({ length: 12 }, () => random() + random() + random())
    const values = runs
      .map((value) => [random(), value] as const)
      .toSorted((a, b) => a[0] - b[0])
      .map(([, value]) => value)
    const { p } = evidenceOf('ns', armOf(values.slice(0, 6)), armOf(values.slice(6)), undefined, 1)
    if ((p ?? 1) < 0.05) found++
  }
  // The exact test of 6 against 6 rejects 4.1 % at this level; 200 rounds scatter by about 3 %.
  expect(found / 200).toBeGreaterThan(0.005)
  expect(found / 200).toBeLessThan(0.09)
})
