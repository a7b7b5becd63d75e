/** Network addresses in records, which hold them in network byte order. Source: printk-formats.rst, "IPv4 addresses" and following. */
import type { Scope } from './scope.ts'
import { readSmall, ValueError } from './scope.ts'

const AF_INET = 2
const AF_INET6 = 10

const byte = (offset: number, scope: Scope): number => readSmall(scope, offset, 1)
/** A 16-bit number in network byte order. */
const word = (offset: number, scope: Scope): number => byte(offset, scope) * 256 + byte(offset + 1, scope)

/** `%pI4` 1.2.3.4, `%pi4` 001.002.003.004. */
export function ipv4Text(start: number, padded: boolean, reversed: boolean, scope: Scope): string {
  const parts = [0, 1, 2, 3].map((i) => String(byte(start + i, scope)).padStart(padded ? 3 : 1, '0'))
  return (reversed ? parts.reverse() : parts).join('.')
}

/** `%pI6` with colons, `%pi6` without, `%pI6c` in the short form of RFC 5952. */
export function ipv6Text(start: number, padded: boolean, short: boolean, scope: Scope): string {
  const words = [0, 2, 4, 6, 8, 10, 12, 14].map((i) => word(start + i, scope))
  if (!short || padded) return words.map((w) => w.toString(16).padStart(4, '0')).join(padded ? '' : ':')
  const mapped = words.slice(0, 5).every((w) => w === 0) && words[5] === 0xffff
  const isatap = ((words[4] as number) | 0x0200) === 0x0200 && words[5] === 0x5efe
  const embedded = mapped || isatap
  const range = embedded ? words.slice(0, 6) : words
  const { from, count } = longestZeros(range)
  const hex = (part: number[]): string => part.map((w) => w.toString(16)).join(':')
  const left = hex(range.slice(0, from))
  const right = hex(range.slice(from + count))
  let text = count > 1 ? `${left}::${right}` : hex(range)
  if (embedded) text += `${text.endsWith(':') ? '' : ':'}${ipv4Text(start + 12, false, false, scope)}`
  return text
}

function longestZeros(words: readonly number[]): { from: number; count: number } {
  let best = { from: words.length, count: 0 }
  for (let from = 0; from < words.length; from++) {
    let count = 0
    while (from + count < words.length && words[from + count] === 0) count++
    if (count > best.count) best = { from, count }
  }
  return best.count > 1 ? best : { from: words.length, count: 0 }
}

/** `%pIS`: a struct sockaddr; `p` adds the port, `c` shortens IPv6. */
export function socketText(start: number, length: number, pointer: string, scope: Scope): string {
  const padded = pointer[0] === 'i'
  const withPort = pointer.includes('p')
  const family = readSmall(scope, start, 2)
  const port = withPort ? `:${word(start + 2, scope)}` : ''
  if (family === AF_INET && length >= 16) {
    const reversed = pointer.slice(2).includes('l') || (pointer.slice(2).includes('h') && !scope.bigEndian)
    return ipv4Text(start + 4, padded, reversed, scope) + port
  }
  if (family === AF_INET6 && length >= 28) {
    const address = ipv6Text(start + 8, padded, pointer.includes('c'), scope)
    return withPort ? `[${address}]${port}` : address
  }
  if (family === AF_INET || family === AF_INET6) throw new ValueError('a socket address that is cut short')
  return ''
}
