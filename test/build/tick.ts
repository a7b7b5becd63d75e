/** The event of tests that are not about fields: a number, and a text that follows the record. */
import type { Endian } from './byte-writer.ts'
import { encodeFields } from './encode-fields.ts'
import { defineEvent } from './event-formats.ts'
import type { RingEvent } from './ring-buffer.ts'

export const TICK = defineEvent({
  system: 'demo',
  name: 'tick',
  id: 1000,
  fields: [
    { type: 'u64', name: 'n' },
    { type: '__data_loc char[]', name: 'note' },
  ],
})

/** A tick `n` at a time, of thread 100 + n % 3. */
export function tick(n: number, ts: bigint, endian: Endian = 'little', note = `note ${n}`): RingEvent {
  return { ts, data: encodeFields(TICK, { common_pid: tickTid(n), n, note }, endian) }
}

export const tickTid = (n: number): number => 100 + (n % 3)

/** Names of the threads that tick. */
export const TICK_COMMS = '100 anna\n101 bert one\n102 kworker/0:1\n'
