/** Bytes and arrays as text: `__print_hex`, `__print_array`, `__print_hex_dump`. */
import { evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { MAX_TEXT } from './limits.ts'
import { offsetOf, readInteger, type Scope, ValueError } from './scope.ts'

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>

/** Where the data lies in the record. */
function startOf(e: Expression, scope: Scope): number {
  const offset = offsetOf(evaluate(e, scope), scope)
  if (offset === undefined) throw new ValueError('memory of the kernel is not in the recording')
  return offset
}

/** A count, at most as many as the record can hold. */
function countOf(e: Expression, start: number, size: number, scope: Scope): number {
  const count = Number(BigInt.asIntN(32, evaluate(e, scope)))
  return Math.max(0, Math.min(count, Math.floor((scope.size - start) / size)))
}

/** `0a 0b 0c` or `0a0b0c`. Source: trace_print_hex_seq(), kernel/trace/trace_output.c. */
export function hexText(e: Of<'hex'>, scope: Scope): string {
  const start = startOf(e.of, scope)
  return hexOf(start, countOf(e.length, start, 1, scope), e.delimiter, scope)
}

/** The bytes [start, start + length) in hexadecimal. */
export function hexOf(start: number, length: number, delimiter: string, scope: Scope): string {
  const from = scope.data + start
  const text = Buffer.from(scope.bytes.buffer, scope.bytes.byteOffset + from, length).toString('hex')
  return delimiter === '' ? text : (text.match(/../g) ?? []).join(delimiter).slice(0, MAX_TEXT)
}

/** `{0x1,0x2}`. Source: trace_print_array_seq(), kernel/trace/trace_output.c. */
export function arrayText(e: Of<'array'>, scope: Scope): string {
  const start = startOf(e.of, scope)
  const wanted = Number(BigInt.asIntN(32, evaluate(e.elementSize, scope)))
  const known = [1, 2, 4, 8].includes(wanted)
  const size = known ? wanted : 1
  const parts: string[] = []
  const count = countOf(e.count, start, size, scope)
  for (let i = 0; i < count; i++) {
    const text = `0x${readInteger(scope, start + i * size, size, false).toString(16)}`
    parts.push(known ? text : `BAD SIZE:${wanted} ${text}`)
  }
  return `{${parts.join(',')}}`
}

const PREFIX_OFFSET = 2
const PREFIX_ADDRESS = 1

/** Lines of hexadecimal groups. Source: trace_print_hex_dump_seq() and lib/hexdump.c. */
export function hexDumpText(e: Of<'hex-dump'>, scope: Scope): string {
  const [prefix, prefixType, rowSize, groupSize, data, length, ascii] = e.arguments as [
    Expression,
    Expression,
    Expression,
    Expression,
    Expression,
    Expression,
    Expression,
  ]
  const start = startOf(data, scope)
  const bytes = countOf(length, start, 1, scope)
  const row = evaluate(rowSize, scope) === 32n ? 32 : 16
  const wanted = Number(BigInt.asUintN(32, evaluate(groupSize, scope)))
  const known = [1, 2, 4, 8].includes(wanted) ? wanted : 1
  const type = Number(BigInt.asUintN(32, evaluate(prefixType, scope)))
  const head = prefix.kind === 'string' ? prefix.text : ''
  let text = '\n'
  for (let at = 0; at < bytes && text.length < MAX_TEXT; at += row) {
    const width = Math.min(row, bytes - at)
    const group = width % known === 0 ? known : 1 // of each line by itself: hex_dump_to_buffer()
    const groups: string[] = []
    for (let i = 0; i + group <= width; i += group) {
      groups.push(
        readInteger(scope, start + at + i, group, false)
          .toString(16)
          .padStart(2 * group, '0'),
      )
    }
    const where = type === PREFIX_OFFSET || type === PREFIX_ADDRESS ? `${at.toString(16).padStart(8, '0')}: ` : ''
    let line = groups.join(' ')
    if (evaluate(ascii, scope) !== 0n) {
      line = `${line.padEnd((row / group) * (2 * group + 1) - 1)}  ${printable(start + at, width, scope)}`
    }
    text += `${head}${where}${line}\n`
  }
  return text
}

function printable(start: number, length: number, scope: Scope): string {
  const part = scope.bytes.subarray(scope.data + start, scope.data + start + length)
  return Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
}
