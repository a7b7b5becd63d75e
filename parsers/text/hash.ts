/** Bytes as keys: their hash, and whether they are the same. Both go on by 16 bytes, since a loop's step costs as much. */

/** A hash of bytes [start, end). Four sums, since each step of one waits for the step before. */
export function hashOf(view: DataView, start: number, end: number): number {
  let a = end - start
  let b = 0
  let c = 0
  let d = 0
  let i = start
  for (; i <= end - 16; i += 16) {
    a = (Math.imul(a, 0x9e3779b1) + view.getInt32(i, true)) | 0
    b = (Math.imul(b, 0x85ebca6b) + view.getInt32(i + 4, true)) | 0
    c = (Math.imul(c, 0xc2b2ae35) + view.getInt32(i + 8, true)) | 0
    d = (Math.imul(d, 0x27d4eb2f) + view.getInt32(i + 12, true)) | 0
  }
  for (; i <= end - 4; i += 4) a = (Math.imul(a, 0x9e3779b1) + view.getInt32(i, true)) | 0
  for (; i < end; i++) b = (Math.imul(b, 0x85ebca6b) + view.getUint8(i)) | 0
  return mix(mix(a, b), mix(c, d))
}

function mix(a: number, b: number): number {
  const hash = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) ^ Math.imul(b ^ (b >>> 13), 0x297a2d39)
  return hash ^ (hash >>> 16)
}

/** Whether `size` bytes at `at` of one are those at `start` of the other. */
export function isSame(known: DataView, at: number, view: DataView, start: number, size: number): boolean {
  const end = at + size
  const off = start - at
  let i = at
  for (; i <= end - 16; i += 16) {
    const first = known.getInt32(i, true) ^ view.getInt32(i + off, true)
    const second = known.getInt32(i + 4, true) ^ view.getInt32(i + off + 4, true)
    const third = known.getInt32(i + 8, true) ^ view.getInt32(i + off + 8, true)
    if ((first | second | third | (known.getInt32(i + 12, true) ^ view.getInt32(i + off + 12, true))) !== 0)
      return false
  }
  for (; i <= end - 4; i += 4) if (known.getInt32(i, true) !== view.getInt32(i + off, true)) return false
  for (; i < end; i++) if (known.getUint8(i) !== view.getUint8(i + off)) return false
  return true
}
