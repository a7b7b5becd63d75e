/** Values from independent implementations; reference.py and reference.R made them and say how. */
import { readFileSync } from 'node:fs'
import { randomUnit } from '../../src/statistics/random.ts'

interface Test {
  readonly before: number[]
  readonly after: number[]
  readonly u: number
  readonly p: number
}

export interface PythonReference {
  /** Ties, every division of the pooled values: scipy.stats.mannwhitneyu with PermutationMethod. */
  readonly tied: Test[]
  /** scipy.stats.mannwhitneyu(method='exact') */
  readonly exact: Test[]
  /** scipy.stats.mannwhitneyu(method='asymptotic', use_continuity=True) */
  readonly normal: Test[]
  /** statsmodels.tsa.stattools.acf (lags 0 to 5), arch.bootstrap.optimal_block_length */
  readonly series: { values: number[]; acf: number[]; circular: number }[]
  /** arch.bootstrap.MovingBlockBootstrap.conf_int(method='percentile'), 50000 resamples */
  readonly bootstrap: { series: number; block: number; mean: [number, number]; median: [number, number] }
  /** scipy.special.betainc */
  readonly beta: { x: number; a: number; b: number; value: number }[]
  /** scipy.stats.beta.ppf */
  readonly clopperPearson: { k: number; n: number; level: number; interval: [number, number] }[]
  /** scipy.stats.norm.sf */
  readonly normalTail: { z: number; value: number }[]
  /** scipy.stats.norm.ppf */
  readonly normalQuantile: { p: number; value: number }[]
  /** scipy.special.gammaln */
  readonly logGamma: { x: number; value: number }[]
}

/** Every value an array, also a single one. */
export interface RReference {
  /** wilcox.test(after, before, conf.int = TRUE, exact = TRUE); the first: Hollander & Wolfe 1973, p. 69 */
  readonly shifts: {
    before: number[]
    after: number[]
    p: number[]
    u: number[]
    estimate: number[]
    interval: number[]
  }[]
  /** wilcox.test(after, before, exact = TRUE) of values with ties */
  readonly tied: { before: number[]; after: number[]; p: number[]; u: number[] }[]
  /** quantile(type = 7), mean, sd */
  readonly quantile: { values: number[]; at: number[]; type7: number[]; mean: number[]; sd: number[] }
  /** p.adjust(p, 'holm') */
  readonly holm: { p: number[]; adjusted: number[] }
  /** acf of R's data set lh, lags 0 to 6 */
  readonly lh: { values: number[]; acf: number[] }
  /** binom.test(k, n) */
  readonly binomial: { k: number[]; n: number[]; interval: number[] }[]
}

export const python: PythonReference = read('reference-python.json')
export const r: RReference = read('reference-r.json')

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
}

/** Standard normal numbers (Box & Muller 1958). */
export function randomNormal(seed: number): () => number {
  const unit = randomUnit(seed)
  return () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit())
}

/** x_t = phi x_(t-1) + noise, begun in its stationary distribution. */
export function autoregressive(n: number, phi: number, normal: () => number): Float64Array {
  let x = normal() / Math.sqrt(1 - phi * phi)
  return Float64Array.from({ length: n }, () => {
    x = phi * x + normal()
    return x
  })
}

export const listOf = (n: number, next: () => number): number[] => Array.from({ length: n }, next)
