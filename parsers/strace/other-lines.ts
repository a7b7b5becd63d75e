/** Lines that are not a call or an event as they stand: messages, summaries, output of the program, parts of lines. */
import { CLOSE_PAREN, COMMA, indexOf, isNameByte, LESS, OPEN_PAREN, SPACE, startsWith } from '../text/bytes.ts'
import { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import type { Log } from './log.ts'
import { DATA_DUMP, PERSONALITY, type ProcessMessage, processMessage, STACK_LINE, skipReason } from './message.ts'
import { OpenLine } from './open-line.ts'
import { LONGEST_FRAME } from './stacks.ts'

/** Lines that are longer belong to no summary. */
const LONGEST_HEAD = 400
const LONGEST_ROW = 2000

/** Why a line is no row of its own that is one of strace.stacks. */
const STACK_FRAME = 'stack line, kept with its call'

export class OtherLines {
  private readonly log: Log
  private readonly open = new OpenLine()
  /** The call whose data the line before showed (-e read, -e write), and that line. */
  private dumped = -1
  private dumpLine = -1
  private readonly time = new Time()

  constructor(log: Log) {
    this.log = log
  }

  line(window: Window, start: number, end: number, number: number): void {
    const { log, open } = this
    const { bytes } = window
    const reason = skipReason(bytes, start, end, log.leader.prefix.body)
    if (reason) {
      const isFrame = reason === STACK_LINE && this.frame(window, start, end, number)
      log.counts.skip(isFrame ? STACK_FRAME : reason)
      if (reason === 'attach message') this.heed(processMessage(bytes, start, end))
      else if (reason === DATA_DUMP) this.dump(number)
      // The message has a time of its own, from which -r goes on to count.
      else if (reason === PERSONALITY) log.leader.time(number, this.time)
      return
    }
    if (this.behindOutput(window, start, end, number)) return
    if (log.lines.split.continueLatest(window, start, end, number)) return
    if (open.lines > 0 && open.fits(end - start)) this.continueOpen(bytes, start, end)
    else {
      this.closeOpen()
      this.begin(window, start, end, number)
    }
  }

  /** A frame of the stack of the call before. */
  private frame(window: Window, start: number, end: number, number: number): boolean {
    const { stacks } = this.log
    const before = stacks.continued(number)
    const call = before >= 0 ? before : this.callBefore(number)
    return call >= 0 && end - start < LONGEST_FRAME && stacks.add(window.text(start, end), call, number)
  }

  /** Between a call and its stack strace prints its data (syscall_exiting_trace() in syscall.c). */
  private dump(number: number): void {
    this.dumped = this.callBefore(number)
    this.dumpLine = number
  }

  /** The call that ends with the line before, its data included; -1 if there is none. */
  private callBefore(number: number): number {
    return this.dumpLine === number - 1 ? this.dumped : this.log.lines.callOf(number - 1)
  }

  /** A line inside of a summary; false: it ends it. */
  summary(window: Window, start: number, end: number): boolean {
    const { summary, counts } = this.log
    const kind = summary.line(end - start < LONGEST_ROW ? window.text(start, end) : '')
    if (kind === 'heading') counts.skip('summary heading')
    else if (kind === 'total') counts.skip('summary total')
    return kind !== 'other'
  }

  /** Gives up the line that was begun, if there is one. */
  closeOpen(): void {
    const { open } = this
    if (open.lines === 0) return
    this.log.counts.unparsed(open.window.bytes, 0, Math.min(open.length, open.firstLength), open.number, open.lines)
    this.clearOpen()
  }

  private clearOpen(): void {
    const { open } = this
    open.clear()
    // Only now: the line was begun before.
    this.heed(open.message)
  }

  /** A summary, or a call that goes on in the next line. */
  private begin(window: Window, start: number, end: number, number: number): void {
    const { counts, leader, summary } = this.log
    const { bytes } = window
    const text = end - start < LONGEST_HEAD ? window.text(start, end) : ''
    if (summary.isHead(text)) {
      counts.skip('summary heading')
      summary.begin(text)
    } else if (isBegun(bytes, leader.prefix.body, end)) {
      const message = processMessage(bytes, start, end)
      this.open.begin(bytes, start, message?.at ?? end, number, message)
    } else counts.unparsed(bytes, start, end, number, 1)
  }

  private continueOpen(bytes: Uint8Array, start: number, end: number): void {
    const { log, open } = this
    const first = bytes[start]
    const continues = first === CLOSE_PAREN || first === COMMA || (first === SPACE && bytes[start + 1] === LESS)
    open.add(bytes, start, end, !continues)
    if (!log.read(open.window, 0, open.length, open.number)) return
    log.counts.continued += open.lines - 1
    log.settle()
    this.clearOpen()
  }

  /** Output of the traced program without a newline, and then a line of strace: `hello[pid 123] read(...`. */
  private behindOutput(window: Window, start: number, end: number, number: number): boolean {
    const { log } = this
    const at = indexOf(window.bytes, start + 1, end, '[pid ')
    if (at > start && log.read(window, at, end, number)) return true
    log.leader.prefix.parse(window, start, end)
    return false
  }

  /** Threads that strace begins or ends to trace. */
  private heed(message: ProcessMessage | undefined): void {
    const { threads } = this.log.leader
    if (message?.attached) threads.lone.attached(message.tid)
    else if (message?.detached) threads.end(message.tid)
  }
}

/** Whether a call begins at `body` or resumes there. */
function isBegun(bytes: Uint8Array, body: number, end: number): boolean {
  if (startsWith(bytes, body, end, '<... ')) return true
  let at = body
  while (at < end && isNameByte(bytes[at] as number)) at++
  return at > body && at < end && bytes[at] === OPEN_PAREN
}
