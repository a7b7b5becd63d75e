/**
 * The integer types of C that print formats name, and their arithmetic: integer promotion and the usual arithmetic
 * conversions (ISO C11 6.3.1). `long` and pointers have the width of the recorded machine.
 */

export interface CType {
  readonly size: 1 | 2 | 4 | 8
  readonly signed: boolean
  /** Values become 0 or 1. */
  readonly boolean?: boolean
  /** A pointer; `target` is what it points at, undefined where that has no known size (void, struct). */
  readonly pointer?: boolean
  readonly target?: CType | undefined
}

export const INT: CType = { size: 4, signed: true }
export const UNSIGNED: CType = { size: 4, signed: false }
export const LONG_LONG: CType = { size: 8, signed: true }
export const U64: CType = { size: 8, signed: false }
export const CHAR: CType = { size: 1, signed: true }

/** A pointer's value is kept in 64 bits, also for 32-bit recordings: it may be an address inside the record. */
export const pointerTo = (target: CType | undefined): CType => ({ size: 8, signed: false, pointer: true, target })

export const longOf = (size: 4 | 8, signed: boolean): CType => ({ size, signed })

const LONG_NAMES = /^(u?long|size_t|ssize_t|ptrdiff_t|u?intptr_t|ino_t|pgoff_t|off_t|clock_t|cpumask_t)$/
const SIZES: Record<string, [size: 1 | 2 | 4 | 8, signed: boolean]> = {
  uchar: [1, false],
  ushort: [2, false],
  uint: [4, false],
  gfp_t: [4, false],
  fmode_t: [4, false],
  blk_opf_t: [4, false],
  blk_mq_req_flags_t: [4, false],
  vm_fault_t: [4, false],
  isolate_mode_t: [4, false],
  pid_t: [4, true],
  dev_t: [4, false],
  uid_t: [4, false],
  gid_t: [4, false],
  umode_t: [2, false],
  mode_t: [2, false],
  loff_t: [8, true],
  sector_t: [8, false],
  dma_addr_t: [8, false],
  phys_addr_t: [8, false],
  resource_size_t: [8, false],
  ktime_t: [8, true],
  time64_t: [8, true],
}

const QUALIFIERS = new Set(['const', 'volatile', '__force', '__user', '__kernel', '__iomem', '__rcu', '__percpu'])
const BASIC = new Set(['char', 'short', 'int', 'long', 'unsigned', 'signed', 'void', 'bool', '_Bool'])

/** Whether a word can only be part of a type. */
export const isTypeWord = (word: string): boolean =>
  BASIC.has(word) ||
  QUALIFIERS.has(word) ||
  word === 'struct' ||
  word === 'union' ||
  word === 'enum' ||
  Object.hasOwn(SIZES, word) ||
  LONG_NAMES.test(word) ||
  FIXED.test(word)

// u8 __u8 s16 __le32 __be64 uint8_t int64_t
const FIXED = /^(?:__)?(u|s|le|be|int|uint)(8|16|32|64)(?:_t)?$/

/** The type that the words name (without `*`); undefined where it is no integer of known size. */
export function integerType(words: readonly string[], longSize: 4 | 8): CType | undefined {
  const names = words.filter((word) => !QUALIFIERS.has(word))
  const first = names[0] ?? ''
  if (first === 'enum') return { size: 4, signed: true }
  if (first === 'struct' || first === 'union' || names.includes('void')) return undefined
  if (names.length === 1) {
    const fixed = FIXED.exec(first)
    if (fixed) {
      const size = Number(fixed[2]) / 8
      return { size: size as CType['size'], signed: fixed[1] === 's' || fixed[1] === 'int' }
    }
    if (Object.hasOwn(SIZES, first)) {
      const [size, signed] = SIZES[first] as [1 | 2 | 4 | 8, boolean]
      return { size, signed }
    }
    if (LONG_NAMES.test(first)) return longOf(longSize, !/^(u|size_t|ino_t|pgoff_t|cpumask_t)/.test(first))
    if (first === 'bool' || first === '_Bool') return { size: 1, signed: false, boolean: true }
  }
  if (!names.every((word) => BASIC.has(word)) || names.length === 0) return undefined
  const signed = !names.includes('unsigned')
  const longs = names.filter((word) => word === 'long').length
  if (names.includes('char')) return { size: 1, signed }
  if (names.includes('short')) return { size: 2, signed }
  if (longs > 0) return { size: longs > 1 ? 8 : longSize, signed }
  return { size: 4, signed }
}

/** The value as an object of that type holds it. */
export function wrap(value: bigint, type: CType): bigint {
  if (type.boolean) return value === 0n ? 0n : 1n
  if (type.pointer) return value
  return type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value)
}

/** The type in which an operator computes with one operand. */
export const promoted = (type: CType): CType => (type.size < 4 ? INT : type)

/** The type in which an operator computes with two operands. */
export function commonType(a: CType, b: CType): CType {
  if (a.pointer) return a
  if (b.pointer) return b
  const left = promoted(a)
  const right = promoted(b)
  if (left.size !== right.size) return left.size > right.size ? left : right
  return left.signed ? right : left
}
