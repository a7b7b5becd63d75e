/** The function tracer, `dma_buf_poll <-do_sys_poll` (trace_fn_trace() in kernel/trace/trace_output.c), and markers. */
import { indexOf, isNameByte, SPACE, startsWith } from '../text/bytes.ts'
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

/** A name without what may stand behind it: `+0x10/0x40` (sym-offset), `(args)` (func-args), ` [module]`. */
function setName(event: EventTable, field: number, bytes: Uint8Array, start: number, end: number, row: number): void {
  let stop = start
  while (stop < end && (isNameByte(bytes[stop] as number) || bytes[stop] === 0x2e || bytes[stop] === 0x24)) stop++
  event.set(field, bytes, start, stop, row)
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
