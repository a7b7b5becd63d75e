/** How far a value depends on those before it, and the block length that follows for a bootstrap. */
import { doubledRanks } from './rank-test.ts'

/** r_k = sum (x_t - mean)(x_(t+k) - mean) / sum (x_t - mean)^2, as R's acf. Of equal values: 1 at lag 0, else 0. */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  if (lag === 0) return 1
  const deviations = centred(values)
  const variance = product(deviations, 0)
  return variance === 0 ? 0 : product(deviations, lag) / variance
}

/** Lags in a row that must be insignificant: K_N = max(5, sqrt(log10 N)) is 5 for every N that fits. */
const QUIET = 5
/** The dependence inside longer series is estimated on this many values from the middle. */
const LONGEST = 65_536

/**
 * Values per block for the moving-block bootstrap: `politisWhite` of the values or of their ranks, whichever is longer
 * (an outlier hides the dependence of the values, not of the ranks); rounded up, at most min(3 sqrt N, N / 3) as in the
 * authors' code, at least 1. For N above 65536 the autocovariances are those of the 65536 values in the middle.
 */
export function blockLength(values: ArrayLike<number>): number {
  const n = values.length
  const start = Math.max(0, Math.floor((n - LONGEST) / 2))
  const middle = Float64Array.from({ length: Math.min(n, LONGEST) }, (_, i) => values[start + i]!)
  const longest = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))
  const length = Math.ceil(Math.max(politisWhite(middle, n), politisWhite(doubledRanks(middle), n)))
  return Math.max(1, Math.min(length, longest))
}

/**
 * Politis & White 2004 ("Automatic block-length selection for the dependent bootstrap"), their choice for the circular
 * bootstrap of N values; the moving one has the same optimum:
 *
 *     b = (2 G^2 / D)^(1/3) N^(1/3)   G = sum lambda(k/M) |k| R(k)   D = 4/3 (sum lambda(k/M) R(k))^2   k = -M..M
 *
 * R(k) autocovariances; lambda(t) = 1 up to 1/2, then 2 (1 - t); M twice the first of 5 lags in a row with
 * |r| < 2 sqrt(log10 N / N), as in the authors' code (opt_block_length_REV_dec07; the paper's text: the lag before it);
 * M = ceil(sqrt N) + 5 at most, and where there is none. Equal values: 0. `n`: N where `values` are only a part.
 */
export function politisWhite(values: ArrayLike<number>, n: number = values.length): number {
  const deviations = centred(values)
  const size = deviations.length
  const covariances = [product(deviations, 0) / size]
  const covariance = (k: number) => {
    for (let lag = covariances.length; lag <= k; lag++) covariances.push(product(deviations, lag) / size)
    return covariances[k]!
  }
  if (size < 2 || covariance(0) === 0) return 0
  const lags = Math.min(Math.ceil(Math.sqrt(size)) + QUIET, size - 1)
  const significant = 2 * Math.sqrt(Math.log10(size) / size) * covariance(0)
  let quiet = 0
  let lag = 1
  for (; lag <= lags && quiet < QUIET; lag++) quiet = Math.abs(covariance(lag)) < significant ? quiet + 1 : 0
  const width = quiet < QUIET ? lags : Math.min(lags, 2 * (lag - QUIET))
  let g = 0
  let spectrum = covariance(0)
  for (let k = 1; k <= width; k++) {
    const weight = k / width <= 0.5 ? 1 : 2 * (1 - k / width)
    g += 2 * weight * k * covariance(k)
    spectrum += 2 * weight * covariance(k)
  }
  return g === 0 ? 0 : ((1.5 * g * g) / spectrum ** 2) ** (1 / 3) * n ** (1 / 3)
}

function centred(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values)
  const mean = copy.reduce((sum, value) => sum + value, 0) / copy.length
  return copy.map((value) => value - mean)
}

function product(deviations: Float64Array, lag: number): number {
  let sum = 0
  for (let i = lag; i < deviations.length; i++) sum += deviations[i]! * deviations[i - lag]!
  return sum
}
