import { describe, expect, it } from 'vitest'
import { autocorrelation, blockLength, politisWhite } from '../../src/statistics/autocorrelation.ts'
import { mean, movingBlockBootstrap, type Statistic } from '../../src/statistics/block-bootstrap.ts'
import { medianInPlace } from '../../src/statistics/quantile.ts'
import { autoregressive, listOf, python, r, randomNormal } from './reference.ts'

describe('autocorrelation', () => {
  it('equals R for its data set lh (Diggle 1990)', () => {
    for (const [lag, value] of r.lh.acf.entries()) expect(autocorrelation(r.lh.values, lag)).toBeCloseTo(value, 12)
  })

  it.each(python.series)('equals statsmodels: $acf', ({ values, acf }) => {
    for (const [lag, value] of acf.entries()) expect(autocorrelation(values, lag)).toBeCloseTo(value, 12)
  })

  it('does not change with scale and place, and is 0 for equal values', () => {
    const values = autoregressive(200, 0.5, randomNormal(41))
    expect(
      autocorrelation(
        values.map((v) => 5 - 1000 * v),
        3,
      ),
    ).toBeCloseTo(autocorrelation(values, 3), 12)
    expect([autocorrelation([2, 2, 2], 0), autocorrelation([2, 2, 2], 1)]).toEqual([1, 0])
  })
})

describe('block length', () => {
  it.each(python.series)('equals arch: $circular', ({ values, circular }) => {
    expect(politisWhite(values)).toBeCloseTo(circular, 9)
  })

  // AR(1): R(k) = R(0) phi^|k| gives b = (6 phi^2 / (1 - phi^2)^2)^(1/3) N^(1/3)
  it.each([0.3, 0.6, 0.8])('is near the theoretical one of AR(1) with phi = %d', (phi) => {
    const lengths = listOf(20, () => 0).map((_, i) => politisWhite(autoregressive(5000, phi, randomNormal(50 + i))))
    const expected = ((6 * phi ** 2) / (1 - phi ** 2) ** 2) ** (1 / 3) * 5000 ** (1 / 3)
    const ratio = mean(Float64Array.from(lengths)) / expected
    expect(ratio).toBeGreaterThan(0.85)
    expect(ratio).toBeLessThan(1.15)
  })

  it('is not hidden by an outlier', () => {
    const values = autoregressive(1000, 0.8, randomNormal(42))
    const clean = blockLength(values)
    values[500] = 1e6
    expect(politisWhite(values)).toBeLessThan(3)
    expect(blockLength(values)).toBeGreaterThan(0.8 * clean)
  })

  it('stays in its bounds', () => {
    expect([blockLength([]), blockLength([1]), blockLength([1, 2]), blockLength([3, 3, 3, 3])]).toEqual([1, 1, 1, 1])
    const alternating = [0, 1, 0, 1, 0, 1, 0, 1, 0]
    expect(politisWhite(alternating)).toBeGreaterThan(3)
    expect(blockLength(alternating)).toBe(3)
    const long = blockLength(autoregressive(300_000, 0.5, randomNormal(43)))
    expect(long).toBeGreaterThan(70) // 93 in theory
    expect(long).toBeLessThan(120)
  })
})

describe('movingBlockBootstrap', () => {
  const { series, block } = python.bootstrap
  const values = python.series[series]!.values
  const statistics: [string, Statistic, [number, number]][] = [
    ['mean', mean, python.bootstrap.mean],
    ['median', medianInPlace, python.bootstrap.median],
  ]

  // Against one constant arm the difference is the other arm's statistic. 0.012 is 4 Monte-Carlo errors.
  it.each(statistics)('is near arch with 50000 resamples: %s', (_, statistic, [low, high]) => {
    const arms = { before: [0], after: values }
    const { interval } = movingBlockBootstrap(arms, statistic, { blockLength: block, resamples: 50_000 })
    expect(Math.abs(interval.low - low)).toBeLessThan(0.012)
    expect(Math.abs(interval.high - high)).toBeLessThan(0.012)
  })

  it('makes resamples of whole blocks, the last one cut', () => {
    const before = [0]
    const after = listOf(50, () => 0).map((_, i) => i)
    const samples: number[][] = []
    const keep: Statistic = (sample) => samples.push([...sample])
    movingBlockBootstrap({ before, after }, keep, { blockLength: 7, resamples: 20 })
    const drawn = samples.filter((sample) => sample.length > 1).slice(1)
    expect(drawn.length).toBe(20)
    for (const sample of drawn) {
      expect(sample.length).toBe(50)
      for (const [i, value] of sample.entries()) if (i % 7) expect(value).toBe(sample[i - 1]! + 1)
    }
  })

  it('is the same for the same seed', () => {
    const normal = randomNormal(44)
    const arms = { before: autoregressive(300, 0.5, normal), after: autoregressive(200, 0.2, normal) }
    const first = movingBlockBootstrap(arms, medianInPlace, { seed: 3, resamples: 300 })
    expect(movingBlockBootstrap(arms, medianInPlace, { seed: 3, resamples: 300 })).toEqual(first)
    expect(movingBlockBootstrap(arms, medianInPlace, { seed: 4, resamples: 300 }).interval).not.toEqual(first.interval)
    expect(first).toMatchObject({ seed: 3, resamples: 300, method: 'moving blocks' })
    expect(first.blockLength).toEqual({ before: blockLength(arms.before), after: blockLength(arms.after) })
  })

  it('moves with an affine transform', () => {
    const normal = randomNormal(45)
    const arms = { before: autoregressive(150, 0.5, normal), after: autoregressive(150, 0.5, normal) }
    const plain = movingBlockBootstrap(arms, medianInPlace, { resamples: 200 })
    const scaled = movingBlockBootstrap(
      { before: arms.before.map((v) => 8 * v + 16), after: arms.after.map((v) => 8 * v + 16) },
      medianInPlace,
      { resamples: 200 },
    )
    expect(scaled.estimate).toBeCloseTo(8 * plain.estimate, 10)
    expect(scaled.interval.low).toBeCloseTo(8 * plain.interval.low, 10)
    expect(scaled.interval.high).toBeCloseTo(8 * plain.interval.high, 10)
  })

  it('nearly mirrors when the arms are swapped', () => {
    const normal = randomNormal(46)
    const before = autoregressive(400, 0.5, normal)
    const after = autoregressive(400, 0.5, normal)
    const there = movingBlockBootstrap({ before, after }, mean, { resamples: 5000 })
    const back = movingBlockBootstrap({ before: after, after: before }, mean, { resamples: 5000 })
    expect(back.estimate).toBe(-there.estimate)
    const width = there.interval.high - there.interval.low
    expect(Math.abs(back.interval.low + there.interval.high)).toBeLessThan(0.1 * width)
    expect(Math.abs(back.interval.high + there.interval.low)).toBeLessThan(0.1 * width)
  })

  it.each([
    ['mean', mean],
    ['median', medianInPlace],
  ])('covers the true difference of dependent series, which single values do not: %s', (_, statistic) => {
    const normal = randomNormal(47)
    const covered = { blocks: 0, single: 0 }
    const rounds = 200
    for (let round = 0; round < rounds; round++) {
      const arms = { before: autoregressive(600, 0.7, normal), after: autoregressive(600, 0.7, normal) }
      const holds = (given?: number) => {
        const options = { seed: round, resamples: 300, ...(given && { blockLength: given }) }
        const { low, high } = movingBlockBootstrap(arms, statistic, options).interval
        return low <= 0 && high >= 0
      }
      if (holds()) covered.blocks++
      if (holds(1)) covered.single++
    }
    expect(covered.blocks / rounds).toBeGreaterThan(0.86)
    expect(covered.blocks / rounds).toBeLessThanOrEqual(0.99)
    expect(covered.single / rounds).toBeLessThan(0.75)
  })

  it('scales the resamples of long runs to the same width', () => {
    const normal = randomNormal(48)
    const arms = { before: [0], after: autoregressive(40_000, 0.5, normal) }
    const result = movingBlockBootstrap(arms, mean, { resamples: 1000 })
    expect(result.method).toBe('moving blocks, scaled')
    const width = (result.interval.high - result.interval.low) / (2 * 1.96)
    expect(width / (2 / Math.sqrt(40_000))).toBeGreaterThan(0.9) // the mean's standard error: 1 / (1 - phi) / sqrt n
    expect(width / (2 / Math.sqrt(40_000))).toBeLessThan(1.1)
  })

  it('takes constant and short series', () => {
    const result = movingBlockBootstrap({ before: [1, 1, 1], after: [4] }, medianInPlace, { resamples: 50 })
    expect(result.interval).toEqual({ low: 3, high: 3, level: 0.95 })
    expect(() => movingBlockBootstrap({ before: [], after: [4] }, mean)).toThrow(RangeError)
    expect(() => movingBlockBootstrap({ before: [1], after: [4] }, mean, { blockLength: 0 })).toThrow(RangeError)
  })
})
