/** What strace prints where a call goes on elsewhere, or nowhere (printleader() and droptcb() in strace.c). */
import { CLOSE_BRACKET, DOT, decimal, digitsEnd, hexValue, LESS, MORE, SPACE, startsWith } from '../text/bytes.ts'

const UNFINISHED = ' <unfinished ...>'
const DETACHED = ' <detached ...>'
const PID_CHANGED = ' <pid changed to '
const CANNOT_RESTART = '<Cannot restart pid '

/** Where ` <unfinished ...>`, ` <detached ...>` or ` <pid changed to N ...>` begins at the end of a line, or -1. */
export function unfinishedMark(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[end - 1] !== MORE || bytes[end - 2] !== DOT || bytes[end - 3] !== DOT) return -1
  for (const mark of [UNFINISHED, DETACHED]) {
    const at = end - mark.length
    if (at >= start && startsWith(bytes, at, end, mark)) return at
    // Nothing was printed before it: `<... futex resumed> <unfinished ...>`.
    if (at === start - 1 && startsWith(bytes, start, end, mark.slice(1))) return start
  }
  let at = end - 4
  while (at > start && bytes[at] !== LESS) at--
  return startsWith(bytes, at - 1, end, PID_CHANGED) ? at - 1 : -1
}

/** Whether the mark is the usual one: the call may resume in the same thread. */
export const isUnfinished = (bytes: Uint8Array, mark: number, end: number): boolean =>
  startsWith(bytes, mark, end, UNFINISHED)

/** Whether the mark says that strace let the thread go: the call will not resume. */
export const isDetached = (bytes: Uint8Array, mark: number, end: number): boolean =>
  startsWith(bytes, mark, end, DETACHED)

/** The thread id under which a call goes on: execve() of a thread that is not the first. */
export function changedPid(bytes: Uint8Array, mark: number, end: number): number | undefined {
  if (!startsWith(bytes, mark, end, PID_CHANGED)) return undefined
  const from = mark + PID_CHANGED.length
  const digits = digitsEnd(bytes, from, end)
  return digits > from && digits - from <= 8 ? decimal(bytes, from, digits) : undefined
}

/**
 * Where a call breaks off that never returns, or -1: strace could not restart the thread (ptrace_restart() in strace.c),
 * or detached with -k, which leaves out the mark and the newline (`poll([...], 1, 0 > /usr/lib/libc.so.6(+0x0) [0x9cefe]`).
 */
export function brokenOffMark(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[end - 1] !== MORE) return stackMark(bytes, start, end)
  for (let i = end - 1; i > start; i--) {
    if (bytes[i] !== LESS || bytes[i - 1] !== SPACE) continue
    // The second is that of strace before 4.13.
    return startsWith(bytes, i, end, CANNOT_RESTART) || startsWith(bytes, i, end, '<ptrace(') ? i - 1 : -1
  }
  return -1
}

function stackMark(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[end - 1] !== CLOSE_BRACKET) return -1
  let at = end - 2
  while (at > start && hexValue(bytes[at] as number) >= 0) at--
  if (!startsWith(bytes, at - 3, end, ' [0x')) return -1
  for (let i = at - 4; i >= start; i--) {
    if (bytes[i] === MORE && bytes[i - 1] === SPACE && bytes[i + 1] === SPACE) return i - 1
  }
  return -1
}
