/** Text between brackets and quotes. */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  QUOTE,
} from './bytes.ts'

/** The end of the quoted string that starts at `at`, or -1; where one is never closed, quotes mean nothing behind it. */
export function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    if (bytes[i] === BACKSLASH) i++
    else if (bytes[i] === QUOTE) return i + 1
  }
  return -1
}

/** The next comma outside of brackets and quotes, or the bracket that closes what `at` is in, or `end`. */
export function argumentEnd(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0
  let quotes = true
  for (let i = at; i < end; i++) {
    const c = bytes[i]
    if (c === QUOTE && quotes) {
      const close = stringEnd(bytes, i, end)
      if (close < 0) quotes = false
      else i = close - 1
    } else if (c === OPEN_PAREN || c === OPEN_BRACKET || c === OPEN_BRACE) depth++
    else if (c === CLOSE_PAREN || c === CLOSE_BRACKET || c === CLOSE_BRACE) {
      if (--depth < 0) return i
    } else if (c === COMMA && depth === 0) return i
  }
  return end
}
