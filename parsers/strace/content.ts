/** What the text of a call says, whoever made the call and whenever. */

import { argumentEnd } from '../text/brackets.ts'
import { COMMA, LESS, MORE, SPACE, startsWith } from '../text/bytes.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import type { Window } from '../text/window.ts'
import { skipArgumentName } from './arguments.ts'
import { FdArgument } from './fd-argument.ts'
import type { Paths } from './paths.ts'
import { type Polled, PollReader } from './poll.ts'
import { type Result, Span } from './result.ts'
import type { Syscall } from './syscalls.ts'

/** Ids and file descriptors are -1 where there is none. */
export class Content {
  name = -1
  fd = -1
  fdPath = -1
  request = -1
  argsStart = 0
  argsEnd = 0
  readonly value = new Time()
  retText = -1
  retPath = -1
  error = -1
  /** It was killed in the call: `read(3, <unfinished ...>) = ?`. */
  killed = false
  polled: Polled | undefined
}

const UNFINISHED_ARGUMENT = ' <unfinished ...>'

export class ContentReader {
  private readonly texts: TextIds
  private readonly fd: FdArgument
  private readonly polls: PollReader
  private readonly content = new Content()
  /** ioctl's second argument. */
  private readonly request = new Span()

  constructor(texts: TextIds, paths: Paths, setNames: readonly number[]) {
    this.texts = texts
    this.fd = new FdArgument(paths)
    this.polls = new PollReader(texts, paths, setNames)
  }

  /** Reads a call whose arguments begin at `argsStart` and whose result is known; valid until the next one is read. */
  read(window: Window, argsStart: number, result: Result, syscall: Syscall): Content {
    const { bytes } = window
    const { content, request } = this
    let { argsEnd } = result
    content.name = syscall.id
    // A thread that is killed in a call: `read(3, <unfinished ...>) = ?` (print_event_exit() in strace.c).
    content.killed = !result.value.known && bytes[argsEnd - 1] === MORE && isUnfinished(bytes, argsStart, argsEnd)
    if (content.killed) argsEnd -= UNFINISHED_ARGUMENT.length
    content.fd = content.fdPath = -1
    content.polled = undefined
    request.clear()
    if (syscall.poll) this.poll(window, argsStart, argsEnd, result, syscall)
    else if (syscall.fdFirst) {
      const rest = this.firstArgument(bytes, skipArgumentName(bytes, argsStart, argsEnd), argsEnd)
      if (syscall.ioctl) this.readRequest(bytes, rest, argsEnd)
    }
    content.request = this.textOf(bytes, request)
    content.argsStart = argsStart
    content.argsEnd = argsEnd
    content.value.copy(result.value)
    const { text, path } = result
    const isPid = path.end > path.start && syscall.returnsPid && text.end === text.start
    content.retText = this.textOf(bytes, isPid ? path : text)
    content.retPath = isPid ? -1 : this.textOf(bytes, path)
    content.error = this.textOf(bytes, result.error)
    return content
  }

  private textOf(bytes: Uint8Array, { start, end }: Span): number {
    return start === end ? -1 : this.texts.id(bytes, start, end)
  }

  private poll({ bytes }: Window, argsStart: number, argsEnd: number, result: Result, syscall: Syscall): void {
    const { content } = this
    const polled = this.polls.read(bytes, argsStart, argsEnd, result, syscall)
    content.polled = polled
    const isEpoll = syscall.poll === 'epoll' || syscall.poll === 'epoll2'
    if (polled.count !== 1 && !(isEpoll && polled.count > 0)) return
    content.fd = polled.fds[0] as number
    content.fdPath = polled.paths[0] as number
  }

  /** `19</dev/dri/card0>`; the position behind it. */
  private firstArgument(bytes: Uint8Array, start: number, end: number): number {
    const { content, fd } = this
    if (!fd.read(bytes, start, end)) return bytes[start] === LESS ? start : argumentEnd(bytes, start, end)
    content.fd = fd.fd
    content.fdPath = fd.path
    return fd.end
  }

  private readRequest(bytes: Uint8Array, at: number, end: number): void {
    if (at >= end || bytes[at] !== COMMA) return
    let start = at + 1
    while (start < end && bytes[start] === SPACE) start++
    start = skipArgumentName(bytes, start, end)
    this.request.set(start, argumentEnd(bytes, start, end))
  }
}

function isUnfinished(bytes: Uint8Array, start: number, end: number): boolean {
  const at = end - UNFINISHED_ARGUMENT.length
  return at >= start && startsWith(bytes, at, end, UNFINISHED_ARGUMENT)
}
