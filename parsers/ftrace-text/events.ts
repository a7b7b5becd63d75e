/** The tables of a recording's events, found by the bytes of their names. */
import type { Sink } from '../../src/parser.ts'
import { isSame } from '../text/bytes.ts'
import type { TextIds } from '../text/text-ids.ts'
import { Declarations } from './declare.ts'
import { EventTable } from './event-table.ts'

/** How an event is called: `name:`, `sys_name(`, `sys_name ->`. */
export type Kind = 0 | 1 | 2
export const EVENT = 0
export const ENTER = 1
export const EXIT = 2

/** Tables that are made at most, so that a text of words and colons does not become one table each. */
const MOST_TABLES = 3000
const SLOTS = 8192

interface Slot {
  readonly kind: Kind
  readonly name: Uint8Array
  readonly table: EventTable
  readonly next: Slot | undefined
}

/** Texts that trace-cmd and the kernel print for one event under two names. */
const SAME: Record<string, string> = { tracing_mark_write: 'print', trace_marker: 'print' }

export class Events {
  private readonly sink: Sink
  private readonly texts: TextIds
  private readonly instances: boolean
  private readonly slots = new Array<Slot | undefined>(SLOTS).fill(undefined)
  private readonly tables = new Map<string, EventTable>()
  private readonly declarations: Declarations

  constructor(sink: Sink, texts: TextIds, instances: boolean) {
    this.sink = sink
    this.texts = texts
    this.instances = instances
    this.declarations = new Declarations(sink.known)
  }

  get all(): Iterable<EventTable> {
    return this.tables.values()
  }

  /** The table of an event, if it has one already. */
  find(kind: Kind, bytes: Uint8Array, start: number, end: number): EventTable | undefined {
    for (let slot = this.slots[slotOf(kind, bytes, start, end)]; slot; slot = slot.next) {
      if (slot.kind === kind && isSame(slot.name, bytes, start, end)) return slot.table
    }
    return undefined
  }

  /** Makes the table of an event from the text of its first line. */
  make(kind: Kind, bytes: Uint8Array, start: number, end: number, text: string): EventTable {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
    const call = name.replace(/^(compat_)?sys_/, '')
    const full = kind === EVENT ? (SAME[name] ?? name) : `sys_${kind === ENTER ? 'enter' : 'exit'}_${call}`
    const table = full === '' ? this.other() : this.table(full, text)
    const index = slotOf(kind, bytes, start, end)
    this.slots[index] = { kind, name: bytes.slice(start, end), table, next: this.slots[index] }
    return table
  }

  /** The table of an event by its name. */
  table(name: string, text = ''): EventTable {
    const known = this.tables.get(name)
    if (known) return known
    if (this.tables.size >= MOST_TABLES && name !== 'other') return this.other()
    const format = this.declarations.formatOf(name, text)
    const table = new EventTable(format, this.sink, this.texts, this.instances)
    this.tables.set(name, table)
    return table
  }

  /** The table of texts without the name of an event. */
  other(): EventTable {
    return this.table('other')
  }
}

function slotOf(kind: Kind, bytes: Uint8Array, start: number, end: number): number {
  let hash = kind * 31 + (end - start)
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
  return (hash ^ (hash >>> 13)) & (SLOTS - 1)
}
