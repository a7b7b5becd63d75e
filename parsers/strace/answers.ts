/** What poll() and select() answered, read beside what they were asked. */
import { CLOSE_BRACE, decimal, digitsEnd, EQUALS, indexOf, OPEN_BRACKET, startsWith } from '../text/bytes.ts'
import { latin1 } from '../text/source.ts'
import type { Span } from './result.ts'

/** `[{fd=3, revents=POLLIN}, ...]`: the entries that have an answer, in the order asked (decode_poll_exiting() in poll.c). */
export class PollAnswers {
  /** Where the events of the next answer are. */
  start = 0
  end = 0
  /** Its fd; -1 if there is none. */
  private fd = -1
  private bytes: Uint8Array = new Uint8Array(0)
  private last = 0
  /** How many found their entry. */
  found = 0

  /** `text`: what stands behind the value of the call. */
  begin(bytes: Uint8Array, text: Span): void {
    this.bytes = bytes
    this.last = text.end
    this.found = 0
    this.read(bytes[text.start] === OPEN_BRACKET ? text.start + 1 : text.end)
  }

  /** Whether there is none left, or strace printed no more. */
  get isDone(): boolean {
    return this.fd < 0
  }

  /** Whether the next answer is for an entry of `fd`. */
  isOf(fd: number): boolean {
    return fd === this.fd
  }

  /** Whether the next answer is that of the entry of `fd` that asks for the events [from, to). */
  isFor(fd: number, from: number, to: number): boolean {
    return fd === this.fd && mayAnswer(this.bytes, this.start, this.end, from, to)
  }

  next(): void {
    this.found++
    this.read(this.end + 3)
  }

  private read(at: number): void {
    const { bytes, last } = this
    this.fd = -1
    if (!startsWith(bytes, at, last, '{fd=')) return
    const digits = digitsEnd(bytes, at + 4, last)
    if (digits === at + 4 || digits - at >= 14) return
    this.fd = decimal(bytes, at + 4, digits)
    let end = digits
    while (end < last && bytes[end] !== CLOSE_BRACE) end++
    this.start = bytes[digits + 9] === EQUALS && digits + 10 < end ? digits + 10 : end
    this.end = end
  }
}

/** include/uapi/asm-generic/poll.h; on other machines some differ, but all flags of a recording are of one. */
const FLAGS: Readonly<Record<string, number>> = {
  POLLIN: 0x1,
  POLLPRI: 0x2,
  POLLOUT: 0x4,
  POLLERR: 0x8,
  POLLHUP: 0x10,
  POLLNVAL: 0x20,
  POLLRDNORM: 0x40,
  POLLRDBAND: 0x80,
  POLLWRNORM: 0x100,
  POLLWRBAND: 0x200,
  POLLMSG: 0x400,
  POLLREMOVE: 0x1000,
  POLLRDHUP: 0x2000,
  POLL_BUSY_LOOP: 0x8000,
}

/** POLLERR, POLLHUP and POLLNVAL: poll() answers with these whether they were asked for or not. */
const UNASKED = 0x38

/** Bytes of an answer that is compared with what was asked for. */
const MOST_FLAGS = 256

/** Whether the events [start, end) may be the answer to [from, to): several entries may have the same fd. */
function mayAnswer(bytes: Uint8Array, start: number, end: number, from: number, to: number): boolean {
  if (end - start > MOST_FLAGS || to - from > MOST_FLAGS) return true
  const asked = latin1(bytes, from, to)
  const answered = latin1(bytes, start, end)
  if (answered === asked) return true
  const allowed = flagsOf(asked) | UNASKED
  return (flagsOf(answered) & ~allowed) === 0
}

/** `POLLIN|0x4000`, `0x1` (-X raw; -X verbose adds the names); what has no known name counts as none. */
function flagsOf(text: string): number {
  return text.split('|').reduce((sum, flag) => sum | (FLAGS[flag] ?? (Number.parseInt(flag, 16) || 0)), 0) & 0xffff
}

/** The fds of one set of select() that are ready, of `in [3 4], out [5]`; strace prints fds in ascending order (desc.c). */
export class SetAnswers {
  private bytes: Uint8Array = new Uint8Array(0)
  private at = 0
  private last = 0

  /** `text`: what stands behind the value of the call. */
  begin(bytes: Uint8Array, text: Span, set: string): void {
    const name = `${set} [`
    const at = indexOf(bytes, text.start, text.end, name)
    this.bytes = bytes
    this.last = text.end
    this.at = at < 0 ? text.end : at + name.length
  }

  /** Whether it is ready; to be asked in ascending order. */
  isReady(fd: number): boolean {
    const { bytes, last } = this
    for (;;) {
      const digits = digitsEnd(bytes, this.at, last)
      if (digits === this.at) return false
      const ready = decimal(bytes, this.at, digits)
      if (ready >= fd) return ready === fd
      this.at = digits + 1
    }
  }
}
