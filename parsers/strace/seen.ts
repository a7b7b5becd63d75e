/** What the options of strace print before calls, beside thread and time; and which of it a log was seen to have. */
import {
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COLON,
  DASH,
  DOT,
  hexValue,
  isDigit,
  isNameByte,
  LESS,
  MORE,
  QUESTION,
  SPACE,
} from '../text/bytes.ts'

export interface Seen {
  bracketPid: boolean
  barePid: boolean
  comm: boolean
  /** -r beside an absolute time. */
  delta: boolean
  number: boolean
  pointer: boolean
  context: boolean
}

export const nothingSeen = (): Seen => ({
  bracketPid: false,
  barePid: false,
  comm: false,
  delta: false,
  number: false,
  pointer: false,
  context: false,
})

/** Behind `(+     0.000071) ` at `at` (-r beside -t, -tt or -ttt; the absolute time is the better one); `at` if it is none. */
export function deltaEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 2; i < end; i++) {
    const c = bytes[i]
    if (c === CLOSE_PAREN) return bytes[i + 1] === SPACE ? i + 2 : i + 1
    if (c !== SPACE && c !== DOT && !isDigit(c)) return at
  }
  return at
}

/** The bracket that closes the one at `at`; the name of a thread may hold others (`[pid 486<[vkrt] Analysis>]`). */
export function groupEnd(bytes: Uint8Array, at: number, end: number): number {
  let close = at + 1
  while (close < end && bytes[close] !== CLOSE_BRACKET) {
    if (bytes[close] === LESS) while (close < end && bytes[close] !== MORE) close++
    close++
  }
  return close
}

/**
 * What stands in brackets: the number of the call, the instruction pointer or the context, of which --secontext prints the
 * type and --secontext=full all (parse_secontext() in secontext.c); undefined if none of these.
 */
export function kindOfGroup(
  bytes: Uint8Array,
  start: number,
  close: number,
): 'number' | 'pointer' | 'context' | undefined {
  let colon = false
  let number = true
  let word = close > start
  for (let i = start; i < close; i++) {
    const c = bytes[i] as number
    if (c === COLON) colon = true
    if (c !== SPACE && c !== QUESTION && hexValue(c) < 0) number = false
    if (!isNameByte(c) && c !== DOT && c !== DASH) word = false
  }
  if (number) return close - start >= 8 ? 'pointer' : 'number'
  return colon || word ? 'context' : undefined
}
