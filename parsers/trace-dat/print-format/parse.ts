/** Parses an event's print format, once per event: `"comm=%s pid=%d", REC->comm, REC->pid`. */
import type { EventFormat } from '../event-format.ts'
import { type Conversion, conversionsOf, type Segment } from './conversions.ts'
import type { Expression } from './expression.ts'
import { MAX_PRINT_FORMAT } from './limits.ts'
import { ExpressionParser } from './parse-expression.ts'
import { FormatError, tokensOf } from './tokens.ts'

/** A conversion with its arguments. */
export interface Argument {
  readonly conversion: Conversion
  readonly width: Expression | undefined
  readonly precision: Expression | undefined
  readonly of: Expression
}

/** What is printed, piece by piece. */
export type PrintFormat = readonly (string | Argument)[]

/** Reads `print fmt`; returns why it cannot be read where it cannot. */
export function parsePrintFormat(format: EventFormat, longSize: 4 | 8): PrintFormat | FormatError {
  try {
    if (format.printFormat.length > MAX_PRINT_FORMAT) throw new FormatError('the print format is too long')
    const tokens = tokensOf(format.printFormat)
    const first = tokens[0]
    if (first?.kind !== 'string') throw new FormatError('the print format does not begin with a string')
    const parser = new ExpressionParser(tokens.slice(1), format, longSize)
    const list: Expression[] = []
    while (parser.accept(',')) list.push(parser.expression())
    if (parser.peek().kind !== 'end') throw new FormatError(`"${parser.peek().text}" behind the arguments`)
    return withArguments(conversionsOf(first.text), list)
  } catch (error) {
    if (error instanceof FormatError) return error
    throw error
  }
}

/** Gives every conversion its arguments. Throws FormatError where there are too few. */
export function withArguments(segments: readonly Segment[], list: readonly Expression[]): PrintFormat {
  let next = 0
  const take = (): Expression => {
    const argument = list[next++]
    if (!argument) throw new FormatError('fewer arguments than conversions')
    return argument
  }
  return segments.map((segment) => {
    if (typeof segment === 'string') return segment
    const width = segment.width === '*' ? take() : undefined
    const precision = segment.precision === '*' ? take() : undefined
    return { conversion: segment, width, precision, of: take() }
  })
}
