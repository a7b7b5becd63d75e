/**
 * System calls: `fd: 0x13, cmd: 0xc03864bc, arg: 0x0` (trace-cmd), `sys_ioctl(fd: 13, cmd: c03864bc, arg: 0)` and
 * `sys_ioctl -> 0x0` (print_syscall_enter() and print_syscall_exit() in kernel/trace/trace_syscalls.c),
 * `NR 16 (13, c03864bc, 0, 0, 0, 0)` and `NR 16 = 0` (include/trace/events/syscalls.h).
 */
import { argumentEnd } from '../text/brackets.ts'
import { COLON, COMMA, EQUALS, indexOf, isNameByte, SPACE, startsWith } from '../text/bytes.ts'
import type { EventTable } from './event-table.ts'
import { readPairs } from './pairs.ts'
import { marks } from './template.ts'

/** Fields: __syscall_nr, then the arguments. */
export function readEnter(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, '__syscall_nr=')) {
    readPairs(event, bytes, start, end, row)
    return
  }
  event.template.read(findArguments, event, bytes, start, end, row)
}

function findArguments(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  let guess = 1
  for (let at = start; at < end; ) {
    const stop = argumentEnd(bytes, at, end)
    let colon = at
    while (colon < stop && bytes[colon] !== COLON) colon++
    // With the trace option verbose its type stands before the name: `const char * filename: 0x55e004799680`.
    let name = colon
    while (name > at && isNameByte(bytes[name - 1] as number)) name--
    if (bytes[colon] === COLON && colon > name && colon < stop) {
      const found = event.fieldCalled(bytes, name, colon, guess)
      const value = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1
      marks.add(found, value, stop)
      if (found > 0) event.set(found, bytes, value, stop, row)
      guess = found + 1
    }
    at = stop
    while (at < end && (bytes[at] === COMMA || bytes[at] === SPACE)) at++
    if (at === stop) break
  }
}

/** Fields: __syscall_nr, ret. */
export function readExit(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, '__syscall_nr=')) readPairs(event, bytes, start, end, row)
  else event.set(1, bytes, start, end, row)
}

/** The names of arguments, for declaring a table. */
export function argumentsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|, )(?:[\w *]+ )?(\w+): /g)].map((match) => match[1] as string)
}

/** Fields: id, args[0] to args[5]. */
export function readRawEnter(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, 'id=')) {
    readRawArray(event, bytes, start, end, row)
    return
  }
  if (!startsWith(bytes, start, end, 'NR ')) return
  const open = indexOf(bytes, start, end, ' (')
  if (open < 0) return
  event.set(0, bytes, start + 3, open, row)
  let at = open + 2
  for (let field = 1; field <= 6 && at < end; field++) {
    const stop = argumentEnd(bytes, at, end)
    event.set(field, bytes, at, stop, row)
    at = stop + 1
    while (bytes[at] === SPACE) at++
  }
}

/** `id=5 args=ARRAY[01, 00, ...]` of trace-cmd report -R: the bytes of six longs, of a little-endian machine. */
function readRawArray(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  readPairs(event, bytes, start, end, row)
  const open = indexOf(bytes, start, end, 'ARRAY[')
  if (open < 0) return
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + open + 6, end - open - 6).toString('latin1')
  const values = text.replace(/\].*/, '').split(', ')
  const width = values.length / 6
  if (width !== 4 && width !== 8) return
  for (let i = 0; i < 6; i++) {
    const hex = Buffer.from(
      `0x${values
        .slice(i * width, (i + 1) * width)
        .reverse()
        .join('')}`,
      'latin1',
    )
    event.set(1 + i, new Uint8Array(hex), 0, hex.length, row)
  }
}

/** Fields: id, ret. */
export function readRawExit(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (!startsWith(bytes, start, end, 'NR ')) {
    readPairs(event, bytes, start, end, row)
    return
  }
  const equals = bytes.indexOf(EQUALS, start)
  if (equals < 0 || equals >= end) return
  event.set(0, bytes, start + 3, equals, row)
  event.set(1, bytes, equals + 2, end, row)
}
