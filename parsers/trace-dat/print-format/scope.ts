/** What an expression is evaluated against: one record, the machine that recorded it, and its symbols. */
import type { Field } from '../event-format.ts'
import type { SymbolMatch } from './symbols.ts'

/** One record in the bytes of its ring-buffer page. */
export interface RecordBytes {
  readonly bytes: Uint8Array
  /** Where the record begins in `bytes`, and its length. */
  readonly data: number
  readonly size: number
}

export interface Scope {
  bytes: Uint8Array
  data: number
  size: number
  readonly bigEndian: boolean
  readonly longSize: 4 | 8
  /** The kernel function around an address. */
  symbolAt(address: bigint): SymbolMatch | undefined
  /** The constant string of the kernel that begins at an address (trace_printk formats, tracepoint strings). */
  stringAt(address: bigint): string | undefined
}

/** The record does not hold what the format says, or a value is not known: the fields are listed instead. */
export class ValueError extends Error {}

/** The value of a name (an enum constant, a kernel variable) that the recording does not explain. */
export class UnknownName extends ValueError {
  readonly unknown: string

  constructor(unknown: string) {
    super(`the value of ${unknown} is not known`)
    this.unknown = unknown
  }
}

/** Addresses inside the record: this plus the offset. No kernel or user address of any architecture begins so. */
export const RECORD_ADDRESS = 0x5245_4300_0000_0000n

/** The offset in the record that an address means; undefined where it lies elsewhere. */
export function offsetOf(address: bigint, scope: Scope): number | undefined {
  const offset = address - RECORD_ADDRESS
  return offset >= 0n && offset <= BigInt(scope.size) ? Number(offset) : undefined
}

/** A value that is printed as a number. Where data lies in the record is none: the kernel's address is not known. */
export function knownNumber(value: bigint, scope: Scope): bigint {
  if (value >= RECORD_ADDRESS && offsetOf(value, scope) !== undefined) throw new ValueError('an address in the record')
  return value
}

/** An unsigned number of 1, 2 or 4 bytes. */
export function readSmall(scope: Scope, offset: number, size: number): number {
  if (offset < 0 || offset + size > scope.size) throw new ValueError('beyond the record')
  const { bytes, bigEndian } = scope
  const at = scope.data + offset
  let value = 0
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[bigEndian ? at + i : at + size - 1 - i] as number)
  return value
}

/** An integer of 1 to 8 bytes. */
export function readInteger(scope: Scope, offset: number, size: number, signed: boolean): bigint {
  if (size <= 4) {
    const value = readSmall(scope, offset, size)
    return BigInt(signed && size > 0 && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value)
  }
  const upper = readSmall(scope, scope.bigEndian ? offset : offset + 4, size - 4)
  const lower = readSmall(scope, scope.bigEndian ? offset + size - 4 : offset, 4)
  if (upper === 0) return BigInt(lower)
  const value = (BigInt(upper) << 32n) | BigInt(lower)
  return signed ? BigInt.asIntN(size * 8, value) : value
}

/** Whether a field is an array; old kernels declare one that reaches to the record's end as a scalar of size 0. */
export const isArray = (field: Field): boolean => field.array || field.size === 0

/** Where a field's content lies in the record: for dynamic fields what their location word says. */
export function extentOf(field: Field, scope: Scope): { start: number; length: number } {
  if (!field.dynamic) {
    // The length of some arrays is that of the record: `char buf[]`, the callers of a stack.
    const length = field.size > 0 ? field.size : Math.max(0, scope.size - field.offset)
    if (field.offset + length > scope.size) throw new ValueError('beyond the record')
    return { start: field.offset, length }
  }
  const word = readSmall(scope, field.offset, field.size === 2 ? 2 : 4)
  const start = (word & 0xffff) + (field.dynamic === 'rel' ? field.offset + field.size : 0)
  const length = field.size === 2 ? Math.max(0, scope.size - start) : word >>> 16
  return start + length > scope.size ? { start: Math.min(start, scope.size), length: 0 } : { start, length }
}
