import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { log2Histogram } from '../../src/statistics/histogram.ts'
import { holm } from '../../src/statistics/holm.ts'
import { medianInPlace, quantile, quantileInPlace, sorted, summary } from '../../src/statistics/quantile.ts'
import { randomUnit, xoshiro128 } from '../../src/statistics/random.ts'
import { listOf, r } from './reference.ts'

const PS = [0, 0.025, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.99, 0.999, 1]

describe('quantile', () => {
  it('equals R, type 7', () => {
    const ordered = sorted(r.quantile.values)
    for (const [i, p] of r.quantile.at.entries()) expect(quantile(ordered, p)).toBeCloseTo(r.quantile.type7[i]!, 10)
  })

  it('equals quantile_cont of DuckDB, to the last bit', async () => {
    const connection = await (await DuckDBInstance.create()).connect()
    const random = randomUnit(31)
    for (const n of [1, 2, 3, 10, 101, 1000]) {
      const values = listOf(n, () => Math.floor(n * n * random()) / 7)
      const list = `[${values.map((value) => `'${value}'::DOUBLE`).join()}]`
      const columns = PS.map((p) => `quantile_cont(v, '${p}'::DOUBLE)`).join()
      const reader = await connection.runAndReadAll(`SELECT ${columns} FROM (SELECT unnest(${list}) AS v)`)
      expect(PS.map((p) => quantile(sorted(values), p))).toEqual(reader.getRows()[0])
    }
    connection.closeSync()
  })

  it('is the same in place, whatever the order', () => {
    const random = randomUnit(32)
    for (const n of [1, 2, 3, 7, 100, 1001]) {
      for (const make of [random, () => Math.floor(3 * random()), () => 5]) {
        const values = Float64Array.from(listOf(n, make))
        for (const p of PS) expect(quantileInPlace(values, p)).toBe(quantile(sorted(values), p))
      }
    }
    const rising = Float64Array.from({ length: 1000 }, (_, i) => i)
    expect(medianInPlace(rising.slice())).toBe(499.5)
    expect(medianInPlace(rising.slice().reverse())).toBe(499.5)
  })

  it('throws on no values, on NaN and on a p that is none', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
    expect(() => quantile([1], 1.1)).toThrow(RangeError)
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError)
    expect(() => sorted([1, Number.NaN, 2])).toThrow(RangeError)
  })
})

describe('summary', () => {
  it('equals R', () => {
    const { values, type7, mean, sd } = r.quantile
    const result = summary(values)!
    const expected = {
      n: 37,
      min: type7[0],
      p50: type7[2],
      p90: type7[3],
      p99: type7[4],
      max: type7[5],
      mean: mean[0],
      sd: sd[0],
    }
    expect(Object.keys(result)).toEqual(Object.keys(expected))
    for (const [key, value] of Object.entries(expected))
      expect(result[key as keyof typeof result]).toBeCloseTo(value!, 10)
  })

  it('does not depend on the order of the values, nor changes them', () => {
    const values = listOf(1000, randomUnit(33))
    const copy = values.slice()
    expect(summary(values.toReversed())).toEqual(summary(values))
    expect(values).toEqual(copy)
  })

  it('takes few values', () => {
    expect(summary([])).toBeUndefined()
    expect(summary([4])).toEqual({ n: 1, min: 4, p50: 4, p90: 4, p99: 4, max: 4, mean: 4, sd: undefined })
    expect(summary(new Float64Array([1, 3]))!.sd).toBe(Math.SQRT2)
  })
})

describe('log2Histogram', () => {
  it('counts in buckets of doubling width, empty ones too', () => {
    expect(log2Histogram([0, -3, -0.1, 1, 1.5, 2, 3.999, 16, 31, 0])).toEqual({
      negative: 2,
      zero: 2,
      buckets: [
        { low: 1, high: 2, count: 2 },
        { low: 2, high: 4, count: 2 },
        { low: 4, high: 8, count: 0 },
        { low: 8, high: 16, count: 0 },
        { low: 16, high: 32, count: 2 },
      ],
    })
    expect(log2Histogram([])).toEqual({ negative: 0, zero: 0, buckets: [] })
    expect(log2Histogram([0.3]).buckets).toEqual([{ low: 0.25, high: 0.5, count: 1 }])
  })

  it('puts every power of two and its neighbours in the right bucket', () => {
    for (let k = -60; k < 63; k++) {
      const [at, below] = [2 ** k, 2 ** k * (1 - 2 ** -53)]
      expect(log2Histogram([at]).buckets).toEqual([{ low: at, high: 2 * at, count: 1 }])
      expect(log2Histogram([below]).buckets).toEqual([{ low: at / 2, high: at, count: 1 }])
    }
  })

  it('throws where there is no bucket', () => {
    expect(() => log2Histogram([Number.NaN])).toThrow(RangeError)
    expect(() => log2Histogram([Infinity])).toThrow(RangeError)
  })
})

describe('holm', () => {
  it('equals R', () => {
    for (const [i, p] of holm(r.holm.p).entries()) expect(p).toBeCloseTo(r.holm.adjusted[i]!, 14)
  })

  it('keeps one p, and the order given', () => {
    expect(holm([0.03])).toEqual([0.03])
    expect(holm([])).toEqual([])
    expect(holm([0.5, 0.01])).toEqual([0.5, 0.02])
  })
})

describe('random numbers', () => {
  // The authors' xoshiro128starstar.c 1.1 from the state 1 2 3 4, as quoted in the tests of the Rust crate rand_xoshiro
  it('are those of the reference implementation', () => {
    expect(listOf(10, xoshiro128([1, 2, 3, 4]))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ])
  })

  it('differ by seed only, and are even', () => {
    expect(listOf(5, randomUnit(0))).toEqual(listOf(5, randomUnit(0)))
    expect(listOf(5, randomUnit(0))).not.toEqual(listOf(5, randomUnit(1)))
    const tenths = new Array<number>(10).fill(0)
    for (const u of listOf(100_000, randomUnit(0))) tenths[Math.floor(10 * u)]! += 1
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })
})
