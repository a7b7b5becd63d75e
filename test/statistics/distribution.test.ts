import { describe, expect, it } from 'vitest'
import {
  betaQuantile,
  incompleteBeta,
  logGamma,
  normalQuantile,
  normalTail,
} from '../../src/statistics/distribution.ts'
import { clopperPearson, zeroBound } from '../../src/statistics/proportion.ts'
import { randomUnit } from '../../src/statistics/random.ts'
import { listOf, python, r } from './reference.ts'

const expectNear = (value: number, reference: number, relative: number) =>
  expect(Math.abs(value - reference)).toBeLessThanOrEqual(relative * Math.abs(reference))

describe('distributions, against SciPy', () => {
  it.each(python.normalTail)('normal tail at $z', ({ z, value }) => expectNear(normalTail(z), value, 1e-12))
  it.each(python.normalQuantile)('normal quantile of $p', ({ p, value }) =>
    expect(normalQuantile(p)).toBeCloseTo(value, 12),
  )
  it.each(python.logGamma)('log gamma of $x', ({ x, value }) => {
    expect(Math.abs(logGamma(x) - value)).toBeLessThan(1e-14 * Math.max(1, Math.abs(value)))
  })
  it.each(python.beta)('incomplete beta at $x of $a, $b', ({ x, a, b, value }) => {
    expectNear(incompleteBeta(x, a, b), value, a > 1e6 ? 1e-8 : 1e-11)
  })

  it('inverts the incomplete beta function', () => {
    for (const { x, a, b, value } of python.beta.slice(0, 4)) expectNear(betaQuantile(value, a, b), x, 1e-9)
  })
})

describe('clopperPearson', () => {
  it.each(python.clopperPearson)('equals SciPy: $k of $n at $level', ({ k, n, level, interval }) => {
    const result = clopperPearson(k, n, level)
    expectNear(result.low, interval[0], 1e-9)
    expectNear(result.high, interval[1], 1e-9)
  })

  // The third: 682 of 925, Mendel's peas in R's help of binom.test (Conover 1971, p. 97)
  it.each(r.binomial)('equals R: $k of $n', ({ k, n, interval }) => {
    const result = clopperPearson(k[0]!, n[0]!)
    expectNear(result.low, interval[0]!, 1e-10)
    expectNear(result.high, interval[1]!, 1e-10)
  })

  it('mirrors when hits and misses are swapped', () => {
    const hits = clopperPearson(7, 30)
    const misses = clopperPearson(23, 30)
    expect(misses.low).toBeCloseTo(1 - hits.high, 12)
    expect(misses.high).toBeCloseTo(1 - hits.low, 12)
  })

  it('covers at least its level', () => {
    const random = randomUnit(21)
    for (const share of [0.02, 0.5]) {
      const held = listOf(2000, () => {
        const { low, high } = clopperPearson(listOf(40, random).filter((u) => u < share).length, 40)
        return low <= share && share <= high ? 1 : 0
      })
      expect(held.reduce((sum, one) => sum + one, 0) / 2000).toBeGreaterThan(0.945)
    }
  })

  it('throws on what is no share', () => {
    for (const [k, n] of [
      [0, 0],
      [3, 2],
      [-1, 2],
      [0.5, 2],
    ] as const)
      expect(() => clopperPearson(k, n)).toThrow(RangeError)
  })
})

describe('zeroBound', () => {
  it('is 3/n, near the exact one-sided bound', () => {
    expect(zeroBound(5400)).toBe(3 / 5400)
    expect(zeroBound(2)).toBe(1)
    for (const n of [30, 100, 5400]) {
      const exact = clopperPearson(0, n, 0.9).high // both tails together 10 %: 5 % above
      expect(zeroBound(n)).toBeGreaterThan(exact)
      expectNear(zeroBound(n), exact, 0.06)
    }
    expect(() => zeroBound(0)).toThrow(RangeError)
  })
})
