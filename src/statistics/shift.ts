/** How far two samples are apart: Hodges and Lehmann's estimate. */
import { normalQuantile } from './distribution.ts'
import { sorted } from './quantile.ts'
import { randomUnit } from './random.ts'
import { isExact, sumDistribution } from './rank-test.ts'

export interface Interval {
  readonly low: number
  readonly high: number
  /** Confidence: what is reached at least (exact methods reach more than asked), or the one asked (approximations). */
  readonly level: number
}

export interface Shift {
  /** Median of the n m differences after - before. */
  readonly estimate: number
  /** Undefined where even the smallest to the largest difference reaches less than the level: 3v3 reaches 0.90. */
  readonly interval: Interval | undefined
  /** Of the interval: which order statistics, by the distribution of U or by its normal approximation. */
  readonly method: 'exact' | 'normal'
}

/**
 * Hodges & Lehmann 1963. The interval runs from the k-th smallest to the k-th largest difference (Lehmann 1963;
 * Hollander & Wolfe, "Nonparametric Statistical Methods", 4.3): the largest k with 2 P(U <= k - 1) <= 1 - level; beyond
 * `isExact` k = floor(nm/2 - z sqrt(nm (n + m + 1) / 12)). Where exact and without ties it holds 0 if and only if p of
 * `mannWhitney` is above 1 - level; with ties it covers at least as much, and may hold 0 though p is below.
 * The order statistics are exact for every size; time grows with (n + m) log(n m), not with n m.
 */
export function hodgesLehmann(before: ArrayLike<number>, after: ArrayLike<number>, level = 0.95): Shift {
  const n = before.length
  const m = after.length
  if (n === 0 || m === 0) throw new RangeError('a shift without values')
  const x = sorted(before)
  const y = sorted(after)
  const at = (rank: number) => difference(x, y, rank - 1)
  const pairs = n * m
  const estimate = pairs % 2 ? at((pairs + 1) / 2) : (at(pairs / 2) + at(pairs / 2 + 1)) / 2
  const exact = isExact(n, m)
  const bound = exact ? exactBound(n, m, level) : normalBound(n, m, level)
  const interval = bound && { low: at(bound.rank), high: at(pairs + 1 - bound.rank), level: bound.level }
  return { estimate, interval, method: exact ? 'exact' : 'normal' }
}

interface Bound {
  readonly rank: number
  readonly level: number
}

function exactBound(n: number, m: number, level: number): Bound | undefined {
  const size = Math.min(n, m)
  const shares = sumDistribution(
    Array.from({ length: n + m }, (_, i) => i + 1),
    size,
  )
  const smallest = (size * (size + 1)) / 2
  let rank = 0
  let tail = 0
  // 1e-12: a level that the distribution meets exactly counts as met.
  for (let next = shares[smallest]!; 2 * (tail + next) <= 1 - level + 1e-12; next = shares[smallest + rank]!) {
    tail += next
    rank++
  }
  return rank === 0 ? undefined : { rank, level: 1 - 2 * tail }
}

function normalBound(n: number, m: number, level: number): Bound | undefined {
  const z = normalQuantile((1 + level) / 2)
  const rank = Math.floor((n * m) / 2 - z * Math.sqrt((n * m * (n + m + 1)) / 12))
  return rank < 1 ? undefined : { rank, level }
}

/** Candidates drawn per step of `difference`, and the distance of its two pivots from the wanted one among them. */
const DRAWN = 512
const MARGIN = 24

/**
 * The k-th smallest (from 0) of all y[j] - x[i], both sorted, without making them all: each row i keeps the range of j
 * that may hold it; two pivots around the wanted rank, from a (seeded) random draw, cut the ranges down until few are
 * left. After Monahan 1984 (ACM TOMS 10(3), algorithm 616), the two pivots after Floyd & Rivest 1975. The result does
 * not depend on the draw.
 */
function difference(x: Float64Array, y: Float64Array, k: number): number {
  const n = x.length
  const left = new Float64Array(n)
  const right = new Float64Array(n).fill(y.length)
  const less = new Float64Array(n)
  const most = new Float64Array(n)
  const random = randomUnit(1)
  for (;;) {
    let below = 0
    let candidates = 0
    for (let i = 0; i < n; i++) {
      below += left[i]!
      candidates += right[i]! - left[i]!
    }
    if (candidates <= n + y.length + DRAWN) return gather(x, y, left, right, candidates)[k - below]!
    const draw = drawn(x, y, left, right, candidates, random)
    const wanted = ((k - below) / candidates) * DRAWN
    for (const index of [Math.floor(wanted - MARGIN), Math.ceil(wanted + MARGIN)]) {
      const pivot = draw[Math.min(Math.max(index, 0), DRAWN - 1)]!
      const [under, upTo] = count(x, y, pivot, less, most)
      if (k >= under && k < upTo) return pivot
      for (let i = 0; i < n; i++) {
        if (k < under) right[i] = Math.min(right[i]!, less[i]!)
        else left[i] = Math.max(left[i]!, most[i]!)
      }
    }
  }
}

/** Per row and in all: how many differences are less than the pivot, and at most the pivot. */
function count(
  x: Float64Array,
  y: Float64Array,
  pivot: number,
  less: Float64Array,
  most: Float64Array,
): [number, number] {
  let under = 0
  let upTo = 0
  for (let i = 0, a = 0, b = 0; i < x.length; i++) {
    while (a < y.length && y[a]! - x[i]! < pivot) a++
    while (b < y.length && y[b]! - x[i]! <= pivot) b++
    less[i] = a
    most[i] = b
    under += a
    upTo += b
  }
  return [under, upTo]
}

/** All candidates that are left, sorted. */
function gather(x: Float64Array, y: Float64Array, left: Float64Array, right: Float64Array, size: number): Float64Array {
  const all = new Float64Array(size)
  let at = 0
  for (let i = 0; i < x.length; i++) for (let j = left[i]!; j < right[i]!; j++) all[at++] = y[j]! - x[i]!
  return all.sort()
}

/** DRAWN of the candidates, sorted. */
function drawn(
  x: Float64Array,
  y: Float64Array,
  left: Float64Array,
  right: Float64Array,
  candidates: number,
  random: () => number,
): Float64Array {
  const places = Float64Array.from({ length: DRAWN }, () => Math.floor(random() * candidates)).sort()
  let row = 0
  let before = 0
  return places
    .map((place) => {
      while (place >= before + right[row]! - left[row]!) before += right[row]! - left[row++]!
      return y[left[row]! + place - before]! - x[row]!
    })
    .sort()
}
