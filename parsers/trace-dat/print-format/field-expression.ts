/** `REC->name` as an expression. */
import type { Field } from '../event-format.ts'
import { type CType, integerType, longOf, pointerTo, UNSIGNED } from './c-type.ts'
import type { Expression } from './expression.ts'
import { isArray } from './scope.ts'

/** A field by the name that the format gives it; `__data_loc_x` is the 32-bit word that says where x lies. */
export function fieldExpression(field: Field, name: string, longSize: 4 | 8): Expression {
  const isLocation = name.startsWith('__') && name !== field.name
  if (isLocation) return { kind: 'field', field: { ...field, array: false, dynamic: undefined }, type: UNSIGNED }
  if (isArray(field)) return { kind: 'field', field, type: pointerTo(elementType(field, longSize)) }
  const size = [1, 2, 4, 8].includes(field.size) ? (field.size as CType['size']) : 8
  const type: CType = field.type.includes('*')
    ? { size, signed: false, pointer: true, target: undefined }
    : { size, signed: field.signed }
  return { kind: 'field', field, type }
}

/** The type of a field's elements, by its name; where that says nothing, by size and length. */
function elementType(field: Field, longSize: 4 | 8): CType | undefined {
  if (field.type.includes('*')) return longOf(longSize, false)
  const named = integerType(field.type.split(' '), longSize)
  if (named) return named
  const size = field.length ? field.size / field.length : 0
  return [1, 2, 4, 8].includes(size) ? { size: size as CType['size'], signed: field.signed } : undefined
}
