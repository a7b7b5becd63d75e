/** A record's bytes from the values of its fields. */
import { ByteWriter, type Endian } from './byte-writer.ts'
import type { EventFormat, Field } from './event-formats.ts'

/** An integer, a text (with the zero that ends it if there is room), bytes as they are, or the elements of an array. */
export type FieldValue = number | bigint | boolean | string | Uint8Array | readonly (number | bigint)[]

export type FieldValues = Readonly<Record<string, FieldValue>>

/**
 * The record: `common_type` is the format's id, fields without a value are zero, dynamic data follows in the order of
 * the fields. Throws for a value that no field has and for one that does not fit.
 */
export function encodeFields(format: EventFormat, values: FieldValues, endian: Endian = 'little'): Uint8Array {
  for (const key of Object.keys(values))
    if (!format.fields.some((f) => f.key === key)) throw new Error(`${format.name} has no field ${key}`)
  const record = new Uint8Array(format.size)
  const after: Uint8Array[] = []
  let end = format.size
  // The rest of a record begins where its field says: at the end of the fixed part, before other dynamic data.
  const restFirst = format.fields.toSorted((a, b) => Number(b.kind === 'rest') - Number(a.kind === 'rest'))
  for (const field of restFirst) {
    const value = field.key === 'common_type' ? format.id : values[field.key]
    if (value === undefined) continue
    if (field.kind === 'int') record.set(integers([value as number], field.size, endian), field.offset)
    else if (field.kind === 'array') record.set(fixed(field, value, endian), field.offset)
    else {
      const data = bytesOf(field, value, endian)
      if (field.kind !== 'rest') {
        const base = field.kind === 'rel_loc' ? field.offset + field.size : 0
        record.set(integers([(data.length << 16) | (end - base)], 4, endian), field.offset)
      }
      after.push(data)
      end += data.length
    }
  }
  return Buffer.concat([record, ...after])
}

function fixed(field: Field, value: FieldValue, endian: Endian): Uint8Array {
  const data = typeof value === 'string' ? Buffer.from(value) : bytesOf(field, value, endian)
  if (data.length > field.size) throw new Error(`${field.name}: ${data.length} bytes into ${field.size}`)
  return data
}

function bytesOf(field: Field, value: FieldValue, endian: Endian): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return Buffer.from(`${value}\0`)
  return integers(Array.isArray(value) ? value : [value], field.elementSize, endian)
}

function integers(values: readonly (number | bigint)[], size: number, endian: Endian): Uint8Array {
  const writer = new ByteWriter(endian)
  for (const value of values) writer.integer(value, size)
  return writer.done()
}
