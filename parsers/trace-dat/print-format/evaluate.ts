/** Evaluates expressions to integers, as C does. Walks the tree; nothing of the file is ever run. */
import { type CType, wrap } from './c-type.ts'
import type { Expression } from './expression.ts'
import {
  extentOf,
  isArray,
  offsetOf,
  RECORD_ADDRESS,
  readInteger,
  type Scope,
  UnknownName,
  ValueError,
} from './scope.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>

/** The value of an expression in its type. Throws ValueError where it has none. */
export function evaluate(e: Expression, scope: Scope): bigint {
  switch (e.kind) {
    case 'number':
      return e.value
    case 'field':
      if (isArray(e.field)) {
        return RECORD_ADDRESS + BigInt(e.field.dynamic ? extentOf(e.field, scope).start : e.field.offset)
      }
      if (e.field.size > 8) throw new ValueError(`${e.field.name} is no number`)
      return readInteger(scope, e.field.offset, e.field.size, e.type.signed)
    case 'cast':
      return wrap(evaluate(e.of, scope), e.type)
    case 'unary':
      return unary(e, scope)
    case 'binary':
      return binary(e, scope)
    case 'choice':
      return wrap(evaluate(evaluate(e.condition, scope) !== 0n ? e.yes : e.no, scope), e.type)
    case 'element':
      return element(e, scope)
    case 'record':
      return RECORD_ADDRESS
    case 'text':
    case 'dynamic':
      return RECORD_ADDRESS + BigInt(extentOf(e.field, scope).start)
    case 'dynamic-length':
      return BigInt(extentOf(e.field, scope).length)
    case 'call':
      return call(e, scope)
    case 'unknown':
      throw new UnknownName(e.name)
    default:
      throw new ValueError(`${e.kind} is no number`)
  }
}

const NOWHERE: Scope = {
  bytes: new Uint8Array(0),
  data: 0,
  size: 0,
  bigEndian: false,
  longSize: 8,
  symbolAt: () => undefined,
  stringAt: () => undefined,
}

/** The value of an expression that needs no record; undefined where it has none. */
export function constantOf(e: Expression): bigint | undefined {
  try {
    return evaluate(e, NOWHERE)
  } catch (error) {
    if (error instanceof ValueError) return undefined
    throw error
  }
}

function unary(e: Of<'unary'>, scope: Scope): bigint {
  const value = evaluate(e.of, scope)
  switch (e.operator) {
    case '!':
      return value === 0n ? 1n : 0n
    case '*':
      return load(value, e.type, scope)
    case '-':
      return wrap(-value, e.type)
    case '~':
      return wrap(~value, e.type)
    default:
      return wrap(value, e.type)
  }
}

function binary(e: Of<'binary'>, scope: Scope): bigint {
  const left = evaluate(e.left, scope)
  if (e.operator === '&&') return left !== 0n && evaluate(e.right, scope) !== 0n ? 1n : 0n
  if (e.operator === '||') return left !== 0n || evaluate(e.right, scope) !== 0n ? 1n : 0n
  const right = evaluate(e.right, scope)
  const { common } = e
  switch (e.operator) {
    case '<<':
      return wrap(wrap(left, common) << shiftCount(right, common), common)
    case '>>':
      return wrap(left, common) >> shiftCount(right, common)
    case '+':
      return wrap(left + scaled(right, e.left.type), common)
    case '-':
      return wrap(left - scaled(right, e.left.type), common)
    default:
  }
  const a = wrap(left, common)
  const b = wrap(right, common)
  switch (e.operator) {
    case '*':
      return wrap(a * b, common)
    case '/':
    case '%':
      if (b === 0n) throw new ValueError('division by zero')
      return wrap(e.operator === '/' ? a / b : a % b, common)
    case '&':
      return a & b
    case '|':
      return a | b
    case '^':
      return a ^ b
    case '<':
      return a < b ? 1n : 0n
    case '>':
      return a > b ? 1n : 0n
    case '<=':
      return a <= b ? 1n : 0n
    case '>=':
      return a >= b ? 1n : 0n
    case '==':
      return a === b ? 1n : 0n
    default:
      return a !== b ? 1n : 0n
  }
}

/** Shifting by the width or more is undefined in C; machines take the count modulo the width. */
const shiftCount = (count: bigint, type: CType): bigint => count & BigInt(type.size * 8 - 1)

/** Pointers move by the size of what they point at. */
const scaled = (value: bigint, type: CType): bigint => (type.target ? value * BigInt(type.target.size) : value)

/** The address of an element or field. */
function addressOf(e: Expression, scope: Scope): bigint {
  if (e.kind === 'element') return evaluate(e.base, scope) + evaluate(e.index, scope) * BigInt(e.type.size)
  if (e.kind === 'field') return RECORD_ADDRESS + BigInt(e.field.offset)
  throw new ValueError('something without an address')
}

/** `base[index]`; 0 beyond the record's end, as in libtraceevent: stacks are declared longer than they are. */
function element(e: Of<'element'>, scope: Scope): bigint {
  const address = addressOf(e, scope)
  const declared = e.base.kind === 'field' && isArray(e.base.field)
  if (declared && address - RECORD_ADDRESS + BigInt(e.type.size) > BigInt(scope.size)) return 0n
  return load(address, e.type, scope)
}

/** Reads through a pointer: only the record itself can be read. */
function load(address: bigint, type: CType, scope: Scope): bigint {
  const offset = offsetOf(address, scope)
  if (offset === undefined) throw new ValueError('memory of the kernel is not in the recording')
  return readInteger(scope, offset, type.size, type.signed)
}

function call(e: Of<'call'>, scope: Scope): bigint {
  const argument = e.arguments[0] as Expression
  if (e.name === '&') return addressOf(argument, scope)
  const value = evaluate(argument, scope)
  switch (e.name) {
    case 'jiffies_to_msecs': // the recording does not say how long a jiffy is: libtraceevent's plugin_jbd2 takes 1 ms
      return value
    case '__fswab16':
    case '__builtin_bswap16':
      return swapped(value, 2)
    case '__fswab32':
    case '__builtin_bswap32':
      return swapped(value, 4)
    case '__fswab64':
    case '__builtin_bswap64':
      return swapped(value, 8)
    case '__print_ns_to_secs':
      return BigInt.asUintN(64, value) / 1_000_000_000n
    case '__print_ns_without_secs':
      return BigInt.asUintN(64, value) % 1_000_000_000n
    case '__le16_to_cpup': {
      const raw = load(value, { size: 2, signed: false }, scope)
      return scope.bigEndian ? swapped(raw, 2) : raw
    }
    default:
      throw new ValueError(`${e.name} is no number`)
  }
}

function swapped(value: bigint, size: number): bigint {
  let result = 0n
  for (let i = 0; i < size; i++) result = (result << 8n) | ((value >> BigInt(8 * i)) & 0xffn)
  return result
}
