/** Intervals of a share. */
import { betaQuantile } from './distribution.ts'
import type { Interval } from './shift.ts'

/**
 * Exact interval of a share, k of n (Clopper & Pearson 1934): from the (1 - level)/2 quantile of Beta(k, n - k + 1) to
 * the (1 + level)/2 quantile of Beta(k + 1, n - k); 0 below for k = 0, 1 above for k = n. It covers at least the level.
 */
export function clopperPearson(k: number, n: number, level = 0.95): Interval {
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n && n > 0)) throw new RangeError(`${k} of ${n}`)
  const tail = (1 - level) / 2
  return {
    low: k === 0 ? 0 : betaQuantile(tail, k, n - k + 1),
    high: k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k),
    level,
  }
}

/**
 * Upper 95 % bound of a share seen in none of n: 3/n, at most 1 (the rule of three, Hanley & Lippman-Hand 1983, "If
 * nothing goes wrong, is everything all right?"; the exact one-sided bound is 1 - 0.05^(1/n)).
 */
export function zeroBound(n: number): number {
  if (!(n > 0)) throw new RangeError(`none of ${n}`)
  return Math.min(1, 3 / n)
}
