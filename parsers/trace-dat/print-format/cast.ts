/** Recognises casts: `(unsigned long)`, `(struct page *)`. */
import { type CType, integerType, isTypeWord, longOf, pointerTo } from './c-type.ts'
import type { Token } from './tokens.ts'

export interface Cast {
  /** `unknown` where the type has no known size: the value stays as it is. */
  readonly type: CType | 'unknown'
  /** How many tokens it takes, with its brackets. */
  readonly length: number
}

const QUALIFIER = /^(const|volatile|__user|__force)$/

/**
 * The cast that begins at the opening bracket `peek(0)`; undefined where that begins an expression. A single word that
 * may be a typedef or a constant is a type when an operand follows. Source: libtraceevent, process_paren().
 */
export function castAt(peek: (ahead: number) => Token, longSize: 4 | 8): Cast | undefined {
  const words: string[] = []
  let stars = 0
  let ahead = 1
  for (; peek(ahead).kind === 'name' && stars === 0; ahead++) words.push(peek(ahead).text)
  for (; peek(ahead).text === '*' || QUALIFIER.test(peek(ahead).text); ahead++) if (peek(ahead).text === '*') stars++
  const close = peek(ahead)
  const first = words[0]
  if (first === undefined || first === 'REC' || close.kind !== 'operator' || close.text !== ')') return undefined
  const following = peek(ahead + 1)
  const operand = following.kind === 'operator' ? following.text === '(' : following.kind !== 'end'
  if (stars === 0 && words.length === 1 && !isTypeWord(first) && !operand) return undefined
  const base = integerType(words, longSize)
  let type: CType | 'unknown' = stars === 0 ? (base ?? 'unknown') : pointerTo(base)
  for (let i = 1; i < stars; i++) type = pointerTo(longOf(longSize, false))
  return { type, length: ahead + 1 }
}
