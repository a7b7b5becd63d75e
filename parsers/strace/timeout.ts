/** Timeouts as poll() and select() get them. */
import { DASH, decimal, digitsEnd, isDigit, startsWith } from '../text/bytes.ts'
import type { Time } from '../text/time.ts'

/** Sets `time` to a timeout in ns; leaves it unknown for NULL, -1 (for ever) and for pointers that strace could not read. */
export function readTimeout(bytes: Uint8Array, at: number, end: number, inMilliseconds: boolean, time: Time): void {
  if (inMilliseconds) {
    const digits = digitsEnd(bytes, at, end)
    if (bytes[at] === DASH || digits === at || digits - at > 10 || bytes[digits] === 0x78) return
    const value = decimal(bytes, at, digits)
    // -1 as an unsigned number, as old versions print it.
    if (value < 0x80000000) time.set(Math.floor(value / 1000), (value % 1000) * 1e6)
    return
  }
  // `{tv_sec=1, tv_nsec=500}`, `{tv_sec=1, tv_usec=5}`, and `{1, 5}` of old versions (timespec: ns; timeval is not told apart).
  if (!startsWith(bytes, at, end, '{tv_sec=')) return
  const whole = at + 8
  const digits = digitsEnd(bytes, whole, end)
  const isMicro = startsWith(bytes, digits, end, ', tv_usec=')
  if (!isMicro && !startsWith(bytes, digits, end, ', tv_nsec=')) return
  const part = digits + 10
  const last = digitsEnd(bytes, part, end)
  if (digits === whole || digits - whole > 10 || !isDigit(bytes[part]) || last - part > 9) return
  time.set(decimal(bytes, whole, digits), decimal(bytes, part, last) * (isMicro ? 1000 : 1))
}
