/** Lines that are neither calls nor signals: what strace says of itself, stacks, dumps. */
import { BAR, digitsEnd, indexOf, MORE, NEWLINE, OPEN_PAREN, SPACE, STAR, startsWith } from '../text/bytes.ts'
import { latin1 } from '../text/source.ts'

const PROCESS = 'Process '
const PROGRAM = 'strace: '

export const STACK_LINE = 'stack line'
export const DATA_DUMP = 'data dump'
export const PERSONALITY = 'personality message'

/** Why a line is skipped; undefined if it is none of these. */
export function skipReason(bytes: Uint8Array, start: number, end: number, body: number): string | undefined {
  if (start === end) return 'empty line'
  if (bytes[start] === SPACE) {
    if (bytes[start + 1] === MORE) return STACK_LINE
    if (bytes[start + 1] === BAR || bytes[start + 1] === STAR || isVectorHead(bytes, start, end)) return DATA_DUMP
  }
  if (startsWith(bytes, body, end, '[ Process PID=')) return PERSONALITY
  if (startsWith(bytes, start, end, 'System call usage summary for ')) return 'summary heading'
  if (startsWith(bytes, start, end, PROCESS) && aboutProcess(bytes, start + PROCESS.length, end))
    return 'attach message'
  const name = programEnd(bytes, start, end)
  if (name < 0) return undefined
  return startsWith(bytes, name, end, PROCESS) && aboutProcess(bytes, name + PROCESS.length, end)
    ? 'attach message'
    : 'message of strace'
}

/** ` = 1 buffers in vector 0` (dumpiov_in_mmsghdr() in mmsghdr.c). */
function isVectorHead(bytes: Uint8Array, start: number, end: number): boolean {
  if (!startsWith(bytes, start, end, ' = ')) return false
  return startsWith(bytes, digitsEnd(bytes, start + 3, end), end, ' buffers in vector ')
}

/** Behind `strace: ` or `/usr/bin/strace: ` at the beginning of a line, or -1. */
function programEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== SPACE && bytes[at] !== OPEN_PAREN) at++
  return at - start >= 7 && startsWith(bytes, at - 7, end, PROGRAM) ? at + 1 : -1
}

/** `1234 attached`, `1234 detached`, `1234 suspended`, `1234 resumed` (strace before 4.7), `1234 attached with 3 threads`. */
const ABOUT_PROCESS = /^(\d{1,8}) (attached|detached|suspended|resumed)(?: \(| with | - |$)/

const LONGEST_MESSAGE = 80

const aboutProcess = (bytes: Uint8Array, at: number, end: number): RegExpExecArray | null =>
  end - at > LONGEST_MESSAGE ? null : ABOUT_PROCESS.exec(latin1(bytes, at, end))

/** What strace says of a thread, and where that begins. */
export interface ProcessMessage {
  readonly tid: number
  readonly at: number
  readonly attached: boolean
  readonly detached: boolean
}

/** `strace: Process N attached` or the like at the end of a line, and where it begins; before 4.11 without `strace: `. */
export function processMessage(bytes: Uint8Array, start: number, end: number): ProcessMessage | undefined {
  for (let at = start; ; at++) {
    at = indexOf(bytes, at, end, PROCESS)
    if (at < 0) return undefined
    const message = aboutProcess(bytes, at + PROCESS.length, end)
    if (!message) continue
    const name = at - PROGRAM.length
    const isNamed = name >= start && startsWith(bytes, name, end, PROGRAM)
    return {
      tid: Number(message[1]),
      at: isNamed ? programStart(bytes, start, name) : at,
      attached: message[2] === 'attached',
      detached: message[2] === 'detached',
    }
  }
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
