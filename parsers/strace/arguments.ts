/** What strace prints around arguments: `<paths>` behind file descriptors, names before values. */
import { stringEnd } from '../text/brackets.ts'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CLOSE_PAREN,
  COMMA,
  DASH,
  EQUALS,
  isLower,
  LESS,
  MORE,
  OPEN_PAREN,
  QUOTE,
  SPACE,
  UNDERSCORE,
} from '../text/bytes.ts'

/**
 * The end of a `<...>` that strace prints behind a file descriptor, or -1. It may hold another one
 * (`</dev/dri/card0<char 226:0>>`), arrows (`<TCP:[127.0.0.1:80->127.0.0.1:4000]>`) and quoted text
 * (`<UNIX-STREAM:[1->2,"/run/x"]>`); strace escapes `<`, `>` and `"` of file names (printfd() in util.c).
 */
export function pathEnd(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0
  let quotes = true
  for (let i = at; i < end; i++) {
    const c = bytes[i]
    if (c === LESS) depth++
    else if (c === MORE) {
      if (bytes[i - 1] === DASH && i + 1 < end && !endsPath(bytes[i + 1] as number)) continue
      if (--depth === 0) return i + 1
    } else if (c === BACKSLASH) i++
    else if (c === QUOTE && quotes) {
      const close = stringEnd(bytes, i, end)
      if (close < 0) quotes = false
      else i = close - 1
    }
  }
  return -1
}

const endsPath = (c: number): boolean =>
  c === COMMA ||
  c === SPACE ||
  c === OPEN_PAREN ||
  c === CLOSE_PAREN ||
  c === CLOSE_BRACKET ||
  c === CLOSE_BRACE ||
  c === MORE

/** Behind the `name=` that strace --arg-names prints before an argument. */
export function skipArgumentName(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && (isLower(bytes[i] as number) || bytes[i] === UNDERSCORE)) i++
  return i > at && bytes[i] === EQUALS ? i + 1 : at
}
