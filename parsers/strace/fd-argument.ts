/** A file descriptor among the arguments of a call, with what strace prints behind it (printfd_pid_with_finfo() in util.c). */
import {
  CLOSE_BRACKET,
  decimal,
  digitsEnd,
  hexValue,
  LESS,
  OPEN_BRACKET,
  SPACE,
  startsWith,
  ZERO,
} from '../text/bytes.ts'
import { hexEnd } from '../text/numbers.ts'
import { pathEnd } from './arguments.ts'
import type { Paths } from './paths.ts'

/** Decimal digits of a file descriptor. */
const MOST_DIGITS = 9

const DELETED = '(deleted)'

export class FdArgument {
  /** -1 where it is none, as AT_FDCWD. */
  fd = -1
  /** The id of its path; -1 if not printed. */
  path = -1
  /** Where what follows begins: behind all that was read. */
  end = 0
  private readonly paths: Paths

  constructor(paths: Paths) {
    this.paths = paths
  }

  /** Reads `19</dev/dri/card0>`, `5</memfd:a>(deleted)`, `3</a> [tmpfs_t]`, `0x13`. False: there is no number. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    this.path = -1
    const digits = digitsEnd(bytes, at, end)
    if (digits === at) return false
    if (bytes[digits] === 0x78 && digits === at + 1 && bytes[at] === ZERO) this.readHex(bytes, digits + 1, end)
    else {
      this.fd = digits - at > MOST_DIGITS ? -1 : decimal(bytes, at, digits)
      this.end = digits
    }
    if (this.fd >= 0) this.readPath(bytes, end)
    return true
  }

  /** -e raw= prints all arguments like this: AT_FDCWD is 0xffffff9c. */
  private readHex(bytes: Uint8Array, at: number, end: number): void {
    this.end = hexEnd(bytes, at, end)
    let fd = 0
    for (let i = at; i < this.end && fd >= 0; i++) fd = fd > 0x7ffffff ? -1 : fd * 16 + hexValue(bytes[i] as number)
    this.fd = fd
  }

  private readPath(bytes: Uint8Array, end: number): void {
    let at = this.end
    if (bytes[at] === LESS && at < end) {
      const close = pathEnd(bytes, at, end)
      if (close < 0) return
      this.path = this.paths.id(bytes, at + 1, close - 1)
      at = deletedEnd(bytes, close, end)
    }
    this.end = contextEnd(bytes, at, end)
  }
}

/** Behind the `(deleted)` that strace 5.19 and later print behind a path instead of in it; `at` where it is not deleted. */
export const deletedEnd = (bytes: Uint8Array, at: number, end: number): number =>
  startsWith(bytes, at, end, DELETED) ? at + DELETED.length : at

/** Behind the ` [context]` of --secontext, which holds no brackets (print_context() in secontext.c); `at` without one. */
function contextEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== SPACE || bytes[at + 1] !== OPEN_BRACKET || at + 1 >= end) return at
  let close = at + 2
  while (close < end && bytes[close] !== CLOSE_BRACKET && bytes[close] !== OPEN_BRACKET) close++
  return close < end && bytes[close] === CLOSE_BRACKET ? close + 1 : at
}
