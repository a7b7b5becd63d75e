import { describe, expect, it } from 'vitest'
import { quantile, sorted } from '../../src/statistics/quantile.ts'
import { randomUnit } from '../../src/statistics/random.ts'
import { mannWhitney } from '../../src/statistics/rank-test.ts'
import { hodgesLehmann } from '../../src/statistics/shift.ts'
import { listOf, r, randomNormal } from './reference.ts'

describe('hodgesLehmann', () => {
  it.each(r.shifts)('equals R: $estimate in $interval', ({ before, after, estimate, interval }) => {
    const shift = hodgesLehmann(before, after)
    expect(shift.method).toBe('exact')
    expect(shift.estimate).toBeCloseTo(estimate[0]!, 12)
    expect(shift.interval!.low).toBeCloseTo(interval[0]!, 12)
    expect(shift.interval!.high).toBeCloseTo(interval[1]!, 12)
  })

  // 1 - 2 P(U <= k - 1), from the counts 1 1 2 3 5 7 of U = 0, 1, ...: 4v4 k = 1, 5v5 k = 3, 6v6 k = 6
  it.each([
    [4, 1 - 2 / 70],
    [5, 1 - 2 * (4 / 252)],
    [6, 1 - 2 * (19 / 924)],
  ])('says which level it reaches: %iv%i', (n, level) => {
    const normal = randomNormal(n)
    expect(hodgesLehmann(listOf(n, normal), listOf(n, normal)).interval!.level).toBeCloseTo(level, 12)
  })

  it('has no 95 %% interval for 3v3, but one of 90 %%', () => {
    expect(hodgesLehmann([1, 2, 3], [4, 5, 6])).toEqual({ estimate: 3, interval: undefined, method: 'exact' })
    expect(hodgesLehmann([1, 2, 3], [4, 5, 6], 0.9).interval).toEqual({ low: 1, high: 5, level: 0.9 })
    expect(hodgesLehmann([1], [4])).toEqual({ estimate: 3, interval: undefined, method: 'exact' })
  })

  it('finds the order statistics of all differences at every size', () => {
    const random = randomUnit(11)
    for (const [n, m] of [
      [1, 700],
      [40, 41],
      [150, 90],
      [300, 700],
      [900, 900],
    ] as const) {
      const makers = [random, () => Math.floor(random() * 4), () => Math.exp(20 * random())]
      for (const make of makers) {
        const before = listOf(n, make)
        const after = listOf(m, make)
        const all = sorted(after.flatMap((y) => before.map((x) => y - x)))
        const shift = hodgesLehmann(before, after)
        expect(shift.estimate).toBe(
          (all[Math.floor((all.length - 1) / 2)]! + all[Math.ceil((all.length - 1) / 2)]!) / 2,
        )
        if (!shift.interval || shift.method === 'exact') continue
        const rank = Math.floor((n * m) / 2 - 1.959963984540054 * Math.sqrt((n * m * (n + m + 1)) / 12))
        expect(shift.interval).toEqual({ low: all[rank - 1], high: all[n * m - rank], level: 0.95 })
      }
    }
  })

  it('takes arms of 100000 and integers with many ties', () => {
    const random = randomUnit(12)
    const before = listOf(100_000, () => Math.floor(random() * 1000))
    const after = before.map((value) => value + 3)
    expect(hodgesLehmann(before, after).estimate).toBe(3)
  })

  it('changes sign when the arms are swapped', () => {
    const normal = randomNormal(13)
    for (const [n, m] of [
      [4, 7],
      [12, 12],
      [30, 20],
    ] as const) {
      const before = listOf(n, normal)
      const after = listOf(m, normal)
      const there = hodgesLehmann(before, after)
      const back = hodgesLehmann(after, before)
      expect(back.estimate).toBeCloseTo(-there.estimate, 13)
      expect(back.interval!.low).toBeCloseTo(-there.interval!.high, 13)
      expect(back.interval!.high).toBeCloseTo(-there.interval!.low, 13)
    }
  })

  it('moves with an affine transform', () => {
    const normal = randomNormal(14)
    const before = listOf(8, normal)
    const after = listOf(9, normal)
    const shift = hodgesLehmann(before, after)
    const scaled = hodgesLehmann(
      before.map((v) => 1000 * v + 5),
      after.map((v) => 1000 * v + 5),
    )
    expect(scaled.estimate).toBeCloseTo(1000 * shift.estimate, 9)
    expect(scaled.interval!.low).toBeCloseTo(1000 * shift.interval!.low, 9)
    const moved = hodgesLehmann(
      before,
      after.map((v) => v + 2),
    )
    expect(moved.estimate).toBeCloseTo(shift.estimate + 2, 12)
    expect(moved.interval!.high).toBeCloseTo(shift.interval!.high + 2, 12)
  })

  it('holds 0 exactly where the exact test does not reject', () => {
    const normal = randomNormal(15)
    for (let round = 0; round < 300; round++) {
      const before = listOf(5, normal)
      const after = listOf(6, () => normal() + 1)
      const { low, high } = hodgesLehmann(before, after).interval!
      expect(low <= 0 && high >= 0).toBe(mannWhitney(before, after).p > 0.05)
    }
  })

  it('holds 0 wherever the test does not reject, with ties at times also where it does', () => {
    const normal = randomNormal(17)
    let wider = 0
    for (let round = 0; round < 500; round++) {
      const before = listOf(5, () => Math.round(normal()))
      const after = listOf(5, () => Math.round(normal() + 1.5))
      const { low, high } = hodgesLehmann(before, after).interval!
      const holds = low <= 0 && high >= 0
      const rejects = mannWhitney(before, after).p <= 0.05
      expect(holds || rejects).toBe(true)
      if (holds && rejects) wider++
    }
    expect(wider).toBeGreaterThan(0)
  })

  it.each([
    [5, 5],
    [12, 12],
    [25, 25],
  ])('covers the true shift: %iv%i', (n, m) => {
    const normal = randomNormal(16)
    const rounds = 2000
    const held = listOf(rounds, () => {
      const { low, high } = hodgesLehmann(
        listOf(n, normal),
        listOf(m, () => normal() + 1),
      ).interval!
      return low <= 1 && high >= 1 ? 1 : 0
    })
    const covered = held.reduce((sum, one) => sum + one, 0) / rounds
    expect(covered).toBeGreaterThan(0.935)
    expect(covered).toBeLessThan(0.985)
  })

  it('is the difference of medians for single values', () => {
    expect(hodgesLehmann([5], [1, 2, 9]).estimate).toBe(quantile([1, 2, 9], 0.5) - 5)
  })
})
