/** The function tracer, `dma_buf_poll <-do_sys_poll` (trace_fn_trace() in kernel/trace/trace_output.c), and markers. */
import { COLON, indexOf, isNameByte, SPACE, startsWith } from '../text/bytes.ts'
import { hexEnd } from '../text/numbers.ts'
import { latin1 } from '../text/source.ts'
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

/** Fields: ip. What stands before a message: the function that printed it, or where its name is not known, its address. */
export function readAddress(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  const isRaw = startsWith(bytes, start, end, 'ip=')
  const at = isRaw ? start + 3 : start
  if (!startsWith(bytes, at, end, '0x')) {
    let name = at
    while (name < end && isNameByte(bytes[name] as number)) name++
    if (bytes[name] === COLON) return // nearly all
    const address = (isRaw ? RAW_WRITER : WRITER).exec(latin1(bytes, start, Math.min(end, start + LONGEST_WRITER)))
    if (address?.groups?.ip) event.setText(0, `0x${address.groups.ip}`, row)
    return
  }
  const stop = hexEnd(bytes, at + 2, end)
  // Old trace-cmd writes 0xffff00000819ff24s (%pS of a symbol that it did not know).
  if (isRaw || startsWith(bytes, stop, end, ':') || startsWith(bytes, stop, end, 's:')) {
    event.set(0, bytes, at, stop, row)
  }
}

/** The writer of a message with its address: `name <ffffffff814aa001>: text`, `name+0x91/0x170 [module] <...>: text`. */
const WRITER = /^[\w.]+(?:\+0x[\da-f]+\/0x[\da-f]+)?(?: \[\w+\])?(?: <(?<ip>[\da-f]+)>)?(?=: )/

/** `ip=name buf=text`, since libtraceevent 1.8.4 `ip=name (0xffffffff814aa001) buf=text`. */
const RAW_WRITER = /^ip=\S*(?: \(0x(?<ip>[\da-f]+)\))?(?= (?:buf|str)=)/

const LONGEST_WRITER = 200

/**
 * Where the message of a marker or of trace_printk() begins: `tracing_mark_write: text`, `0xc00a081c: text`, `ip=
 * tracing_mark_write buf=text` of trace-cmd report -R (`str=` of bputs; its bprint has no text).
 */
export function messageStart(bytes: Uint8Array, start: number, end: number): number {
  if (startsWith(bytes, start, end, 'ip=')) {
    const writer = RAW_WRITER.exec(latin1(bytes, start, Math.min(end, start + LONGEST_WRITER)))
    return writer ? start + writer[0].length + ' buf='.length : start
  }
  let word = start
  while (word < end && bytes[word] !== SPACE && bytes[word] !== COLON) word++
  if (bytes[word] === SPACE && word < end) {
    const writer = WRITER.exec(latin1(bytes, start, Math.min(end, start + LONGEST_WRITER)))
    if (writer) word = start + writer[0].length
  }
  if (word === start || bytes[word] !== COLON || word === end) return start
  if (word + 1 === end) return end
  return bytes[word + 1] === SPACE ? word + 2 : start
}
