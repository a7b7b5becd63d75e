/** The conversions of %p: symbols, hardware and network addresses, UUIDs, raw bytes. */
import { bitmaskText, cpuListText } from './bitmask.ts'
import { evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { formatString, type Sizes } from './format-number.ts'
import { hexOf } from './hex-text.ts'
import { ipv4Text, ipv6Text, socketText } from './network-text.ts'
import type { Argument } from './parse.ts'
import { extentOf, knownNumber, offsetOf, readInteger, readSmall, type Scope, ValueError } from './scope.ts'

/** The text of a %p conversion. Source: printk-formats.rst; libtraceevent, print_arg_pointer(). */
export function pointerText(argument: Argument, sizes: Sizes, scope: Scope): string {
  const { of } = argument
  const { pointer } = argument.conversion
  if (of.kind === 'string') return of.text // trace_printk stores what such pointers point at as text
  switch (pointer[0]) {
    case 's':
    case 'S':
    case 'f':
    case 'F':
    case 'B':
      return formatString(symbolText(evaluate(of, scope), 'SFB'.includes(pointer[0]), scope), sizes)
    case 'M':
    case 'm':
      return macText(pointer, bytesOf(of, 6, scope), scope)
    case 'I':
    case 'i':
      return networkText(pointer, of, scope)
    case 'U':
      return uuidText(pointer, bytesOf(of, 16, scope), scope)
    case 'h': {
      const { start, length } = dataOf(of, scope)
      const delimiter = { C: ':', D: '-', N: '' }[pointer[1] ?? ''] ?? ' '
      // Without a width it is one byte; a width of 0 (a length that is an argument) is none: lib/vsprintf.c, hex_string().
      const wanted = argument.width || argument.conversion.width !== undefined ? Math.min(64, sizes.width) : 1
      return hexOf(start, Math.min(length, wanted), delimiter, scope)
    }
    case 'b': {
      // The width counts bits.
      const { start, length } = dataOf(of, scope)
      const bytes = Math.min(length, Math.ceil(sizes.width / 8))
      return pointer[1] === 'l' ? cpuListText(start, bytes, scope) : bitmaskText(start, bytes, scope)
    }
    default: {
      const address = BigInt.asUintN(64, evaluate(of, scope))
      if (pointer[0] === 'a' || pointer[0] === '4') {
        const start = offsetOf(address, scope)
        if (start !== undefined) return pointer[0] === 'a' ? physicalText(start, of, scope) : fourccText(start, scope)
      }
      return address === 0n ? '(nil)' : `0x${knownNumber(address, scope).toString(16)}`
    }
  }
}

/** `%pa`, `%pad`: the address of a device or of memory that lies there, in its width. Source: lib/vsprintf.c, address_val(). */
function physicalText(start: number, of: Expression, scope: Scope): string {
  const size = of.type.target?.size ?? scope.longSize
  const digits = readInteger(scope, start, size, false).toString(16)
  return `0x${digits.padStart(2 * size, '0')}`
}

/** `%p4cc`: `NV12 little-endian (0x3231564e)`. Source: lib/vsprintf.c, fourcc_string(). */
function fourccText(start: number, scope: Scope): string {
  const code = readSmall(scope, start, 4)
  const letters = [0, 8, 16, 24].map((shift) => (code >>> shift) & (shift === 24 ? 0x7f : 0xff))
  const text = letters.map((letter) => (letter >= 0x20 && letter < 0x7f ? String.fromCharCode(letter) : '.')).join('')
  return `${text} ${code >= 2 ** 31 ? 'big' : 'little'}-endian (0x${code.toString(16).padStart(8, '0')})`
}

/** `symbol`, or `symbol+0x1f` with the offset; the address where there is no symbol. */
export function symbolText(address: bigint, withOffset: boolean, scope: Scope): string {
  const unsigned = BigInt.asUintN(scope.longSize * 8, address)
  const symbol = scope.symbolAt(unsigned)
  if (!symbol) return `0x${unsigned.toString(16)}`
  return withOffset ? `${symbol.name}+0x${symbol.offset.toString(16)}` : symbol.name
}

/** Where the data of a pointer argument lies in the record. */
function dataOf(e: Expression, scope: Scope): { start: number; length: number } {
  if (e.kind === 'cast') return dataOf(e.of, scope)
  if (e.kind === 'dynamic' || (e.kind === 'field' && (e.field.array || e.field.size > 8)))
    return extentOf(e.field, scope)
  if (e.kind === 'call' && e.name === '&') {
    const field = e.arguments[0]
    if (field?.kind === 'field') return { start: field.field.offset, length: field.field.size }
  }
  if (e.kind === 'bitmask') return extentOf(e.field, scope)
  const start = offsetOf(evaluate(e, scope), scope)
  if (start === undefined) throw new ValueError('memory of the kernel is not in the recording')
  return { start, length: scope.size - start }
}

/** Where `size` bytes of data lie. */
function bytesOf(e: Expression, size: number, scope: Scope): number {
  const { start, length } = dataOf(e, scope)
  if (length < size) throw new ValueError(`${size} bytes expected, ${length} found`)
  return start
}

/** `%pM` 00:01:02:03:04:05, `%pMF` with dashes, `%pm` without, `R` reversed. */
function macText(pointer: string, start: number, scope: Scope): string {
  const delimiter = pointer[0] === 'm' ? '' : pointer.includes('F') ? '-' : ':'
  const text = hexOf(start, 6, ':', scope).split(':')
  return (pointer.includes('R') ? text.reverse() : text).join(delimiter)
}

function networkText(pointer: string, of: Expression, scope: Scope): string {
  const padded = pointer[0] === 'i'
  switch (pointer[1]) {
    case '4': {
      const reversed = pointer.includes('l') || (pointer.includes('h') && !scope.bigEndian)
      return ipv4Text(bytesOf(of, 4, scope), padded, reversed, scope)
    }
    case '6':
      return ipv6Text(bytesOf(of, 16, scope), padded, pointer.includes('c'), scope)
    default: {
      const { start, length } = dataOf(of, scope)
      return socketText(start, length, pointer, scope)
    }
  }
}

const UUID_ORDER = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

/** `%pUb` as it is stored, `%pUl` a little-endian GUID; `B` and `L` in capitals. */
function uuidText(pointer: string, start: number, scope: Scope): string {
  const order = /l/i.test(pointer) ? GUID_ORDER : UUID_ORDER
  const bytes = hexOf(start, 16, ' ', scope).split(' ')
  const text = order.map((from, i) => (bytes[from] as string) + ([3, 5, 7, 9].includes(i) ? '-' : '')).join('')
  return /[BL]/.test(pointer) ? text.toUpperCase() : text
}
