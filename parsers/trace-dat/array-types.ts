/**
 * Arrays whose type cannot be true, because it has another size than the field: kernels 3.x formatted the types of all
 * arrays into one buffer and kept only its address, so that every event shows the last of them, `char [32]`.
 * Source: include/trace/ftrace.h, __array(), `event_storage` (Linux 3.10).
 */
import type { EventFormat, Field } from './event-format.ts'
import { elementSize } from './event-table.ts'
import { parsePrintFormat } from './print-format/parse.ts'
import { printedAs } from './print-format/printed-as.ts'
import { FormatError } from './print-format/tokens.ts'

/** The format with types that follow from how its print format uses such arrays; bytes where it does not say. */
export function mendArrays(format: EventFormat, longSize: 4 | 8): EventFormat {
  if (!format.fields.some((field) => isWrong(field, longSize))) return format
  const parsed = parsePrintFormat(format, longSize)
  const texts = parsed instanceof FormatError ? new Set<string>() : printedAs(parsed).text
  const mend = (field: Field): Field => (isWrong(field, longSize) ? mended(field, format.printFormat, texts) : field)
  return { ...format, fields: format.fields.map(mend) }
}

function isWrong({ array, dynamic, length, size, type }: Field, longSize: 4 | 8): boolean {
  if (!array || dynamic || !length || size === 0) return false
  const element = elementSize(type, longSize)
  return element !== undefined && element * length !== size
}

function mended(field: Field, printFormat: string, texts: ReadonlySet<string>): Field {
  if (texts.has(field.name)) return { ...field, type: 'char', length: field.size }
  const indexes = [...printFormat.matchAll(/\bREC->(\w+)\[(\d+)\]/g)].filter(([, name]) => name === field.name)
  const count = Math.max(0, ...indexes.map(([, , index]) => Number(index) + 1))
  const width = count > 0 ? field.size / count : 1
  const known = [2, 4, 8].includes(width)
  return { ...field, type: known ? `u${width * 8}` : 'u8', length: known ? count : field.size }
}
