import { describe, expect, it } from 'vitest'
import { randomUnit } from '../../src/statistics/random.ts'
import { doubledRanks, isExact, mannWhitney, smallestP, sumDistribution } from '../../src/statistics/rank-test.ts'
import { listOf, python, r, randomNormal } from './reference.ts'

describe('mannWhitney', () => {
  it.each(python.exact)('equals SciPy, exact, no ties: p = $p', ({ before, after, u, p }) => {
    const test = mannWhitney(before, after)
    expect(test).toMatchObject({ u, method: 'exact' })
    expect(test.p).toBeCloseTo(p, 13)
  })

  it.each(python.tied)('equals SciPy, all permutations of tied values: p = $p', ({ before, after, u, p }) => {
    const test = mannWhitney(before, after)
    expect(test).toMatchObject({ u, method: 'exact' })
    expect(test.p).toBeCloseTo(p, 13)
  })

  it.each(python.normal)('equals SciPy, normal approximation: p = $p', ({ before, after, u, p }) => {
    const test = mannWhitney(before, after)
    expect(test).toMatchObject({ u, method: 'normal' })
    expect(test.p).toBeCloseTo(p, 13)
  })

  it.each([...r.tied, ...r.shifts])('equals R: p = $p', ({ before, after, u, p }) => {
    const test = mannWhitney(before, after)
    expect(test).toMatchObject({ u: u[0], method: 'exact' })
    expect(test.p).toBeCloseTo(p[0]!, 12)
  })

  // Mann & Whitney 1947, table I: P(U <= u) for n = m = 3 is .050 .100 .200 .350 .500 at u = 0..4
  it('follows the published table of U', () => {
    const shares = sumDistribution([1, 2, 3, 4, 5, 6], 3)
    const cumulative = [0, 1, 2, 3, 4].map((u) => shares.subarray(0, 6 + u + 1).reduce((sum, share) => sum + share, 0))
    expect(cumulative.map((p) => p.toFixed(3))).toEqual(['0.050', '0.100', '0.200', '0.350', '0.500'])
  })

  it('equals a count over every division, with and without ties', () => {
    const random = randomUnit(5)
    for (let round = 0; round < 200; round++) {
      const n = 1 + Math.floor(random() * 5)
      const m = 1 + Math.floor(random() * 5)
      const values = listOf(n + m, () => Math.floor(random() * 6))
      const before = values.slice(0, n)
      const after = values.slice(n)
      expect(mannWhitney(before, after).p).toBeCloseTo(enumerated(before, after), 13)
    }
  })

  it('gives the same p with the arms swapped, and u the other way round', () => {
    const random = randomUnit(6)
    for (const [n, m] of [
      [3, 9],
      [5, 5],
      [12, 30],
      [14, 20],
      [13, 13],
    ] as const) {
      const before = listOf(n, () => Math.floor(random() * 20))
      const after = listOf(m, () => Math.floor(random() * 20) + 2)
      const there = mannWhitney(before, after)
      const back = mannWhitney(after, before)
      expect(back.p).toBeCloseTo(there.p, 13)
      expect(back.u).toBe(n * m - there.u)
    }
  })

  it('sees ranks only', () => {
    const normal = randomNormal(7)
    for (const size of [5, 12, 20]) {
      const before = listOf(size, normal)
      const after = listOf(size, () => normal() + 0.5)
      const test = mannWhitney(before, after)
      expect(mannWhitney(before.map(Math.exp), after.map(Math.exp))).toEqual(test)
      expect(
        mannWhitney(
          before.map((v) => 3 * v - 7),
          after.map((v) => 3 * v - 7),
        ),
      ).toEqual(test)
    }
  })

  it('finds nothing in equal values', () => {
    expect(mannWhitney([1, 1, 1, 1], [1, 1, 1, 1])).toEqual({ u: 8, p: 1, method: 'exact' })
    expect(mannWhitney(new Float64Array(30), new Float64Array(40))).toEqual({ u: 600, p: 1, method: 'normal' })
  })

  it('is near the exact p where the approximation begins', () => {
    const normal = randomNormal(8)
    const before = listOf(13, normal)
    const after = listOf(13, () => normal() + 0.8)
    const all = [...before, ...after]
    const ranks = doubledRanks(all).map((rank) => rank / 2)
    const sum = ranks.subarray(13).reduce((total, rank) => total + rank, 0)
    const shares = sumDistribution(ranks, 13)
    const tail = (from: number, to: number) => shares.subarray(from, to).reduce((total, share) => total + share, 0)
    const exact = 2 * Math.min(tail(0, sum + 1), tail(sum, shares.length))
    expect(Math.abs(mannWhitney(before, after).p - exact)).toBeLessThan(0.005)
  })

  it('rejects about 5 % of comparisons of equals, never more than its level allows', () => {
    const normal = randomNormal(9)
    for (const [n, m] of [
      [5, 5],
      [12, 12],
      [20, 20],
    ] as const) {
      const rounds = 2000
      const rejected = listOf(rounds, () => mannWhitney(listOf(n, normal), listOf(m, normal)).p).filter((p) => p < 0.05)
      expect(rejected.length / rounds).toBeGreaterThan(0.02) // 5v5: 0.032 is the nearest level below
      expect(rejected.length / rounds).toBeLessThan(0.065)
    }
  })

  it('throws without values and on NaN', () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError)
    expect(() => mannWhitney([1, Number.NaN], [1])).toThrow(RangeError)
  })
})

describe('smallestP', () => {
  it.each([
    [3, '0.100'],
    [4, '0.029'],
    [5, '0.008'],
    [6, '0.002'],
  ])('%iv%i', (n, p) => {
    expect(smallestP(n, n).toFixed(3)).toBe(p)
  })

  it('is reached by arms that do not overlap', () => {
    for (const [n, m] of [
      [1, 1],
      [1, 5],
      [3, 3],
      [4, 6],
      [12, 12],
      [12, 40],
    ] as const) {
      const before = listOf(n, randomUnit(1))
      const after = listOf(m, randomUnit(2)).map((value) => value + 2)
      expect(mannWhitney(before, after).p).toBeCloseTo(smallestP(n, m), 13)
    }
    expect(smallestP(1, 1)).toBe(1)
  })
})

it('isExact up to 12 in the smaller arm', () => {
  expect([isExact(12, 12), isExact(13, 13), isExact(12, 188), isExact(12, 189)]).toEqual([true, false, true, false])
})

/** p over every way to choose `after` from the pooled values, U counted pair by pair. */
function enumerated(before: readonly number[], after: readonly number[]): number {
  const pooled = [...before, ...after]
  const us: number[] = []
  for (let mask = 0; mask < 2 ** pooled.length; mask++) {
    const chosen = pooled.filter((_, i) => (mask >> i) & 1)
    if (chosen.length === after.length)
      us.push(
        countU(
          pooled.filter((_, i) => !((mask >> i) & 1)),
          chosen,
        ),
      )
  }
  const u = countU(before, after)
  return Math.min(1, (2 * Math.min(us.filter((v) => v <= u).length, us.filter((v) => v >= u).length)) / us.length)
}

const countU = (before: readonly number[], after: readonly number[]): number =>
  after.flatMap((y) => before.map((x): number => (y > x ? 1 : y === x ? 0.5 : 0))).reduce((sum, v) => sum + v, 0)
