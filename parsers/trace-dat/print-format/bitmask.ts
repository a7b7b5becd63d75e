/** Writes bit masks: the kernel stores them as longs in its own byte order. Source: libtraceevent, print_bitmask_to_seq(). */
import type { Scope } from './scope.ts'

/** The byte that holds bits 8 * index and up. */
function byteAt(start: number, length: number, index: number, scope: Scope): number {
  if (!scope.bigEndian) return scope.bytes[scope.data + start + index] as number
  const size = scope.longSize
  const whole = Math.floor(index / size) * size
  const inLong = Math.min(size, length - whole) - 1 - (index - whole)
  return scope.bytes[scope.data + start + whole + inLong] as number
}

/** Hexadecimal, a comma before every 32 bits: `00000000,0000000f`. */
export function bitmaskText(start: number, length: number, scope: Scope): string {
  let text = ''
  for (let i = length - 1; i >= 0; i--) {
    text += byteAt(start, length, i, scope).toString(16).padStart(2, '0')
    if (i > 0 && i % 4 === 0) text += ','
  }
  return text
}

/** The numbers of the bits that are set: `0-3,5`. */
export function cpuListText(start: number, length: number, scope: Scope): string {
  const parts: string[] = []
  const bits = length * 8
  const isSet = (bit: number): boolean =>
    bit < bits && (byteAt(start, length, bit >> 3, scope) & (1 << (bit & 7))) !== 0
  for (let bit = 0; bit < bits; bit++) {
    if (!isSet(bit)) continue
    const first = bit
    while (isSet(bit + 1)) bit++
    parts.push(first === bit ? String(first) : `${first}-${bit}`)
  }
  return parts.join(',')
}
