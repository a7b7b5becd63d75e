/** Splits the text of a print format into tokens of C. */
import { unescapeC } from '../../text/escapes.ts'

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'char' | 'operator' | 'end'
  /** The name, the digits with suffix, the operator; for strings and characters what they stand for. */
  readonly text: string
}

/** A print format that cannot be read: the event's fields are listed instead. */
export class FormatError extends Error {}

const SPACE = /\s+/y
const NAME = /[A-Za-z_$][\w$]*/y
const NUMBER = /0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*/y
const STRING = /"((?:[^"\\]|\\[\s\S])*)"/y
const CHARACTER = /'((?:[^'\\]|\\[\s\S])+)'/y
const OPERATOR = /->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>?:=.,;()[\]{}]/y

/** Names that kernels before 2.6.38 left for a string in mac80211's formats. Source: libtraceevent, __read_token(). */
const STRING_NAMES: Record<string, string> = { LOCAL_PR_FMT: '%s', STA_PR_FMT: ' sta:%pM', VIF_PR_FMT: ' vif:%p(%d)' }

/** All tokens, adjacent strings joined. Throws FormatError at anything that is no C. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (!found) return undefined
    at = pattern.lastIndex
    return found[1] ?? found[0]
  }
  for (;;) {
    match(SPACE)
    if (at >= text.length) return tokens
    const literal = match(STRING)
    const name = literal === undefined ? match(NAME) : undefined
    const string = literal === undefined ? STRING_NAMES[name ?? ''] : unescapeC(literal)
    if (string !== undefined) {
      const last = tokens.at(-1)
      if (last?.kind === 'string') tokens[tokens.length - 1] = { kind: 'string', text: last.text + string }
      else tokens.push({ kind: 'string', text: string })
    } else tokens.push(name === undefined ? otherToken(match, at) : { kind: 'name', text: name })
  }
}

function otherToken(match: (pattern: RegExp) => string | undefined, at: number): Token {
  const number = match(NUMBER)
  if (number !== undefined) return { kind: 'number', text: number }
  const character = match(CHARACTER)
  if (character !== undefined) return { kind: 'char', text: unescapeC(character) }
  const operator = match(OPERATOR)
  if (operator !== undefined) return { kind: 'operator', text: operator }
  throw new FormatError(`no token of C at ${at}`)
}
