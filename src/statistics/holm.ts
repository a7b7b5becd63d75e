/** Many tests at once. */

/**
 * Holm's adjusted p-values (1979, "A simple sequentially rejective multiple test procedure"), in the order given: of m
 * sorted p_(1)..p_(m), the i-th becomes max over j <= i of min(1, (m - j + 1) p_(j)).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const adjusted = new Array<number>(pValues.length)
  let largest = 0
  order.forEach((index, i) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - i) * pValues[index]!))
    adjusted[index] = largest
  })
  return adjusted
}
