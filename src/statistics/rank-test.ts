/** Mann-Whitney's test of two samples. */
import { normalTail } from './distribution.ts'
import { sorted } from './quantile.ts'

/** The distribution is exact up to this many values in the smaller arm... */
const EXACT_SMALLER = 12
/** ...and this many in both. */
const EXACT_TOTAL = 200

export interface RankTest {
  /** Pairs in which the value after is above the value before, ties counted half. */
  readonly u: number
  /** Two-sided. */
  readonly p: number
  /** `normal`: approximation with tie and continuity correction. */
  readonly method: 'exact' | 'normal'
}

/** Whether the distribution for arms of these sizes is enumerated: up to 12 values in the smaller, 200 in both. */
export const isExact = (n: number, m: number): boolean => Math.min(n, m) <= EXACT_SMALLER && n + m <= EXACT_TOTAL

/**
 * Mann & Whitney 1947. Exact: the distribution over all C(n + m, n) divisions of the observed mid-ranks (conditional
 * on the ties); p = 2 min(P(U <= u), P(U >= u)), at most 1. Beyond `isExact`: z = (|u - nm/2| - 1/2) / s with
 * s^2 = nm/12 (N + 1 - sum(t^3 - t) / (N (N - 1))), t the sizes of the groups of ties, N = n + m.
 */
export function mannWhitney(before: ArrayLike<number>, after: ArrayLike<number>): RankTest {
  const n = before.length
  const m = after.length
  if (n === 0 || m === 0) throw new RangeError('a test without values')
  const pooled = new Float64Array(n + m)
  pooled.set(before)
  pooled.set(after, n)
  const doubled = doubledRanks(pooled)
  let sum = 0
  for (let i = n; i < n + m; i++) sum += doubled[i]!
  const u = (sum - m * (m + 1)) / 2
  if (!isExact(n, m)) return { u, p: normalP(doubled, u, n, m), method: 'normal' }
  // The smaller arm is cheaper to enumerate; the doubled ranks of both add up to N (N + 1).
  const smaller = n < m ? (n + m) * (n + m + 1) - sum : sum
  return { u, p: exactP(sumDistribution(doubled, Math.min(n, m)), smaller), method: 'exact' }
}

/** The smallest two-sided p that arms of these sizes can give: 2 / C(n + m, n), at most 1. */
export function smallestP(n: number, m: number): number {
  let p = 2
  for (let i = 1; i <= Math.min(n, m); i++) p *= i / (Math.max(n, m) + i)
  return Math.min(1, p)
}

/** Twice the rank of each value, counted from 1; ties share the mean of their ranks (whole numbers when doubled). */
export function doubledRanks(values: ArrayLike<number>): Float64Array {
  const ordered = sorted(values)
  return Float64Array.from(values, (value) => firstIndex(ordered, value, false) + firstIndex(ordered, value, true) + 1)
}

/**
 * At index s the share of the subsets of `size` elements whose sum is s, over all subsets of `elements` (whole numbers
 * above 0). Dynamic programming over the elements, as Streitberg & Roehmel 1986 (the shift algorithm).
 */
export function sumDistribution(elements: ArrayLike<number>, size: number): Float64Array {
  const ordered = sorted(elements)
  const largest = ordered.subarray(ordered.length - size).reduce((sum, element) => sum + element, 0)
  const counts = Array.from({ length: size + 1 }, () => new Float64Array(largest + 1))
  counts[0]![0] = 1
  for (const element of ordered) {
    for (let k = size; k > 0; k--) {
      const from = counts[k - 1]!
      const to = counts[k]!
      for (let s = element; s <= largest; s++) to[s]! += from[s - element]!
    }
  }
  const all = counts[size]!.reduce((sum, count) => sum + count, 0)
  return counts[size]!.map((count) => count / all)
}

function exactP(shares: Float64Array, sum: number): number {
  const below = shares.subarray(0, sum + 1).reduce((total, share) => total + share, 0)
  const above = shares.subarray(sum).reduce((total, share) => total + share, 0)
  return Math.min(1, 2 * Math.min(below, above))
}

function normalP(doubled: Float64Array, u: number, n: number, m: number): number {
  const all = n + m
  const ordered = sorted(doubled)
  let ties = 0
  for (let start = 0, i = 1; i <= all; i++) {
    if (i < all && ordered[i] === ordered[start]) continue
    ties += (i - start) ** 3 - (i - start)
    start = i
  }
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)))
  if (variance <= 0) return 1
  const distance = Math.abs(u - (n * m) / 2) - 0.5
  return distance <= 0 ? 1 : Math.min(1, 2 * normalTail(distance / Math.sqrt(variance)))
}

/** Index of the first value that is at least `value`, or above it. */
function firstIndex(ordered: Float64Array, value: number, above: boolean): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (above ? ordered[middle]! <= value : ordered[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
