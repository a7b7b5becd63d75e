/** Parses the arguments of a print format: C expressions with C's precedence. */
import type { EventFormat, Field } from '../event-format.ts'
import { CHAR, type CType, commonType, INT, pointerTo, promoted } from './c-type.ts'
import { castAt } from './cast.ts'
import { namedConstant, numberOf } from './constants.ts'
import type { BinaryOperator, Expression, UnaryOperator } from './expression.ts'
import { fieldExpression } from './field-expression.ts'
import { COMPARING, PRECEDENCE, SHIFTING } from './operators.ts'
import { type CallParser, parseCall } from './parse-call.ts'
import { FormatError, type Token } from './tokens.ts'

const MAX_DEPTH = 256
const MAX_CHAIN = 1000

const END: Token = { kind: 'end', text: '' }

export class ExpressionParser implements CallParser {
  readonly format: EventFormat
  readonly longSize: 4 | 8
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(tokens: readonly Token[], format: EventFormat, longSize: 4 | 8) {
    this.tokens = tokens
    this.format = format
    this.longSize = longSize
  }

  peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? END
  }

  next(): Token {
    return this.tokens[this.at++] ?? END
  }

  /** Whether the next token is that operator; takes it. */
  accept(operator: string): boolean {
    const token = this.peek()
    if (token.kind !== 'operator' || token.text !== operator) return false
    this.at++
    return true
  }

  expect(operator: string): void {
    if (!this.accept(operator)) throw new FormatError(`"${operator}" expected, "${this.peek().text}" found`)
  }

  name(): string {
    const token = this.next()
    if (token.kind !== 'name') throw new FormatError(`a name expected, "${token.text}" found`)
    return token.text
  }

  /** The event's field of that name; `__data_loc_x` is how formats name the 32-bit word of the dynamic field x. */
  field(name: string): Field {
    const field =
      this.format.fields.find((f) => f.name === name) ??
      this.format.fields.find((f) => f.dynamic && name === `__${f.dynamic}_loc_${f.name}`)
    if (!field) throw new FormatError(`no field ${name}`)
    return field
  }

  /** An expression up to a comma or closing bracket. */
  expression(): Expression {
    if (++this.depth > MAX_DEPTH) throw new FormatError('nested too deeply')
    const condition = this.binary(0)
    let result = condition
    if (this.accept('?')) {
      const yes = this.expression()
      this.expect(':')
      const no = this.expression()
      result = { kind: 'choice', condition, yes, no, type: commonType(yes.type, no.type) }
    }
    this.depth--
    return result
  }

  private binary(level: number): Expression {
    let left = this.unary()
    for (let chain = 0; ; chain++) {
      const token = this.peek()
      const precedence = token.kind === 'operator' ? PRECEDENCE[token.text] : undefined
      if (precedence === undefined || precedence <= level) return left
      if (chain > MAX_CHAIN) throw new FormatError('expression too long')
      this.at++
      const right = this.binary(precedence)
      const operator = token.text as BinaryOperator
      const common = SHIFTING.has(operator) ? promoted(left.type) : commonType(left.type, right.type)
      left = { kind: 'binary', operator, left, right, common, type: COMPARING.has(operator) ? INT : common }
    }
  }

  private unary(): Expression {
    if (++this.depth > MAX_DEPTH) throw new FormatError('nested too deeply')
    const result = this.prefixed()
    this.depth--
    return result
  }

  private prefixed(): Expression {
    const token = this.peek()
    if (token.kind === 'operator') {
      if ('-+!~*'.includes(token.text)) {
        this.at++
        const of = this.unary()
        if (token.text === '*' && !of.type.target) throw new FormatError('reads through a pointer of unknown type')
        const type = token.text === '!' ? INT : token.text === '*' ? (of.type.target as CType) : promoted(of.type)
        return { kind: 'unary', operator: token.text as UnaryOperator, of, type }
      }
      if (token.text === '&') {
        this.at++
        const of = this.unary()
        if (of.kind !== 'field' && of.kind !== 'element') throw new FormatError('address of something that has none')
        return { kind: 'call', name: '&', arguments: [of], type: pointerTo(of.type) }
      }
      if (token.text === '(') {
        const cast = castAt((ahead) => this.peek(ahead), this.longSize)
        if (cast) {
          this.at += cast.length
          const { type } = cast
          const of = this.accept('{') ? this.singleMember() : this.unary()
          return type === 'unknown' ? of : { kind: 'cast', type, of }
        }
      }
    }
    return this.postfix(this.primary())
  }

  /** `.tv64 = value }`: kernels before 4.10 kept a ktime_t in a union. */
  private singleMember(): Expression {
    this.expect('.')
    this.name()
    this.expect('=')
    const value = this.expression()
    this.expect('}')
    return value
  }

  private postfix(base: Expression): Expression {
    for (let chain = 0; chain < MAX_CHAIN; chain++) {
      if (this.accept('[')) {
        const index = this.expression()
        this.expect(']')
        const type = base.type.target
        if (!type) throw new FormatError('element of something that is no array')
        base = { kind: 'element', base, index, type }
      } else if (base.kind === 'record' && this.accept('->')) {
        const name = this.name()
        base = fieldExpression(this.field(name), name, this.longSize)
      } else if (base.kind === 'cast' && this.peek().text === '.' && this.peek(1).text === 'tv64') {
        this.at += 2
      } else return base
    }
    throw new FormatError('expression too long')
  }

  private constant(name: string): Expression {
    const value = namedConstant(name)
    return value === undefined ? { kind: 'unknown', name, type: INT } : { kind: 'number', value, type: INT }
  }

  private primary(): Expression {
    const token = this.next()
    switch (token.kind) {
      case 'number':
        return { kind: 'number', ...numberOf(token.text, this.longSize) }
      case 'char':
        return { kind: 'number', value: BigInt(token.text.charCodeAt(0)), type: INT }
      case 'string':
        return { kind: 'string', text: token.text, type: pointerTo(CHAR) }
      case 'name':
        if (token.text === 'REC') return { kind: 'record', type: pointerTo(undefined) }
        if (this.accept('(')) return parseCall(this, token.text)
        return this.constant(token.text)
      case 'operator':
        if (token.text === '(') {
          const inner = this.expression()
          this.expect(')')
          return inner
        }
        break
      default:
    }
    throw new FormatError(`an expression expected, "${token.text}" found`)
  }
}
