/** Lines without the colors of a terminal: strace --color=always (from 7.0 on), grep --color, script. */
import { isDigit, OPEN_BRACKET } from './bytes.ts'

/** Programs that print text of others print it as `\33` or `\e`. */
const ESCAPE = 0x1b

export const hasColors = ({ buffer, byteOffset, byteLength }: Uint8Array): boolean =>
  Buffer.from(buffer, byteOffset, byteLength).includes(ESCAPE)

/** Removes the colors of bytes [start, end), in place; where they end then. */
export function removeColors(bytes: Uint8Array, start: number, end: number): number {
  let to = start
  for (let at = start; at < end; ) {
    const after = bytes[at] === ESCAPE ? sequenceEnd(bytes, at, end) : -1
    if (after >= 0) at = after
    else bytes[to++] = bytes[at++] as number
  }
  return to
}

/** The beginning of a file without its colors. */
export function withoutColors(head: Uint8Array): Uint8Array {
  if (!hasColors(head)) return head
  const bytes = new Uint8Array(head)
  return bytes.subarray(0, removeColors(bytes, 0, bytes.length))
}

/** The end of `ESC [ 1;33 m`, or of `ESC [ K`, which grep adds; -1 if it is none. */
function sequenceEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at + 1] !== OPEN_BRACKET) return -1
  let i = at + 2
  while (i < end && (isDigit(bytes[i]) || bytes[i] === 0x3b)) i++
  return i < end && (bytes[i] === 0x6d || bytes[i] === 0x4b) ? i + 1 : -1
}
