/** What poll(), select() and epoll_wait() waited for (poll.c, desc.c and epoll.c of strace). */

import { argumentEnd } from '../text/brackets.ts'
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  DASH,
  decimal,
  digitsEnd,
  EQUALS,
  indexOf,
  LESS,
  OPEN_BRACE,
  OPEN_BRACKET,
  SPACE,
  startsWith,
} from '../text/bytes.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Time } from '../text/time.ts'
import { pathEnd, skipArgumentName } from './arguments.ts'
import { isListed, listEnd, nextArgument } from './lists.ts'
import type { Paths } from './paths.ts'
import type { Result } from './result.ts'
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
  private readonly fdPaths: Paths
  private readonly setNames: readonly number[]
  private readonly polled = new Polled()

  /** `setNames`: the ids of SETS. */
  constructor(texts: TextIds, paths: Paths, setNames: readonly number[]) {
    this.texts = texts
    this.fdPaths = paths
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
    let answer = bytes[text.start] === OPEN_BRACKET && text.end > text.start ? text.start + 1 : text.end
    let at = start + 1
    while (at < end && bytes[at] === OPEN_BRACE && bytes[at + 3] === EQUALS) {
      at += 4
      const digits = digitsEnd(bytes, at, end)
      const fd = bytes[at] === DASH || digits - at > 9 ? -1 : decimal(bytes, at, digits)
      let path = -1
      let after = bytes[at] === DASH ? digitsEnd(bytes, at + 1, end) : digits
      if (bytes[after] === LESS) {
        const close = pathEnd(bytes, after, end)
        if (close < 0) return
        path = this.fdPaths.id(bytes, after + 1, close - 1)
        after = close
      }
      let events = -1
      if (bytes[after] === COMMA && bytes[after + 2] === 0x65 && bytes[after + 8] === EQUALS) {
        const last = braceEnd(bytes, after + 9, end)
        events = this.texts.id(bytes, after + 9, last)
        after = last
      }
      let revents = -1
      if (fd >= 0 && answer < text.end && answersFor(bytes, answer, text.end, fd)) {
        const from = digitsEnd(bytes, answer + 4, text.end)
        const last = braceEnd(bytes, from, text.end)
        if (bytes[from + 9] === EQUALS) revents = this.texts.id(bytes, from + 10, last)
        answer = last + 3
      }
      if (fd >= 0) this.add(fd, path, events, revents, -1)
      at = braceEnd(bytes, after, end) + 1
      if (bytes[at] === COMMA) at += 2
    }
    // Behind the array: nfds, then the timeout.
    const nfds = nextArgument(bytes, bytes[at] === CLOSE_BRACKET ? at + 1 : start, end)
    readTimeout(bytes, nextArgument(bytes, nfds, end), end, kind === 'poll', this.polled.timeout)
  }

  /** `4, [3</a> 5], [], NULL, {tv_sec=1, tv_usec=0}` with the answer `in [3], left {...}`. */
  private select({ text }: Result, bytes: Uint8Array, start: number, end: number): void {
    let at = nextArgument(bytes, start, end)
    for (let set = 0; set < SETS.length; set++) {
      const close = listEnd(bytes, at, end)
      const answer = indexOf(bytes, text.start, text.end, `${SETS[set]} [`)
      for (let i = at + 1; bytes[at] === OPEN_BRACKET && i < close; ) {
        const digits = digitsEnd(bytes, i, close)
        if (digits === i || digits - i > 9) break
        const fd = decimal(bytes, i, digits)
        const last = bytes[digits] === LESS ? pathEnd(bytes, digits, close) : digits
        const path = last > digits ? this.fdPaths.id(bytes, digits + 1, last - 1) : -1
        const event = this.setNames[set] as number
        const isReady = answer >= 0 && isListed(bytes, answer + (SETS[set] as string).length + 2, text.end, fd)
        this.add(fd, path, event, isReady ? event : -1, -1)
        if (last < 0 || bytes[last] !== SPACE) break
        i = last + 1
      }
      at = nextArgument(bytes, close, end)
    }
    readTimeout(bytes, at, end, false, this.polled.timeout)
  }

  /** `12<anon_inode:[eventpoll]>, [{events=EPOLLIN, data=0x55}], 32, -1`; the answer is the array. */
  private epoll(bytes: Uint8Array, start: number, end: number, timespec: boolean): void {
    const digits = digitsEnd(bytes, start, end)
    if (digits === start || digits - start > 9) return
    const fd = decimal(bytes, start, digits)
    const close = bytes[digits] === LESS ? pathEnd(bytes, digits, end) : digits
    const path = close > digits ? this.fdPaths.id(bytes, digits + 1, close - 1) : -1
    let at = nextArgument(bytes, close < 0 ? digits : close, end)
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

/** Whether `{fd=N,` is at `at`. */
function answersFor(bytes: Uint8Array, at: number, end: number, fd: number): boolean {
  if (!startsWith(bytes, at, end, '{fd=')) return false
  const digits = digitsEnd(bytes, at + 4, end)
  return digits > at + 4 && digits - at < 14 && decimal(bytes, at + 4, digits) === fd
}
