/**
 * Stacks: ` => dma_buf_ioctl` of the kernel (trace_stack_print() in kernel/trace/trace_output.c), with +0x12/0x80 and
 * <ffffffff8140a970> by trace options; `=> dma_buf_ioctl (ffffffffaa95cc7c)` of trace-cmd.
 */
import type { EventTable } from './event-table.ts'

const FRAME = /^\s*=> /
const ADDRESS = /^\s*=> (?:.*[(<])?([0-9a-f]{8,16})[)>]?\s*$/

/** Fields: size, caller. */
export function readStack(event: EventTable, text: string, row: number): void {
  const frames = text.split('\n').filter((line) => FRAME.test(line))
  if (frames.length === 0) return
  event.fields[0]?.setInteger(frames.length, row)
  const addresses = frames.map((line) => ADDRESS.exec(line)?.[1])
  if (addresses.some((address) => address === undefined)) return
  event.setText(1, `[${addresses.map((address) => BigInt(`0x${address}`)).join(', ')}]`, row)
}
