/** What poll(), select() and epoll_wait() waited for (poll.c, desc.c and epoll.c of strace). */

import { argumentEnd } from '../text/brackets.ts'
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  EQUALS,
  LESS,
  OPEN_BRACE,
  OPEN_BRACKET,
  SPACE,
  startsWith,
} from '../text/bytes.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import { PollAnswers, SetAnswers } from './answers.ts'
import { skipArgumentName } from './arguments.ts'
import { FdArgument } from './fd-argument.ts'
import { listEnd, nextArgument } from './lists.ts'
import type { Paths } from './paths.ts'
import type { Result, Span } from './result.ts'
import type { Syscall } from './syscalls.ts'
import { readTimeout } from './timeout.ts'

/** File descriptors of one call that are kept; strace itself prints 32 unless told otherwise. */
const MOST = 65_536

/** The sets of select(), as its answer names them. */
export const SETS = ['in', 'out', 'except'] as const

/** What one call waited for; numbers and ids are -1 where there is none. */
export class Polled {
  count = 0
  readonly timeout = new Time()
  fds: number[] = []
  paths: number[] = []
  events: number[] = []
  revents: number[] = []
  data: number[] = []
}

export class PollReader {
  private readonly texts: TextIds
  private readonly setNames: readonly number[]
  private readonly polled = new Polled()
  private readonly fd: FdArgument
  private readonly answers = new PollAnswers()
  private readonly ready = new SetAnswers()

  /** `setNames`: the ids of SETS. */
  constructor(texts: TextIds, paths: Paths, setNames: readonly number[]) {
    this.texts = texts
    this.fd = new FdArgument(paths)
    this.setNames = setNames
  }

  /** Reads the arguments of a call whose result is known; valid until the next one is read. */
  read(bytes: Uint8Array, argsStart: number, argsEnd: number, result: Result, syscall: Syscall): Polled {
    const { polled } = this
    polled.count = 0
    polled.timeout.known = false
    const start = skipArgumentName(bytes, argsStart, argsEnd)
    if (syscall.poll === 'poll' || syscall.poll === 'ppoll') this.poll(result, bytes, start, argsEnd, syscall.poll)
    else if (syscall.poll === 'select' || syscall.poll === 'pselect') this.select(result, bytes, start, argsEnd)
    else this.epoll(bytes, start, argsEnd, syscall.poll === 'epoll2')
    return polled
  }

  private add(fd: number, path: number, events: number, revents: number, data: number): void {
    const { polled } = this
    const i = polled.count
    if (i >= MOST) return
    polled.fds[i] = fd
    polled.paths[i] = path
    polled.events[i] = events
    polled.revents[i] = revents
    polled.data[i] = data
    polled.count = i + 1
  }

  /**
   * `[{fd=3</dmabuf:>, events=POLLIN}, ...], 1, 0` with the answer `[{fd=3, revents=POLLIN}]`, in the order asked.
   * A negative fd is not polled and printed alone: `{fd=-1}`.
   */
  private poll({ text }: Result, bytes: Uint8Array, start: number, end: number, kind: 'poll' | 'ppoll'): void {
    if (bytes[start] !== OPEN_BRACKET) return
    const { answers, fd: asked } = this
    answers.begin(bytes, text)
    let at = start + 1
    while (at < end && bytes[at] === OPEN_BRACE && bytes[at + 3] === EQUALS) {
      at += 4
      const isPolled = asked.read(bytes, at, end) && asked.fd >= 0
      let after = isPolled ? asked.end : at
      if (bytes[after] === LESS) return
      let events = -1
      let from = after
      if (bytes[after] === COMMA && bytes[after + 2] === 0x65 && bytes[after + 8] === EQUALS) {
        from = after + 9
        after = braceEnd(bytes, from, end)
        events = this.texts.id(bytes, from, after)
      }
      let revents = -1
      if (isPolled && answers.isFor(asked.fd, from, after)) {
        if (answers.end > answers.start) revents = this.texts.id(bytes, answers.start, answers.end)
        answers.next()
      }
      if (isPolled) this.add(asked.fd, asked.path, events, revents, -1)
      at = braceEnd(bytes, after, end) + 1
      if (bytes[at] === COMMA) at += 2
    }
    this.answerByNumber(bytes, text)
    // Behind the array: nfds, then the timeout.
    const nfds = nextArgument(bytes, bytes[at] === CLOSE_BRACKET ? at + 1 : start, end)
    readTimeout(bytes, nextArgument(bytes, nfds, end), end, kind === 'poll', this.polled.timeout)
  }

  /**
   * Answers that nothing asked for (revents of the program's own behind --inject, or that another thread wrote) are
   * those of the next entry of their number, if so more of them find one: no later answer is lost by them.
   */
  private answerByNumber(bytes: Uint8Array, text: Span): void {
    const { answers, polled } = this
    if (answers.isDone) return
    const { found } = answers
    const revents: number[] = []
    answers.begin(bytes, text)
    for (let i = 0; i < polled.count; i++) {
      const isNext = answers.isOf(polled.fds[i] as number)
      revents.push(isNext && answers.end > answers.start ? this.texts.id(bytes, answers.start, answers.end) : -1)
      if (isNext) answers.next()
    }
    if (answers.found > found) polled.revents.splice(0, revents.length, ...revents)
  }

  /** `4, [3</a> 5], [], NULL, {tv_sec=1, tv_usec=0}` with the answer `in [3], left {...}`. */
  private select({ text }: Result, bytes: Uint8Array, start: number, end: number): void {
    const { fd, ready } = this
    let at = nextArgument(bytes, start, end)
    for (let set = 0; set < SETS.length; set++) {
      const close = listEnd(bytes, at, end)
      const event = this.setNames[set] as number
      ready.begin(bytes, text, SETS[set] as string)
      for (let i = at + 1; bytes[at] === OPEN_BRACKET && fd.read(bytes, i, close) && fd.fd >= 0; i = fd.end + 1) {
        this.add(fd.fd, fd.path, event, ready.isReady(fd.fd) ? event : -1, -1)
        if (bytes[fd.end] !== SPACE) break
      }
      at = nextArgument(bytes, close, end)
    }
    readTimeout(bytes, at, end, false, this.polled.timeout)
  }

  /** `12<anon_inode:[eventpoll]>, [{events=EPOLLIN, data=0x55}], 32, -1`; the answer is the array. */
  private epoll(bytes: Uint8Array, start: number, end: number, timespec: boolean): void {
    if (!this.fd.read(bytes, start, end) || this.fd.fd < 0) return
    const { fd, path, end: fdEnd } = this.fd
    let at = nextArgument(bytes, fdEnd, end)
    readTimeout(bytes, nextArgument(bytes, nextArgument(bytes, at, end), end), end, !timespec, this.polled.timeout)
    if (bytes[at] === OPEN_BRACKET) at++
    while (at < end && startsWith(bytes, at, end, '{events=')) {
      const comma = argumentEnd(bytes, at + 8, end)
      const events = this.texts.id(bytes, at + 8, comma)
      const brace = argumentEnd(bytes, comma + 1, end)
      const from = skipArgumentName(bytes, comma + 2, brace)
      this.add(fd, path, -1, events, from < brace ? this.texts.id(bytes, from, brace) : -1)
      at = brace + 1
      if (bytes[at] === COMMA) at += 2
    }
    if (this.polled.count === 0) this.add(fd, path, -1, -1, -1)
  }
}

function braceEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i] !== CLOSE_BRACE) i++
  return i
}
