/** Lines that are neither calls nor signals: what strace says of itself, stacks, dumps. */
import { BAR, decimal, digitsEnd, indexOf, MORE, NEWLINE, OPEN_PAREN, SPACE, STAR, startsWith } from '../text/bytes.ts'

const ATTACHED = 'strace: Process '

export const STACK_LINE = 'stack line'

/** Why a line is skipped; undefined if it is none of these. */
export function skipReason(bytes: Uint8Array, start: number, end: number, body: number): string | undefined {
  if (start === end) return 'empty line'
  if (bytes[start] === SPACE) {
    if (bytes[start + 1] === MORE) return STACK_LINE
    if (bytes[start + 1] === BAR || bytes[start + 1] === STAR) return 'data dump'
  }
  if (startsWith(bytes, body, end, '[ Process PID=')) return 'personality message'
  if (startsWith(bytes, start, end, 'System call usage summary for ')) return 'summary heading'
  if (startsWith(bytes, start, end, 'Process ') && isAboutProcess(bytes, start + 8, end)) return 'attach message'
  const name = programEnd(bytes, start, end)
  if (name < 0) return undefined
  return startsWith(bytes, name, end, 'Process ') && isAboutProcess(bytes, name + 8, end)
    ? 'attach message'
    : 'message of strace'
}

/** Behind `strace: ` or `/usr/bin/strace: ` at the beginning of a line, or -1. */
function programEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== SPACE && bytes[at] !== OPEN_PAREN) at++
  return at - start >= 7 && startsWith(bytes, at - 7, end, 'strace: ') ? at + 1 : -1
}

/** `1234 attached`, `1234 detached`, `1234 suspended`, `1234 resumed` (strace before 4.7), `1234 attached with 3 threads`. */
function isAboutProcess(bytes: Uint8Array, at: number, end: number): boolean {
  const digits = digitsEnd(bytes, at, end)
  return (
    digits > at && ['attached', 'detached', 'suspended', 'resumed'].some((w) => startsWith(bytes, digits, end, ` ${w}`))
  )
}

/** The thread that `strace: Process N attached` names in a line, and where the message begins. */
export function attachedThread(bytes: Uint8Array, start: number, end: number): { tid: number; at: number } | undefined {
  const at = indexOf(bytes, start, end, ATTACHED)
  if (at < 0) return undefined
  const from = at + ATTACHED.length
  const digits = digitsEnd(bytes, from, end)
  if (digits === from || digits - from > 8 || !startsWith(bytes, digits, end, ' attached')) return undefined
  return { tid: decimal(bytes, from, digits), at: programStart(bytes, start, at) }
}

/** The beginning of the path before `strace:`, if it is printed with its path. */
function programStart(bytes: Uint8Array, start: number, at: number): number {
  if (bytes[at - 1] !== 0x2f) return at
  let first = at
  for (let i = at - 1; i >= start && isPathByte(bytes[i] as number); i--) if (bytes[i] === 0x2f) first = i
  return first
}

const isPathByte = (c: number): boolean =>
  (c >= 0x2d && c <= 0x39) || (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || c === 0x5f

/** The first characters of a line for a problem, with everything unprintable as `\xNN`. */
export function excerpt(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < Math.min(end, start + 80); i++) {
    const c = bytes[i] as number
    if (c === NEWLINE) text += '\\n'
    else text += c >= 0x20 && c < 0x7f ? String.fromCharCode(c) : `\\x${c.toString(16).padStart(2, '0')}`
  }
  return text
}
