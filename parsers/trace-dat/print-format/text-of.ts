/** Evaluates the argument of %s to text. */
import { decodeText } from '../../../src/strings.ts'
import { bitmaskText, cpuListText } from './bitmask.ts'
import { wrap } from './c-type.ts'
import { evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { arrayText, hexDumpText, hexText } from './hex-text.ts'
import { extentOf, isArray, offsetOf, type Scope, ValueError } from './scope.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>

/** The text of an expression. Throws ValueError where it has none. */
export function textOf(e: Expression, scope: Scope): string {
  switch (e.kind) {
    case 'string':
      return e.text
    case 'unknown':
      return e.name
    case 'field':
      return fieldText(e, scope)
    case 'cast':
      return textOf(e.of, scope)
    case 'choice':
      return textOf(evaluate(e.condition, scope) !== 0n ? e.yes : e.no, scope)
    case 'text': {
      const { start, length } = extentOf(e.field, scope)
      return terminated(start, start + length, scope)
    }
    case 'flags':
      return flagsText(e, scope)
    case 'symbolic': {
      const value = wrap(evaluate(e.of, scope), e.type)
      return e.names.get(value) ?? `0x${value.toString(16)}`
    }
    case 'bitmask': {
      const { start, length } = extentOf(e.field, scope)
      return e.list ? cpuListText(start, length, scope) : bitmaskText(start, length, scope)
    }
    case 'hex':
      return hexText(e, scope)
    case 'hex-dump':
      return hexDumpText(e, scope)
    case 'array':
      return arrayText(e, scope)
    case 'call':
      if (e.name === 'jbd2_dev_to_name') {
        const device = BigInt.asUintN(32, evaluate(e.arguments[0] as Expression, scope))
        return `${device >> 20n}:${device & 0xfffffn}`
      }
      return addressText(evaluate(e, scope), scope)
    default:
      return addressText(evaluate(e, scope), scope)
  }
}

/** What stands at an address: in the record, or among the kernel's constant strings; otherwise the address itself. */
function addressText(address: bigint, scope: Scope): string {
  const offset = offsetOf(address, scope)
  if (offset !== undefined) return terminated(offset, scope.size, scope)
  return scope.stringAt(address) ?? BigInt.asUintN(64, address).toString(16)
}

/** A field's bytes to the first NUL; a field as wide as a pointer is one. Source: libtraceevent, print_str_arg(). */
function fieldText(e: Of<'field'>, scope: Scope): string {
  const { field } = e
  if (!isArray(field) && field.size === scope.longSize) return addressText(evaluate(e, scope), scope)
  const { start, length } = extentOf(field, scope)
  return terminated(start, start + length, scope)
}

/** The bytes of a text that the record itself holds, for those who count them; undefined where it is none. */
export function storedText(e: Expression, scope: Scope): Uint8Array | undefined {
  if (e.kind === 'cast') return storedText(e.of, scope)
  if (e.kind === 'choice') return storedText(evaluate(e.condition, scope) !== 0n ? e.yes : e.no, scope)
  const isAddress = e.kind === 'dynamic'
  if (!isAddress && e.kind !== 'text' && !(e.kind === 'field' && isArray(e.field))) return undefined
  const { start, length } = extentOf(e.field, scope)
  const { from, stop } = placeOf(start, isAddress ? scope.size : start + length, scope)
  return scope.bytes.subarray(from, stop)
}

/** Where the text at [start, end) of the record lies in the scope's bytes: up to the first NUL. */
function placeOf(start: number, end: number, scope: Scope): { from: number; stop: number } {
  if (end > scope.size) throw new ValueError('beyond the record')
  const from = scope.data + start
  const to = scope.data + end
  const zero = scope.bytes.indexOf(0, from)
  return { from, stop: zero < 0 || zero > to ? to : zero }
}

/** The text at [start, end) of the record, up to the first NUL. */
export function terminated(start: number, end: number, scope: Scope): string {
  const { from, stop } = placeOf(start, end, scope)
  let text = ''
  for (let at = from; at < stop; at++) {
    const byte = scope.bytes[at] as number
    if (byte >= 0x80) return decodeText(scope.bytes, from, stop)
    text += String.fromCharCode(byte)
  }
  return text
}

/** `A|B|0x40`: the names of the flags that are set, then what is left. Source: trace_print_flags_seq(), trace_output.c. */
function flagsText(e: Of<'flags'>, scope: Scope): string {
  let left = wrap(evaluate(e.of, scope), e.type)
  const parts: string[] = []
  for (const { value, name } of e.entries) {
    if (left === 0n) break
    if (value === 0n || (left & value) !== value) continue
    parts.push(name)
    left &= ~value
  }
  if (left !== 0n) parts.push(`0x${left.toString(16)}`)
  return parts.join(e.delimiter)
}
