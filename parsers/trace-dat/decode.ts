/** Turns ring-buffer records into rows: one writer and one plan per event. */
import type { Column, RowWriter } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import type { Strings } from '../../src/strings.ts'
import { Addresses } from './addresses.ts'
import { type EventFormat, type Field, MAX_ID } from './event-format.ts'
import { meaningOf } from './event-meaning.ts'
import { type BoundStep, bindSteps, type EventPlan, elementSize, OP, planEvent } from './event-table.ts'
import type { EventTexts } from './print-format/event-texts.ts'
import type { CpuCursor } from './ring-buffer.ts'
import { writeValueNames } from './value-names.ts'

interface EventDecoder {
  readonly writer: RowWriter
  readonly plan: EventPlan
  readonly steps: readonly BoundStep[]
  /** The columns that every event has. */
  readonly ts: Int32Array
  readonly cpu: Int16Array
  readonly tid: Int32Array
  /** Fields with addresses of functions; undefined for none. */
  readonly addresses: readonly Field[] | undefined
}

export interface DecodeOptions {
  readonly bigEndian: boolean
  readonly longSize: 4 | 8
  /** Whether rows carry the name of their ftrace instance. */
  readonly instances: boolean
  /** Makes the texts of trace_printk's events. */
  readonly texts: Pick<EventTexts, 'messageOf'>
}

/** Decodes the records of one file. */
export class RecordDecoder {
  /** The addresses of functions in the records so far. */
  readonly addresses: Addresses
  private readonly formats = new Map<number, EventFormat>()
  /** By event id; made in full, as a sparse array would be slow. */
  private readonly decoders: (EventDecoder | undefined)[]
  private readonly sink: Sink
  private readonly options: DecodeOptions
  private readonly typeOffset: number
  private readonly comms = new CommCache()

  constructor(formats: readonly EventFormat[], sink: Sink, options: DecodeOptions) {
    const names = new Set<string>()
    for (const format of formats) {
      const name = `${format.system}:${format.name}`
      if (!names.has(name)) this.formats.set(format.id, format)
      else {
        // Two events of one name (a probe that was defined again): each needs a table of its own.
        this.formats.set(format.id, { ...format, name: `${format.name}_${format.id}` })
        const detail = `${name} is defined twice; the events of id ${format.id} are in ${format.system}.${format.name}_${format.id}`
        sink.problem({ kind: 'duplicate-format', at: `event id ${format.id}`, detail })
      }
      names.add(name)
    }
    this.sink = sink
    this.options = options
    this.addresses = new Addresses(options)
    this.decoders = new Array(MAX_ID + 1).fill(undefined)
    this.typeOffset = formats[0]?.fields.find((f) => f.name === 'common_type')?.offset ?? 0
  }

  /** Writes the cursor's current event as a row at time (hi, lo). */
  decode(cursor: CpuCursor, hi: number, lo: number, instance: number | undefined): void {
    const { bytes, words, data } = cursor
    const at = data + this.typeOffset
    const type = this.options.bigEndian
      ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
      : (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
    const decoder = this.decoders[type] ?? this.open(type)
    if (!decoder) {
      this.sink.problem({
        kind: 'unknown-event',
        at: cursor.at,
        detail: `event id ${type} has no format in this file (${cursor.size} bytes, CPU ${cursor.cpu})`,
        hint: 'the module of this event was loaded after the recording began; record again with it loaded',
        skipped: 1,
      })
      return
    }
    const { writer, plan, steps } = decoder
    if (cursor.size < plan.minSize) {
      this.sink.problem({
        kind: 'short-record',
        at: cursor.at,
        detail: `${plan.spec.schema}:${plan.spec.name} needs ${plan.minSize} bytes, the record has ${cursor.size}`,
        skipped: 1,
      })
      return
    }
    const row = writer.row
    const { ts, cpu, tid } = decoder
    ts[2 * row] = lo
    ts[2 * row + 1] = hi
    cpu[row] = cursor.cpu
    tid[row] = words[(data + plan.pidOffset) >> 2] as number
    if (this.options.instances) {
      const column = writer.columns[3] as Column
      column.words[row] = instance ?? 0
      if (instance === undefined) (column.nulls as Uint8Array)[row] = 1
    }
    this.copyFields(steps, cursor, row)
    if (decoder.addresses) this.addresses.see(cursor, decoder.addresses)
    writer.next()
  }

  private open(type: number): EventDecoder | undefined {
    const format = this.formats.get(type)
    if (!format) return undefined
    const { addresses, bytes, named } = meaningOf(format, this.options.longSize)
    const plan = planEvent(format, this.options.longSize, this.options.instances, bytes)
    const writer = this.sink.table(plan.spec)
    const [ts, cpu, tid] = writer.columns as [Column, Column, Column]
    writeValueNames(plan, named, this.sink)
    const decoder = {
      writer,
      plan,
      steps: bindSteps(plan, writer.columns),
      ts: ts.words,
      cpu: cpu.values as Int16Array,
      tid: tid.words,
      addresses: addresses.length > 0 ? addresses : undefined,
    }
    this.decoders[type] = decoder
    return decoder
  }

  private copyFields(steps: readonly BoundStep[], cursor: CpuCursor, row: number): void {
    const { bytes, words, data } = cursor
    const { bigEndian } = this.options
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as BoundStep
      const at = data + step.offset
      switch (step.op) {
        case OP.word:
          step.words[row] = words[at >> 2] as number
          break
        case OP.twoWords: {
          const w = at >> 2
          step.words[2 * row] = words[bigEndian ? w + 1 : w] as number
          step.words[2 * row + 1] = words[bigEndian ? w : w + 1] as number
          break
        }
        case OP.half:
          step.halves[row] = bigEndian
            ? ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
            : (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
          break
        case OP.byte:
          step.bytes[row] = bytes[at] as number
          break
        case OP.charArray:
          step.words[row] = textId(this.sink.strings, bytes, at, at + step.size)
          break
        case OP.comm:
          step.words[row] = this.comms.id(this.sink.strings, bytes, words, at)
          break
        default:
          this.copyOther(step, cursor, at, row)
      }
    }
  }

  private copyOther(step: BoundStep, cursor: CpuCursor, at: number, row: number): void {
    const { bytes, data, size } = cursor
    const { strings } = this.sink
    if (step.copy === 'bytes') this.copyInteger(step, bytes, at, row)
    else if (step.copy === 'rest') step.words[row] = textId(strings, bytes, at, data + size)
    else if (step.copy === 'rest-line') step.words[row] = lineId(strings, bytes, at, data + size)
    else if (step.copy === 'rest-blob') step.words[row] = hexId(strings, bytes, at, data + size)
    else if (step.copy === 'message') step.words[row] = strings.idOf(this.options.texts.messageOf(cursor))
    else if (step.copy === 'blob') step.words[row] = hexId(strings, bytes, at, at + step.size)
    else step.words[row] = this.dynamicId(step, cursor, at)
  }

  private copyInteger(step: BoundStep, bytes: Uint8Array, at: number, row: number): void {
    const value = readInteger(bytes, at, step.size, this.options.bigEndian, step.field.signed)
    const { target } = step
    if (target.wide) {
      target.words[2 * row] = Number(BigInt.asIntN(32, value))
      target.words[2 * row + 1] = Number(BigInt.asIntN(32, value >> 32n))
    } else (target.values as Int32Array)[row] = Number(value)
  }

  /** `__data_loc`: u32 with the offset in the lower and the length in the upper half; `__rel_loc` counts from behind itself. */
  private dynamicId(step: BoundStep, cursor: CpuCursor, at: number): number {
    const { bytes, words, data, size } = cursor
    let start = at
    let end = data + size
    if (step.field.dynamic) {
      const usual = step.size === 4 && at % 4 === 0
      const loc = usual ? (words[at >> 2] as number) : oddLocation(step, cursor, at, this.options.bigEndian)
      start = (step.field.dynamic === 'rel' ? at + 4 : data) + (loc & 0xffff)
      end = start + (loc >>> 16)
      if (end > data + size) {
        this.sink.problem({
          kind: 'bad-dynamic-field',
          at: cursor.at,
          detail: `field ${step.field.name} lies at ${start - data}..${end - data} of a record of ${size} bytes; what is there was kept`,
        })
        start = Math.min(start, data + size)
        end = data + size
      }
    }
    const { strings } = this.sink
    if (step.copy === 'dynamic-text') return textId(strings, bytes, start, end)
    if (step.copy === 'dynamic-blob') return hexId(strings, bytes, start, end)
    const width = elementSize(step.field.type, this.options.longSize) ?? 1
    return strings.idOf(
      `[${readIntegers(bytes, start, end, width, this.options.bigEndian, step.field.signed).join(', ')}]`,
    )
  }
}

/** The ids of the names of threads that were seen last, found by their four words. */
class CommCache {
  private readonly keys = new Int32Array(4 * 256)
  private readonly ids = new Int32Array(256).fill(-1)

  id(strings: Strings, bytes: Uint8Array, words: Int32Array, at: number): number {
    const w = at >> 2
    const a = words[w] as number
    const b = words[w + 1] as number
    const c = words[w + 2] as number
    const d = words[w + 3] as number
    const hash = Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 961) ^ Math.imul(d, 29791), 0x9e3779b1) >>> 24
    const k = hash << 2
    const { keys, ids } = this
    const known = ids[hash] as number
    if (known >= 0 && keys[k] === a && keys[k + 1] === b && keys[k + 2] === c && keys[k + 3] === d) return known
    const id = textId(strings, bytes, at, at + 16)
    keys[k] = a
    keys[k + 1] = b
    keys[k + 2] = c
    keys[k + 3] = d
    ids[hash] = id
    return id
  }
}

function textId(strings: Strings, bytes: Uint8Array, start: number, end: number): number {
  let stop = start
  while (stop < end && bytes[stop] !== 0) stop++
  return strings.id(bytes, start, stop)
}

const NEWLINE = 10

/** A text without the newline at its end. */
function lineId(strings: Strings, bytes: Uint8Array, start: number, end: number): number {
  let stop = start
  while (stop < end && bytes[stop] !== 0) stop++
  return strings.id(bytes, start, stop > start && bytes[stop - 1] === NEWLINE ? stop - 1 : stop)
}

function hexId(strings: Strings, bytes: Uint8Array, start: number, end: number): number {
  return strings.idOf(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex'))
}

/** The location of a field that is no aligned u32: kernels before 2.6.32 had a u16 with the offset alone. */
function oddLocation({ size }: BoundStep, { bytes, size: record }: CpuCursor, at: number, bigEndian: boolean): number {
  const loc = Number(readInteger(bytes, at, Math.min(size, 4), bigEndian, false))
  return size < 4 ? loc | (Math.max(0, record - loc) << 16) : loc
}

/** An integer of 1 to 8 bytes at any offset. */
export function readInteger(bytes: Uint8Array, at: number, size: number, bigEndian: boolean, signed: boolean): bigint {
  let value = 0n
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[bigEndian ? at + i : at + size - 1 - i] as number)
  return signed ? BigInt.asIntN(size * 8, value) : value
}

/** The integers of `width` bytes in [start, end). */
export function readIntegers(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  bigEndian: boolean,
  signed: boolean,
): bigint[] {
  const list: bigint[] = []
  for (let at = start; at + width <= end; at += width) list.push(readInteger(bytes, at, width, bigEndian, signed))
  return list
}
