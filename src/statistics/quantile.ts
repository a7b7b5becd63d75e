/** Order statistics of one sample. */

export interface Summary {
  readonly n: number
  readonly min: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
  readonly mean: number
  /** Standard deviation with the divisor n - 1; undefined for one value. */
  readonly sd: number | undefined
}

/** A sorted copy. Throws on NaN: it has no place in an order. */
export function sorted(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values).sort()
  if (Number.isNaN(copy[copy.length - 1])) throw new RangeError('a value is NaN') // sort() puts NaN last
  return copy
}

/**
 * Quantile of sorted values: linear between the order statistics around h = (n - 1) p, counted from 0. Type 7 of
 * Hyndman & Fan 1996 ("Sample quantiles in statistical packages"), R's default and DuckDB's quantile_cont.
 */
export function quantile(ordered: ArrayLike<number>, p: number): number {
  checkQuantile(ordered, p)
  const h = (ordered.length - 1) * p
  return between(ordered[Math.floor(h)]!, ordered[Math.ceil(h)]!, h - Math.floor(h))
}

/** The same quantile of values in any order. Reorders them; needs time in proportion to their number. */
export function quantileInPlace(values: Float64Array, p: number): number {
  checkQuantile(values, p)
  const h = (values.length - 1) * p
  const index = Math.floor(h)
  const low = select(values, index)
  if (index === h) return low
  let high = Infinity
  for (let i = index + 1; i < values.length; i++) if (values[i]! < high) high = values[i]!
  return between(low, high, h - index)
}

export const medianInPlace = (values: Float64Array): number => quantileInPlace(values, 0.5)

/** Undefined without values. The sum runs from the smallest value up, so the order of the values does not matter. */
export function summary(values: ArrayLike<number>): Summary | undefined {
  const ordered = sorted(values)
  const n = ordered.length
  if (n === 0) return undefined
  const mean = ordered.reduce((sum, value) => sum + value, 0) / n
  const squares = ordered.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    n,
    min: ordered[0]!,
    p50: quantile(ordered, 0.5),
    p90: quantile(ordered, 0.9),
    p99: quantile(ordered, 0.99),
    max: ordered[n - 1]!,
    mean,
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : undefined,
  }
}

function checkQuantile(values: ArrayLike<number>, p: number): void {
  if (values.length === 0) throw new RangeError('a quantile of no values')
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile at ${p}`)
}

/** Rounds as DuckDB does: the two give the same bits. */
const between = (low: number, high: number, fraction: number): number => low * (1 - fraction) + high * fraction

/** Quickselect (Hoare 1961), pivot in the middle: values[k] is then the k-th smallest, none after it is smaller. */
function select(values: Float64Array, k: number): number {
  let left = 0
  let right = values.length - 1
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!
    let i = left
    let j = right
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const value = values[i]!
      values[i++] = values[j]!
      values[j--] = value
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else break
  }
  return values[k]!
}
