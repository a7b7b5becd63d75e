/** Random numbers that are the same for the same seed. */

/**
 * Whole numbers from 0 to below 2^32 by xoshiro128** 1.1 (Blackman & Vigna 2018), from its four words of state.
 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
}

/** Numbers from [0, 1) in steps of 2^-32, by xoshiro128**; its state are the first four outputs of splitmix32. */
export function randomUnit(seed: number): () => number {
  let counter = seed | 0
  const word = () => {
    counter = (counter + 0x9e3779b9) | 0
    let z = counter
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b) // the finaliser of MurmurHash3
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  }
  const next = xoshiro128([word(), word(), word(), word()])
  return () => next() / 2 ** 32
}

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))
