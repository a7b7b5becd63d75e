/** The fields of a record as a list, for events whose print format cannot be evaluated. */
import { decodeText } from '../../../src/strings.ts'
import type { EventFormat, Field } from '../event-format.ts'
import { hexOf } from './hex-text.ts'
import { MAX_TEXT } from './limits.ts'
import { extentOf, readInteger, type Scope, ValueError } from './scope.ts'

/** `[FAILED TO PARSE] a=1 b=text c=ARRAY[01, 02]`. Source: libtraceevent, print_field_raw(). */
export function failedText(format: EventFormat, scope: Scope): string {
  return `[FAILED TO PARSE]${rawFields(format, scope)}`
}

/** ` name=value` for every field but the common ones. */
export function rawFields(format: EventFormat, scope: Scope): string {
  let text = ''
  for (const field of format.fields) {
    if (field.name.startsWith('common_')) continue
    text += ` ${field.name}=${rawField(field, scope)}`
    if (text.length > MAX_TEXT) return text.slice(0, MAX_TEXT)
  }
  return text
}

function rawField(field: Field, scope: Scope): string {
  try {
    return field.array ? rawArray(field, scope) : rawNumber(field, scope)
  } catch (error) {
    if (error instanceof ValueError) return '?'
    throw error
  }
}

function rawArray(field: Field, scope: Scope): string {
  const { start, length } = extentOf(field, scope)
  if (/char|[us]8/.test(field.type)) {
    const from = scope.data + start
    const zero = scope.bytes.subarray(from, from + length).indexOf(0)
    const text = decodeText(scope.bytes, from, from + (zero < 0 ? length : zero))
    if (/^[\x20-\x7e\s]*$/.test(text)) return text
  }
  return `ARRAY[${hexOf(start, length, ', ', scope)}]`
}

function rawNumber(field: Field, scope: Scope): string {
  if (field.size === 0 || field.size > 8)
    return `ARRAY[${hexOf(field.offset, extentOf(field, scope).length, ', ', scope)}]`
  const value = readInteger(scope, field.offset, field.size, field.signed)
  const isLong = /long/.test(field.type)
  if (field.type.includes('*') || (isLong && !field.signed)) return `0x${BigInt.asUintN(64, value).toString(16)}`
  if (!field.signed) return String(value)
  if (field.size === 4 && isLong) return `0x${BigInt.asUintN(32, value).toString(16)}`
  return field.size === 2 ? String(value).padStart(2) : String(value)
}
