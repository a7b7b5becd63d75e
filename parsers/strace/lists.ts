/** Lists of file descriptors among the arguments of a call. */
import { argumentEnd } from '../text/brackets.ts'
import { CLOSE_BRACKET, isDigit, LESS, OPEN_BRACKET, SPACE } from '../text/bytes.ts'
import { pathEnd, skipArgumentName } from './arguments.ts'

/** Where the argument behind the one at `at` begins, with its name skipped; file descriptors may have paths. */
export function nextArgument(bytes: Uint8Array, at: number, end: number): number {
  let i = bytes[at] === OPEN_BRACKET ? listEnd(bytes, at, end) : argumentEnd(bytes, at, end)
  if (i >= end) return end
  i++
  while (i < end && bytes[i] === SPACE) i++
  return skipArgumentName(bytes, i, end)
}

/** The end of a list of file descriptors, whose paths may hold brackets that do not match. */
export function listEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== OPEN_BRACKET) return argumentEnd(bytes, at, end)
  let depth = 0
  let paths = true
  for (let i = at; i < end; i++) {
    const c = bytes[i]
    if (c === LESS && paths && isDigit(bytes[i - 1])) {
      const close = pathEnd(bytes, i, end)
      if (close < 0) paths = false
      else i = close - 1
    } else if (c === OPEN_BRACKET) depth++
    else if (c === CLOSE_BRACKET && --depth === 0) return i + 1
  }
  return end
}
