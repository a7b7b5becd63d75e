/**
 * Stacks: ` => dma_buf_ioctl` of the kernel (trace_stack_print() in kernel/trace/trace_output.c), with +0x12/0x80 and
 * <ffffffff8140a970> by trace options; `=> dma_buf_ioctl (ffffffffaa95cc7c)` of trace-cmd.
 */
import { startsWith } from '../text/bytes.ts'
import type { EventTable } from './event-table.ts'

const FRAME = /^\s*=> /
const ADDRESS = /^\s*=> (?:.*[(<])?(0x[0-9a-f]{1,16}|[0-9a-f]{8,16})[)>]?\s*$/

/** Addresses that the kernel declares; trace-cmd report -R prints so many, whatever the stack holds. */
const DECLARED = 8

/**
 * Fields: size, caller. The first line; only trace-cmd report -R has the fields in it, `size=6 caller=ARRAY[ff, ...]`,
 * the bytes of a little-endian machine.
 */
export function readStack(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  if (!startsWith(bytes, start, end, 'size=')) return
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  const size = Number(/^size=(\d+)/.exec(text)?.[1])
  event.fields[0]?.setInteger(size, row)
  if (size <= DECLARED) setWords(event, text, size, row)
}

/** The first words of `ARRAY[ff, ...]`. */
function setWords(event: EventTable, text: string, size: number, row: number): void {
  const hex = /ARRAY\[([\da-f, ]*)\]/.exec(text)?.[1]?.replaceAll(', ', '') ?? ''
  const width = hex.length / DECLARED
  if (width !== 8 && width !== 16) return
  const words = Array.from({ length: size }, (_, i) => hex.slice(i * width, (i + 1) * width).match(/../g) ?? [])
  event.setText(1, `[${words.map((word) => BigInt(`0x${word.reverse().join('')}`)).join(', ')}]`, row)
}

/** Fields: size, caller, from the lines behind the first. */
export function readFrames(event: EventTable, text: string, row: number): void {
  const frames = text.split('\n').filter((line) => FRAME.test(line))
  if (frames.length === 0) return
  event.fields[0]?.setInteger(frames.length, row)
  setAddresses(event, frames, row)
}

/** Fields: tgid, caller. report -R has both in its first line. */
export function readUserStack(event: EventTable, bytes: Uint8Array, start: number, end: number, row: number): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
  if (FRAME.test(text)) {
    setAddresses(event, [text], row)
    return
  }
  const tgid = /^tgid=(\d+)/.exec(text)?.[1]
  if (tgid === undefined) return
  event.setText(0, tgid, row)
  setWords(event, text, DECLARED, row)
}

/** Fields: tgid, caller, from all lines. */
export function readUserFrames(event: EventTable, text: string, row: number): void {
  setAddresses(
    event,
    text.split('\n').filter((line) => FRAME.test(line)),
    row,
  )
}

function setAddresses(event: EventTable, frames: readonly string[], row: number): void {
  const addresses = frames.map((line) => ADDRESS.exec(line)?.[1])
  if (frames.length === 0 || addresses.some((address) => address === undefined)) return
  const numbers = addresses.map((address = '') => BigInt(`0x${address.replace(/^0x/, '')}`))
  event.setText(1, `[${numbers.join(', ')}]`, row)
}
