/**
 * Decodes the arguments of trace_printk (`ftrace:bprint`): the record holds the address of the format and its arguments,
 * packed by kernel lib/vsprintf.c, vbin_printf(): integers aligned to their size but at most to 4 bytes, `char` and
 * `short` in 1 and 2 bytes, strings inline with their NUL.
 */
import { CHAR, type CType, INT, LONG_LONG, longOf, pointerTo, U64 } from './c-type.ts'
import { bitsOf, type Conversion, type Segment } from './conversions.ts'
import type { Expression } from './expression.ts'
import { readInteger, type Scope } from './scope.ts'
import { terminated } from './text-of.ts'

/** Pointers whose value is stored; what others point at is stored as text. */
const STORED = /^([sSfFxKeB]|$)/

/** The arguments of a format from the packed bytes that begin at `start` of the scope's record. */
export function packedArguments(segments: readonly Segment[], start: number, scope: Scope): Expression[] {
  const list: Expression[] = []
  let at = start
  const integer = (type: CType): void => {
    const alignment = Math.min(type.size, 4)
    at = Math.ceil(at / alignment) * alignment
    list.push({ kind: 'number', type, value: readInteger(scope, at, type.size, type.signed) })
    at += type.size
  }
  const string = (): void => {
    const text = terminated(at, scope.size, scope)
    const zero = scope.bytes.indexOf(0, scope.data + at)
    at = zero < 0 ? scope.size : zero - scope.data + 1
    list.push({ kind: 'string', text, type: pointerTo(CHAR) })
  }
  for (const segment of segments) {
    if (typeof segment === 'string') continue
    if (segment.width === '*') integer(INT)
    if (segment.precision === '*') integer(INT)
    if (segment.letter === 's') string()
    else if (segment.letter !== 'p') integer(storedType(segment, scope.longSize))
    else if (STORED.test(segment.pointer) || !isPrintable(at, scope)) integer(longOf(scope.longSize, false))
    else string()
  }
  return list
}

function storedType({ letter, length }: Conversion, longSize: 4 | 8): CType {
  if (letter === 'c') return CHAR
  switch (bitsOf(length, longSize)) {
    case 8:
      return CHAR
    case 16:
      return { size: 2, signed: true }
    case 32:
      return INT
    default:
      return letter === 'd' || letter === 'i' ? LONG_LONG : U64
  }
}

/** Old kernels stored the pointer itself: what stands there is then hardly text. Source: libtraceevent, make_bprint_args(). */
function isPrintable(at: number, scope: Scope): boolean {
  const byte = at < scope.size ? (scope.bytes[scope.data + at] as number) : 0
  return byte >= 0x20 && byte < 0x7f
}
