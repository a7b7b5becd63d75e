/**
 * The texts of funcgraph_entry and funcgraph_exit: lines of function_graph (graph-text.ts), and where trace-cmd's plugin
 * does not make them, the kernel's print format (FTRACE_EVENT_ENTRY() in kernel/trace/trace_entries.h) or the fields
 * (report -R):
 *
 *     <-- bar (1) (start: 3b9af4f8  end: 3b9afad4) over: 1 retval: 0
 *     func=bar depth=1 overrun=0 calltime=3b9af4f8 rettime=3b9afad4
 */
import { hexEnd } from '../text/numbers.ts'
import { latin1 } from '../text/source.ts'
import type { EventTable } from './event-table.ts'
import { GraphText } from './graph-text.ts'

/** The columns of both tables, in their order; the last three are those of funcgraph_exit. */
const FUNC = 0
const DEPTH = 1
const NAME = 2
const DURATION = 3
const RETVAL = 4
const OVERRUN = 5
const CALLTIME = 6
const RETTIME = 7

/** Digits of an address that is printed where the function's name is not known. */
const ADDRESS_DIGITS = 8

/** Characters of a text that are read. */
const LONGEST = 1024

const text = new GraphText()

export function readGraph(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (!text.read(bytes, start, end)) {
    const line = latin1(bytes, start, Math.min(end, start + LONGEST))
    if (/^(-->|<--) /.test(line)) readPrinted(event, line, row)
    else readFields(event, line, row)
    return
  }
  event.fields[DEPTH]?.setInteger(text.depth, row)
  if (isAddress(bytes, text.start, text.end)) event.setText(FUNC, `0x${latin1(bytes, text.start, text.end)}`, row)
  else event.set(NAME, bytes, text.start, text.end, row)
  if (text.duration >= 0) event.fields[DURATION]?.setInteger(text.duration, row)
  event.set(RETVAL, bytes, text.resultStart, text.resultEnd, row)
}

const isAddress = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= ADDRESS_DIGITS && hexEnd(bytes, start, end) === end

const PRINTED =
  /^\S+ (\S+?)(?:[ +]\S*)? \((-?\d+)\)(?: \(start: ([\da-f]+) {2}end: ([\da-f]+)\))?(?:.* retval: ([\da-f]+))?/

function readPrinted(event: EventTable, line: string, row: number): void {
  const [, name = '', depth, start, stop, result] = PRINTED.exec(line) ?? []
  if (depth === undefined) return
  setFunction(event, name, row)
  event.setText(DEPTH, depth, row)
  setHex(event, CALLTIME, start, row)
  setHex(event, RETTIME, stop, row)
  setHex(event, RETVAL, result, row)
}

/**
 * Since libtraceevent 1.4 (2021) fields are printed by the print format, functions as names and times in hexadecimal;
 * before, functions as addresses and times in decimal. A name or a letter tells which.
 */
function readFields(event: EventTable, line: string, row: number): void {
  const fields = new Map([...line.matchAll(/(\w+)=(.*?)(?= \w+=|$)/g)].map(([, key, value]) => [key, value?.trim()]))
  const func = fields.get('func') ?? ''
  const times = [fields.get('calltime'), fields.get('rettime'), fields.get('retval')]
  setFunction(event, func.replace(/[ +].*/, ''), row)
  const address = /\((0x[\da-f]+)\)$/.exec(func)?.[1]
  if (address !== undefined) event.setText(FUNC, address, row)
  setDecimal(event, DEPTH, fields.get('depth'), row)
  setDecimal(event, OVERRUN, fields.get('overrun'), row)
  if (!/^0x/.test(func) || times.some((time) => /^[\da-f]*[a-f]/.test(time ?? ''))) {
    for (const [i, field] of [CALLTIME, RETTIME, RETVAL].entries()) setHex(event, field, times[i], row)
  }
}

function setFunction(event: EventTable, name: string, row: number): void {
  const digits = name.replace(/^0x/, '')
  if (/^[\da-f]{8,16}$/.test(digits)) event.setText(FUNC, `0x${digits}`, row)
  else event.setText(NAME, name, row)
}

function setDecimal(event: EventTable, field: number, value: string | undefined, row: number): void {
  if (value !== undefined && /^-?\d+$/.test(value)) event.setText(field, value, row)
}

function setHex(event: EventTable, field: number, value: string | undefined, row: number): void {
  if (value !== undefined && /^(0x)?[\da-f]{1,16}$/.test(value))
    event.setText(field, `0x${value.replace(/^0x/, '')}`, row)
}
