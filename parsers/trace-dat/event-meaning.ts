/** What an event's print format says of its fields: which are addresses of functions or bytes, and which values have names. */
import type { EventFormat, Field } from './event-format.ts'
import { constantOf } from './print-format/evaluate.ts'
import type { Expression, NamedValue } from './print-format/expression.ts'
import { type Argument, parsePrintFormat } from './print-format/parse.ts'
import { printedAs } from './print-format/printed-as.ts'
import { FormatError } from './print-format/tokens.ts'

/** A field whose values have names: `__print_symbolic(REC->type, ...)`, `__print_flags(REC->flags, ...)`. */
export interface NamedField {
  readonly field: Field
  /** The bits of the field that are named; undefined for all. */
  readonly mask: bigint | undefined
  readonly isFlag: boolean
  readonly names: readonly NamedValue[]
}

export interface EventMeaning {
  /** Fields that hold addresses of functions: printed by %ps and its kin, or the tracers' own. */
  readonly addresses: readonly Field[]
  /** Names of arrays that hold bytes, even where they are declared as `char`. */
  readonly bytes: ReadonlySet<string>
  readonly named: readonly NamedField[]
}

/** The tracers' own fields, which old kernels print as numbers (kernel/trace/trace_entries.h). */
const TRACERS = ['ip', 'parent_ip', 'func', 'retaddr', 'caller']

/** What is written to trace_marker_raw; its print format shows the first byte alone (kernel/trace/trace_entries.h). */
const RAW_DATA = new Set(['buf'])

export function meaningOf(format: EventFormat, longSize: 4 | 8): EventMeaning {
  const addresses = new Set<Field>()
  const named: NamedField[] = []
  if (format.system === 'ftrace' && format.name !== 'user_stack') {
    for (const field of format.fields) if (TRACERS.includes(field.name)) addresses.add(field)
  }
  const parsed = parsePrintFormat(format, longSize)
  let bytes: ReadonlySet<string> = new Set<string>()
  if (!(parsed instanceof FormatError)) {
    bytes = printedAs(parsed).bytes
    for (const part of parsed) {
      if (typeof part === 'string') continue
      if (isSymbol(part)) {
        const field = fieldBehind(part.of)
        if (field) addresses.add(field)
      } else collectNames(part.of, named)
    }
  }
  if (format.system === 'ftrace' && format.name === 'raw_data') bytes = RAW_DATA
  return { addresses: [...addresses].filter(isAddress), bytes, named }
}

const isSymbol = ({ conversion }: Argument): boolean => conversion.letter === 'p' && /^[sSfFB]/.test(conversion.pointer)

/** Addresses are read as whole words. */
const isAddress = (field: Field): boolean =>
  field.offset % 4 === 0 && !field.dynamic && (field.array || field.size === 4 || field.size === 8 || field.size === 0)

/** The field that an expression is the value of, through casts. */
function fieldBehind(e: Expression): Field | undefined {
  if (e.kind === 'field') return e.field
  if (e.kind === 'cast') return fieldBehind(e.of)
  return e.kind === 'element' ? fieldBehind(e.base) : undefined
}

/** Finds the named values in an expression, in the order in which they are printed. */
function collectNames(e: Expression, named: NamedField[]): void {
  if (e.kind === 'flags' || e.kind === 'symbolic') {
    const found = maskedField(e.of)
    const names = e.kind === 'flags' ? e.entries : [...e.names].map(([value, name]) => ({ value, name }))
    if (found && !found.field.array && names.length > 0) named.push({ ...found, isFlag: e.kind === 'flags', names })
  } else if (e.kind === 'choice') {
    collectNames(e.yes, named)
    collectNames(e.no, named)
  } else if (e.kind === 'cast') collectNames(e.of, named)
}

/** `REC->field`, or `REC->field & constant`. */
function maskedField(e: Expression): { field: Field; mask: bigint | undefined } | undefined {
  if (e.kind === 'cast') return maskedField(e.of)
  if (e.kind === 'field') return { field: e.field, mask: undefined }
  if (e.kind !== 'binary' || e.operator !== '&') return undefined
  for (const [side, other] of [
    [e.left, e.right],
    [e.right, e.left],
  ] as const) {
    const mask = constantOf(other)
    const field = mask === undefined ? undefined : fieldBehind(side)
    if (field) return { field, mask }
  }
  return undefined
}
