/** Histogram with buckets of doubling width. */

export interface Bucket {
  /** Holds low <= value < high. */
  readonly low: number
  readonly high: number
  readonly count: number
}

export interface Histogram {
  /** Values below 0. */
  readonly negative: number
  readonly zero: number
  /** [2^k, 2^(k+1)) for every k from the smallest to the largest value above 0, empty ones too. */
  readonly buckets: readonly Bucket[]
}

export function log2Histogram(values: ArrayLike<number>): Histogram {
  let negative = 0
  let zero = 0
  const counts = new Map<number, number>()
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) throw new RangeError(`no bucket for ${value}`)
    if (value < 0) negative++
    else if (value === 0) zero++
    else {
      const k = exponent(value)
      counts.set(k, (counts.get(k) ?? 0) + 1)
    }
  }
  const exponents = [...counts.keys()].sort((a, b) => a - b)
  const first = exponents[0] ?? 0
  const length = exponents.length && exponents.at(-1)! - first + 1
  const buckets = Array.from({ length }, (_, i) => ({
    low: 2 ** (first + i),
    high: 2 ** (first + i + 1),
    count: counts.get(first + i) ?? 0,
  }))
  return { negative, zero, buckets }
}

/** The k with 2^k <= value < 2^(k+1); the logarithm alone rounds 2^49 - 1/16 up to 49. */
function exponent(value: number): number {
  const k = Math.floor(Math.log2(value))
  if (2 ** k > value) return k - 1
  return 2 ** (k + 1) <= value ? k + 1 : k
}
