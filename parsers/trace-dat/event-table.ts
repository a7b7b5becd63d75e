/** From an event's format to its table and to the plan by which records become rows. */
import type { Column } from '../../src/batch.ts'
import { COMMON_COLUMNS } from '../../src/kernel-events.ts'
import { type ColumnSpec, type ColumnType, eventSchema, type TableSpec } from '../../src/schema.ts'
import type { EventFormat, Field } from './event-format.ts'
import { isArray } from './print-format/scope.ts'

/** How one field is copied from a record. */
export type Copy =
  | 'word' // 4 bytes at a multiple of 4
  | 'two-words' // 8 bytes at a multiple of 4
  | 'half' // 2 bytes
  | 'byte'
  | 'bytes' // an integer of any width at any offset
  | 'char-array' // to the first NUL or the field's end
  | 'rest' // text to the first NUL or the record's end
  | 'rest-line' // the same without one newline at its end
  | 'rest-blob'
  | 'rest-list' // integers to the record's end
  | 'blob'
  | 'dynamic-text'
  | 'dynamic-blob'
  | 'dynamic-list'
  | 'message' // the text of a trace_printk, from its format and arguments

export interface Step {
  readonly copy: Copy
  readonly field: Field
  readonly offset: number
  readonly size: number
  /** Index of the column among the writer's columns. */
  readonly column: number
}

export interface EventPlan {
  readonly spec: TableSpec
  readonly steps: readonly Step[]
  /** Records shorter than this do not hold every field. */
  readonly minSize: number
  readonly pidOffset: number
}

const INSTANCE: ColumnSpec = {
  name: 'instance',
  type: 'TEXT',
  nullable: true,
  comment: 'The ftrace instance that recorded it (trace-cmd record -B); NULL for the top buffer.',
}

/** A trace marker's text is called `text`; it ends in a newline that the kernel adds (kernel/trace/trace.c, tracing_mark_write()). */
const isMarker = (format: EventFormat, { name }: Field): boolean =>
  format.system === 'ftrace' && format.name === 'print' && name === 'buf'

/**
 * Makes the plan for one event. `instances`: whether rows say which instance they come from; `bytes`: the names of
 * arrays that hold bytes, whatever their type says.
 */
export function planEvent(
  format: EventFormat,
  bigLong: 4 | 8,
  instances: boolean,
  bytes: ReadonlySet<string>,
): EventPlan {
  const columns: ColumnSpec[] = [...COMMON_COLUMNS, ...(instances ? [INSTANCE] : [])]
  // `instance` stays free for the buffer's name where there are no instances, too: another recording may have them.
  const names = new Set(['capture', INSTANCE.name, ...columns.map((c) => c.name)])
  const steps: Step[] = []
  let column = columns.length
  const pidOffset = format.fields.find((f) => f.name === 'common_pid')?.offset ?? 4
  let minSize = pidOffset + 4
  for (const declared of format.fields) {
    if (declared.name.startsWith('common_') && !keepsFlags(format, declared)) continue
    const field = endsRecord(format, declared) ? { ...declared, size: 0 } : declared
    const marker = isMarker(format, field)
    const wanted = marker ? 'text' : field.name
    for (const part of planField(field, bigLong, bytes.has(field.name))) {
      const spec = { ...part.spec, name: uniqueName(wanted + (part.suffix ?? ''), names) }
      columns.push(spec)
      const elements = spec.length ?? 1
      for (let i = 0; i < elements; i++) {
        const copy = marker && part.copy === 'rest' ? 'rest-line' : part.copy
        steps.push({ copy, field, offset: field.offset + i * part.size, size: part.size, column: column++ })
      }
    }
    if (field.offset + field.size > minSize) minSize = field.offset + field.size
  }
  const message = messageField(format)
  if (message) {
    columns.push({
      name: uniqueName('text', names),
      type: 'TEXT',
      comment: 'The text, by the format that the kernel kept.',
    })
    steps.push({ copy: 'message', field: message, offset: message.offset, size: message.size, column: column++ })
  }
  return {
    spec: { schema: eventSchema(format.system), name: format.name, columns },
    steps,
    minSize,
    pidOffset,
  }
}

/** The field of trace_printk's events that holds the address of their format (bprint) or text (bputs). */
const messageField = ({ system, name, fields }: EventFormat): Field | undefined =>
  system === 'ftrace'
    ? fields.find((f) => (name === 'bprint' && f.name === 'fmt') || (name === 'bputs' && f.name === 'str'))
    : undefined

/** The stack of kernel_stack and user_stack is declared as `caller[8]`, but is as long as the record (kernel/trace/trace_entries.h). */
const endsRecord = (format: EventFormat, field: Field): boolean =>
  format.system === 'ftrace' && field.name === 'caller' && field.array && field === format.fields.at(-1)

/** In what context a fence is signalled (hard irq, softirq) only the common flags say; other events do without them. */
const keepsFlags = (format: EventFormat, field: Field): boolean =>
  format.system === 'dma_fence' && field.name === 'common_flags'

/** DuckDB's names ignore case; a field that is called like another column gets `_field` behind it. */
function uniqueName(name: string, names: Set<string>): string {
  let unique = name
  while (names.has(unique.toLowerCase())) unique += '_field'
  names.add(unique.toLowerCase())
  return unique
}

interface FieldPart {
  readonly copy: Copy
  readonly size: number
  readonly spec: ColumnSpec
  readonly suffix?: string
}

/** Fixed arrays up to this long become one column per element, longer ones bytes. */
const MAX_ELEMENTS = 16

function planField(field: Field, longSize: 4 | 8, isBytes: boolean): FieldPart[] {
  const comment = describe(field)
  const part = (copy: Copy, type: ColumnType, size = field.size, length?: number): FieldPart[] => [
    { copy, size, spec: { name: field.name, type, comment, ...(length === undefined ? {} : { length }) } },
  ]
  const isChar = /\bchar\b/.test(field.type) && !/\bunsigned\b|\*/.test(field.type)
  if (isChar && isBytes && isArray(field)) {
    return part(field.dynamic ? 'dynamic-blob' : field.size === 0 ? 'rest-blob' : 'blob', 'BLOB')
  }
  if (field.dynamic) {
    if (isChar) return part('dynamic-text', 'TEXT')
    return elementSize(field.type, longSize) === undefined || isByte(field.type)
      ? part('dynamic-blob', 'BLOB')
      : part('dynamic-list', field.signed ? 'LIST' : 'ULIST')
  }
  if (field.size === 0) return isChar ? part('rest', 'TEXT') : part('rest-list', field.signed ? 'LIST' : 'ULIST')
  if (field.array) {
    if (isChar) return part('char-array', 'TEXT')
    const length = field.length ?? 0
    const size = length > 0 ? field.size / length : 0
    if (isByte(field.type) || length === 0 || length > MAX_ELEMENTS || ![1, 2, 4, 8].includes(size))
      return part('blob', 'BLOB')
    return part(copyOf(size, field.offset), integerType(size, field.signed), size, length)
  }
  if (field.size > 8 || (/\bstruct\b|\bunion\b/.test(field.type) === true && !field.type.includes('*')))
    return part('blob', 'BLOB')
  return part(copyOf(field.size, field.offset), integerType(field.size, field.signed))
}

function describe(field: Field): string {
  const brackets = field.dynamic ? '[] (dynamic)' : field.array ? `[${field.length || ''}]` : ''
  return `${field.type}${brackets}, the kernel's field ${field.name}.`
}

const isByte = (type: string): boolean => /\b(unsigned char|__u8|u8|uint8_t|s8|__s8)\b/.test(type)

/** Bytes of one element of a dynamic array, by its C type. */
export function elementSize(type: string, longSize: 4 | 8): number | undefined {
  if (/\*/.test(type) || /\b(cpumask_t|long|size_t|ulong|uintptr_t)\b/.test(type)) {
    return /\blong long\b/.test(type) ? 8 : longSize
  }
  if (/\b(unsigned char|char|_*[us]8|uint8_t|int8_t|bool)\b/.test(type)) return 1
  if (/\b(short|_*[us]16|u?int16_t|_*[bl]e16)\b/.test(type)) return 2
  if (/\b(_*[us]64|u?int64_t|_*[bl]e64|loff_t|sector_t|dma_addr_t)\b/.test(type)) return 8
  if (/\b(int|unsigned|_*[us]32|u?int32_t|_*[bl]e32|uint|pid_t|gfp_t)\b/.test(type)) return 4
  return undefined
}

function copyOf(size: number, offset: number): Copy {
  if (size === 4 && offset % 4 === 0) return 'word'
  if (size === 8 && offset % 4 === 0) return 'two-words'
  if (size === 2) return 'half'
  if (size === 1) return 'byte'
  return 'bytes'
}

function integerType(size: number, signed: boolean): ColumnType {
  if (size === 1) return signed ? 'TINYINT' : 'UTINYINT'
  if (size === 2) return signed ? 'SMALLINT' : 'USMALLINT'
  if (size <= 4) return signed ? 'INTEGER' : 'UINTEGER'
  return signed ? 'BIGINT' : 'UBIGINT'
}

/** The kinds of copying as numbers, so that the copying loop is one jump. */
export const OP = { word: 0, twoWords: 1, half: 2, byte: 3, charArray: 4, comm: 5, other: 6 } as const

const OPS: Partial<Record<Copy, number>> = {
  word: OP.word,
  'two-words': OP.twoWords,
  half: OP.half,
  byte: OP.byte,
  'char-array': OP.charArray,
}

/** Names of threads: 16 bytes at a multiple of 4. */
const isComm = (step: Step): boolean => step.copy === 'char-array' && step.size === 16 && step.offset % 4 === 0

/**
 * A step with its column looked up. A class, so that all steps have one shape, and a view for each width, so that each
 * has one type: the copying loop stays monomorphic.
 */
export class BoundStep implements Step {
  readonly op: number
  readonly offset: number
  readonly words: Int32Array
  readonly halves: Int16Array
  readonly bytes: Uint8Array
  readonly size: number
  readonly column: number
  readonly copy: Copy
  readonly field: Field
  readonly target: Column

  constructor(step: Step, target: Column) {
    const { buffer } = target.values as Int32Array
    this.op = isComm(step) ? OP.comm : (OPS[step.copy] ?? OP.other)
    this.offset = step.offset
    this.words = target.words
    this.halves = new Int16Array(buffer)
    this.bytes = new Uint8Array(buffer)
    this.size = step.size
    this.column = step.column
    this.copy = step.copy
    this.field = step.field
    this.target = target
  }
}

export const bindSteps = (plan: EventPlan, columns: readonly Column[]): BoundStep[] =>
  plan.steps.map((step) => new BoundStep(step, columns[step.column] as Column))
