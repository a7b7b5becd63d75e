/**
 * Stacks: ` => dma_buf_ioctl` of the kernel (trace_stack_print() in kernel/trace/trace_output.c), with +0x12/0x80 and
 * <ffffffff8140a970> by trace options; `=> dma_buf_ioctl (ffffffffaa95cc7c)` of trace-cmd.
 */
import { startsWith } from '../text/bytes.ts'
import type { EventTable } from './event-table.ts'

const FRAME = /^\s*=> /
const ADDRESS = /^\s*=> (?:.*[(<])?([0-9a-f]{8,16})[)>]?\s*$/

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
  const hex = /ARRAY\[([\da-f, ]*)\]/.exec(text)?.[1]?.replaceAll(', ', '') ?? ''
  const width = hex.length / DECLARED
  if (size > DECLARED || (width !== 8 && width !== 16)) return
  const words = Array.from({ length: size }, (_, i) => hex.slice(i * width, (i + 1) * width).match(/../g) ?? [])
  event.setText(1, `[${words.map((word) => BigInt(`0x${word.reverse().join('')}`)).join(', ')}]`, row)
}

/** Fields: size, caller, from the lines behind the first. */
export function readFrames(event: EventTable, text: string, row: number): void {
  const frames = text.split('\n').filter((line) => FRAME.test(line))
  if (frames.length === 0) return
  event.fields[0]?.setInteger(frames.length, row)
  const addresses = frames.map((line) => ADDRESS.exec(line)?.[1])
  if (addresses.some((address) => address === undefined)) return
  event.setText(1, `[${addresses.map((address) => BigInt(`0x${address}`)).join(', ')}]`, row)
}
