/** Rows of strace.signals and strace.exits. */
import type { RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { DASH, decimal, digitsEnd, isNameByte, PLUS, SPACE, startsWith } from '../text/bytes.ts'
import { type ColumnsOf, setInt, setIntOrNull, setNull, setNumber, setText, setTime } from '../text/columns.ts'
import type { TextIds } from '../text/text-ids.ts'
import type { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import { exits, signals } from './tables.ts'

const STOPPED = 'stopped by '
const EXITED = 'exited with '
const KILLED = 'killed by '
const SUPERSEDED = 'superseded by execve in pid '
const CHILD = 'SIGCHLD {si_signo=SIGCHLD, si_code=CLD_'
const CHILD_ENDS = ['EXITED', 'KILLED', 'DUMPED'].map((how) => `${how}, si_pid=`)

export class EventWriter {
  private readonly texts: TextIds
  private readonly signals: RowWriter
  private readonly exits: RowWriter

  constructor(sink: Sink, texts: TextIds) {
    this.texts = texts
    this.signals = sink.table(signals)
    this.exits = sink.table(exits)
  }

  get total(): number {
    return this.signals.total + this.exits.total
  }

  /** `--- SIGCHLD {si_signo=SIGCHLD, ...} ---`, `--- stopped by SIGSTOP ---` (print_stopped() in strace.c). */
  signal(window: Window, start: number, end: number, time: Time, tid: number, line: number): boolean {
    const { bytes } = window
    const last = contentEnd(bytes, start, end, DASH)
    if (last < 0) return false
    const from = start + 4
    const stopped = startsWith(bytes, from, last, STOPPED)
    const name = stopped ? from + STOPPED.length : from
    const nameEnd = wordEnd(bytes, name, last)
    if (nameEnd === name) return false
    const { row } = this.signals
    const [ts, tidColumn, seq, signal, detail] = this.signals.columns as ColumnsOf<5>
    setTime(ts, row, time)
    setIntOrNull(tidColumn, row, tid)
    setNumber(seq, row, line)
    setInt(signal, row, this.texts.id(bytes, name, nameEnd))
    const rest = bytes[nameEnd] === SPACE ? nameEnd + 1 : nameEnd
    setText(detail, row, stopped ? 'stopped' : window.text(Math.min(rest, last), last))
    this.signals.next()
    return true
  }

  /** `+++ exited with 0 +++`, `+++ killed by SIGSEGV (core dumped) +++` (print_exited(), print_signalled()). */
  exit(window: Window, start: number, end: number, time: Time, tid: number, line: number): boolean {
    const { bytes } = window
    const last = contentEnd(bytes, start, end, PLUS)
    if (last < 0) return false
    const from = start + 4
    let status = -1
    let signal = -1
    if (startsWith(bytes, from, last, EXITED)) {
      const digits = digitsEnd(bytes, from + EXITED.length, last)
      if (digits !== last || digits - from > 21) return false
      status = decimal(bytes, from + EXITED.length, digits)
    } else if (startsWith(bytes, from, last, KILLED)) {
      const name = from + KILLED.length
      signal = this.texts.id(bytes, name, wordEnd(bytes, name, last))
    } else return false
    const { row } = this.exits
    const [ts, tidColumn, seq, statusColumn, signalColumn] = this.exits.columns as ColumnsOf<5>
    setTime(ts, row, time)
    setIntOrNull(tidColumn, row, tid)
    setNumber(seq, row, line)
    setIntOrNull(statusColumn, row, status)
    if (signal < 0) setNull(signalColumn, row)
    else setInt(signalColumn, row, signal)
    this.exits.next()
    return true
  }
}

/** `+++ exited with 0 +++`, which -qq leaves out. */
export const isExit = (bytes: Uint8Array, start: number, end: number): boolean =>
  startsWith(bytes, start + 4, end, EXITED)

/** The process whose end `--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=N, ...} ---` tells, or -1. */
export function endedProcess(bytes: Uint8Array, start: number, end: number): number {
  if (!startsWith(bytes, start + 4, end, CHILD)) return -1
  const code = start + 4 + CHILD.length
  const how = CHILD_ENDS.find((word) => startsWith(bytes, code, end, word))
  if (how === undefined) return -1
  const from = code + how.length
  const digits = digitsEnd(bytes, from, end)
  return digits > from && digits - from <= 8 ? decimal(bytes, from, digits) : -1
}

/** The thread of `+++ superseded by execve in pid N +++`, or -1. */
export function supersededThread(bytes: Uint8Array, start: number, end: number): number {
  if (!startsWith(bytes, start + 4, end, SUPERSEDED)) return -1
  const from = start + 4 + SUPERSEDED.length
  const digits = digitsEnd(bytes, from, end)
  return digits > from && digits - from <= 8 ? decimal(bytes, from, digits) : -1
}

/** Where the text between `+++ ` and ` +++` (or `---`) ends, or -1. */
function contentEnd(bytes: Uint8Array, start: number, end: number, mark: number): number {
  const last = end - 4
  if (last < start + 5) return -1
  for (let i = 0; i < 3; i++) if (bytes[start + i] !== mark || bytes[end - 1 - i] !== mark) return -1
  return bytes[start + 3] === SPACE && bytes[last] === SPACE ? last : -1
}

function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (isNameByte(bytes[at] as number) || bytes[at] === PLUS)) at++
  return at
}
