/** Scanning bytes of a log: numbers, `<paths>`, and commas outside of brackets. */

export const TAB = 0x09
export const NEWLINE = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const QUOTE = 0x22
export const PERCENT = 0x25
export const OPEN_PAREN = 0x28
export const CLOSE_PAREN = 0x29
export const STAR = 0x2a
export const PLUS = 0x2b
export const COMMA = 0x2c
export const DASH = 0x2d
export const DOT = 0x2e
export const ZERO = 0x30
export const COLON = 0x3a
export const LESS = 0x3c
export const EQUALS = 0x3d
export const MORE = 0x3e
export const QUESTION = 0x3f
export const OPEN_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const CLOSE_BRACKET = 0x5d
export const UNDERSCORE = 0x5f
export const OPEN_BRACE = 0x7b
export const BAR = 0x7c
export const CLOSE_BRACE = 0x7d

export const isDigit = (c: number | undefined): boolean => c !== undefined && c >= 0x30 && c <= 0x39

export const isLower = (c: number): boolean => c >= 0x61 && c <= 0x7a

export const isUpper = (c: number | undefined): boolean => c !== undefined && c >= 0x41 && c <= 0x5a

/** A byte of a system call's name: letters, digits and `_`. */
export const isNameByte = (c: number): boolean =>
  isLower(c) || (c >= 0x30 && c <= 0x39) || c === UNDERSCORE || isUpper(c)

/** The value of a hexadecimal digit, or -1. */
export function hexValue(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  if (c >= 0x61 && c <= 0x66) return c - 0x57
  if (c >= 0x41 && c <= 0x46) return c - 0x37
  return -1
}

/** Whether the bytes at `at` are this ASCII text. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

/** Whether bytes [start, end) are these. */
export function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}

/** Where an ASCII text first occurs in [at, end), or -1. */
export function indexOf(bytes: Uint8Array, at: number, end: number, text: string): number {
  for (let i = at; i + text.length <= end; i++) if (startsWith(bytes, i, end, text)) return i
  return -1
}

/** The end of the run of digits that starts at `at`. */
export function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && isDigit(bytes[i])) i++
  return i
}

/** The value of a short run of digits. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] as number) - ZERO
  return value
}

const SCALE = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 100, 10, 1] as const

/** Nanoseconds of the digits after the point of a number of seconds; digits after the ninth do not count. */
export function fraction(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 6) return decimal(bytes, start, end) * 1000
  const last = Math.min(end, start + 9)
  return decimal(bytes, start, last) * (SCALE[last - start] as number)
}
