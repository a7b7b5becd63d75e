/**
 * The functions that print formats call: the kernel's helpers (include/trace/stages/stage3_trace_output.h) and those
 * kernel functions whose result follows from their arguments (libtraceevent plugins).
 */
import type { EventFormat, Field } from '../event-format.ts'
import { CHAR, INT, integerType, longOf, pointerTo, U64, UNSIGNED, wrap } from './c-type.ts'
import { constantOf } from './evaluate.ts'
import type { Expression, NamedValue } from './expression.ts'
import { FormatError, type Token } from './tokens.ts'

/** What the parsers of calls need of the expression parser. */
export interface CallParser {
  readonly format: EventFormat
  readonly longSize: 4 | 8
  peek(ahead?: number): Token
  next(): Token
  accept(operator: string): boolean
  expect(operator: string): void
  name(): string
  field(name: string): Field
  expression(): Expression
}

const TEXT = pointerTo(CHAR)

/** Helpers by name, with the number of their arguments. */
const HELPERS: Record<string, [count: number, type: typeof INT]> = {
  jiffies_to_msecs: [1, UNSIGNED],
  jbd2_dev_to_name: [1, TEXT],
  __le16_to_cpup: [1, INT],
  __fswab16: [1, INT],
  __fswab32: [1, UNSIGNED],
  __fswab64: [1, U64],
  __builtin_bswap16: [1, INT],
  __builtin_bswap32: [1, UNSIGNED],
  __builtin_bswap64: [1, U64],
  __print_ns_to_secs: [1, U64],
  __print_ns_without_secs: [1, U64],
}

/** Parses a call; its name and the opening bracket have been taken. */
export function parseCall(parser: CallParser, name: string): Expression {
  switch (name) {
    case '__print_flags':
    case '__print_flags_u64':
      return parseFlags(parser, name.endsWith('u64') ? 8 : parser.longSize)
    case '__print_symbolic':
    case '__print_symbolic_u64':
      return parseSymbolic(parser, name.endsWith('u64') ? 8 : parser.longSize)
    case '__print_hex':
    case '__print_hex_str': {
      const [of, length] = parseArguments(parser, 2) as [Expression, Expression]
      return { kind: 'hex', of, length, delimiter: name === '__print_hex' ? ' ' : '', type: TEXT }
    }
    case '__print_hex_dump':
      return { kind: 'hex-dump', arguments: parseArguments(parser, 7), type: TEXT }
    case '__print_array': {
      const [of, count, elementSize] = parseArguments(parser, 3) as [Expression, Expression, Expression]
      return { kind: 'array', of, count, elementSize, type: TEXT }
    }
    case '__print_dynamic_array': {
      const field = parser.field(parser.name())
      parser.expect(',')
      const elementSize = parser.expression()
      parser.expect(')')
      const length: Expression = { kind: 'dynamic-length', field, type: INT }
      const count: Expression = {
        kind: 'binary',
        operator: '/',
        left: length,
        right: elementSize,
        common: U64,
        type: U64,
      }
      return { kind: 'array', of: { kind: 'dynamic', field, type: TEXT }, count, elementSize, type: TEXT }
    }
    case '__builtin_expect': {
      const [of] = parseArguments(parser, 2) as [Expression]
      return of
    }
    case '__builtin_constant_p':
      parseArguments(parser, 1)
      return { kind: 'number', value: 0n, type: INT }
    case 'sizeof':
      return { kind: 'number', value: BigInt(parseSize(parser)), type: longOf(parser.longSize, false) }
    default:
  }
  const access = /^__get_(?:rel_)?(str|dynamic_array|dynamic_array_len|bitmask|cpumask|sockaddr|sockaddr_rel)$/.exec(
    name,
  )
  if (access) return parseAccess(parser, access[1] as string)
  const helper = Object.hasOwn(HELPERS, name) ? HELPERS[name] : undefined
  if (helper) return { kind: 'call', name, arguments: parseArguments(parser, helper[0]), type: helper[1] }
  throw new FormatError(`function ${name} is not known`)
}

/** Arguments up to the closing bracket. */
function parseArguments(parser: CallParser, count: number): Expression[] {
  const list = [parser.expression()]
  while (parser.accept(',')) list.push(parser.expression())
  parser.expect(')')
  if (list.length !== count) throw new FormatError(`${count} arguments expected, ${list.length} found`)
  return list
}

/** `__get_str(name)` and the like: the argument is the bare name of a dynamic field. */
function parseAccess(parser: CallParser, what: string): Expression {
  const field = parser.field(parser.name())
  parser.expect(')')
  switch (what) {
    case 'str':
      return { kind: 'text', field, type: TEXT }
    case 'dynamic_array_len':
      return { kind: 'dynamic-length', field, type: INT }
    case 'bitmask':
    case 'cpumask':
      return { kind: 'bitmask', field, list: what === 'cpumask', type: TEXT }
    default: {
      const target = field.type.includes('*') ? undefined : integerType(field.type.split(' '), parser.longSize)
      return { kind: 'dynamic', field, type: pointerTo(target) }
    }
  }
}

function parseFlags(parser: CallParser, width: 4 | 8): Expression {
  const of = parser.expression()
  parser.expect(',')
  const token = parser.next()
  const delimiter = token.kind === 'string' ? token.text : ''
  if (token.kind === 'string') parser.expect(',')
  else if (token.kind === 'name' && token.text === 'NULL') parser.expect(',')
  else if (token.text !== ',') throw new FormatError('a delimiter expected')
  return { kind: 'flags', of, delimiter, entries: parseEntries(parser, width), type: longOf(width, false) }
}

function parseSymbolic(parser: CallParser, width: 4 | 8): Expression {
  const of = parser.expression()
  parser.expect(',')
  const names = new Map<bigint, string>()
  for (const { value, name } of parseEntries(parser, width)) if (!names.has(value)) names.set(value, name)
  return { kind: 'symbolic', of, names, type: longOf(width, false) }
}

/** `{ value, "name" }, ... )`. Entries whose value is an unknown name are left out, as libtraceevent does. */
function parseEntries(parser: CallParser, width: 4 | 8): NamedValue[] {
  const entries: NamedValue[] = []
  do {
    parser.expect('{')
    const value = constantOf(parser.expression())
    parser.expect(',')
    const name = parser.expression()
    parser.expect('}')
    if (name.kind !== 'string') {
      // `{ -1, NULL }` ends the list.
      if (constantOf(name) !== 0n) throw new FormatError('a string expected')
    } else if (value !== undefined) entries.push({ value: wrap(value, longOf(width, false)), name: name.text })
  } while (parser.accept(','))
  parser.expect(')')
  return entries
}

/** `sizeof(type)` and `sizeof(REC->field)`. */
function parseSize(parser: CallParser): number {
  const words: string[] = []
  let stars = 0
  for (let token = parser.next(); token.text !== ')' || token.kind !== 'operator'; token = parser.next()) {
    if (token.text === 'REC' && token.kind === 'name') {
      parser.expect('->')
      const field = parser.field(parser.name())
      parser.expect(')')
      return field.size
    }
    if (token.text === '*') stars++
    else if (token.kind === 'name') words.push(token.text)
    else throw new FormatError('size of something unknown')
  }
  if (stars > 0) return parser.longSize
  const type = integerType(words, parser.longSize)
  if (!type) throw new FormatError(`size of ${words.join(' ')} is not known`)
  return type.size
}
