/**
 * The function tracers: `dma_buf_poll <-do_sys_poll` (trace_fn_trace() in kernel/trace/trace_output.c),
 * `+ 13.439 us  |  drm_mode_atomic_ioctl();` (trace-cmd's function_graph), and stacks.
 */
import { BAR, CLOSE_BRACE, decimal, digitsEnd, indexOf, isDigit, OPEN_PAREN, SPACE, startsWith } from '../text/bytes.ts'
import type { EventTable } from './event-table.ts'
import { readPairs } from './pairs.ts'

/** Fields: ip, parent_ip, function, parent. */
export function readFunction(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, 'ip=')) {
    readPairs(event, bytes, start, end, row)
    setName(event, 2, bytes, start + 3, end, row)
    const parent = indexOf(bytes, start, end, ' parent_ip=')
    if (parent >= 0) setName(event, 3, bytes, parent + 11, end, row)
    return
  }
  setName(event, 2, bytes, start, end, row)
  const arrow = indexOf(bytes, start, end, '<-')
  if (arrow < 0) return
  let at = arrow + 2
  while (at < end && (bytes[at] === SPACE || bytes[at] === 0x2d)) at++
  setName(event, 3, bytes, at, end, row)
}

function setName(event: EventTable, field: number, bytes: Uint8Array, start: number, end: number, row: number): void {
  let stop = start
  while (stop < end && bytes[stop] !== SPACE) stop++
  event.set(field, bytes, start, stop, row)
}

/** Fields: func, depth, function, duration. */
export function readGraph(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  const bar = bytes.indexOf(BAR, start)
  if (bar < 0 || bar >= end) {
    readPairs(event, bytes, start, end, row)
    return
  }
  let at = bar + 1
  while (at < end && bytes[at] === SPACE) at++
  // Two spaces behind the bar, and two more for each level.
  event.fields[1]?.setInteger(Math.max(0, (at - bar - 3) >> 1), row)
  if (bytes[at] !== CLOSE_BRACE) {
    let stop = at
    while (stop < end && bytes[stop] !== OPEN_PAREN && bytes[stop] !== SPACE) stop++
    event.set(2, bytes, at, stop, row)
  }
  let number = start
  while (number < bar && !isDigit(bytes[number])) number++
  if (number < bar) event.fields[3]?.setInteger(microseconds(bytes, number, bar), row)
}

/** A duration like `13.439` in microseconds as ns. */
function microseconds(bytes: Uint8Array, start: number, end: number): number {
  const dot = digitsEnd(bytes, start, end)
  const stop = Math.min(digitsEnd(bytes, dot + 1, end), dot + 4)
  const scale = 10 ** (3 - (stop - dot - 1))
  return decimal(bytes, start, dot) * 1000 + (stop > dot + 1 ? decimal(bytes, dot + 1, stop) * scale : 0)
}

/** Fields: ip. The text of a marker: `tracing_mark_write: text`, `0xc00a081c: text`, or only `text`. */
export function readPrint(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (startsWith(bytes, start, end, 'ip=')) readPairs(event, bytes, start, end, row)
  else if (startsWith(bytes, start, end, '0x')) {
    const colon = indexOf(bytes, start, end, ':')
    // Old trace-cmd writes 0xffff00000819ff24s (%pS of a symbol that it did not know).
    if (colon > 0) event.set(0, bytes, start, bytes[colon - 1] === 0x73 ? colon - 1 : colon, row)
  }
}

/** Where the text of a marker begins behind its `ip: `. */
export function markerStart(bytes: Uint8Array, start: number, end: number): number {
  if (startsWith(bytes, start, end, 'tracing_mark_write: ')) return start + 20
  if (!startsWith(bytes, start, end, '0x')) return start
  const colon = indexOf(bytes, start, end, ': ')
  return colon < 0 ? start : colon + 2
}
