/** Prints one record of an event made up for a test. */
import { parseEventFormat } from '../../parsers/trace-dat/event-format.ts'
import { EventTexts, type TextSource } from '../../parsers/trace-dat/print-format/event-texts.ts'
import type { Endian } from '../build/byte-writer.ts'
import { encodeFields, type FieldValues } from '../build/encode-fields.ts'
import { defineEvent, type FieldSpec } from '../build/event-formats.ts'

export interface Given {
  /** `long a, char comm[16]`: the fields as declared. */
  fields?: string
  values?: FieldValues
  endian?: Endian
  longSize?: 4 | 8
  kallsyms?: string
  printk?: string
  /** `system:name` of the event. */
  event?: string
  /** Bytes to cut off the record's end. */
  cut?: number
}

/** The record, not at the beginning of its bytes, and what it is printed with. */
export function givenRecord(print: string, given: Given) {
  const [system = '', name = ''] = (given.event ?? 'test:event').split(':')
  const longSize = given.longSize ?? 8
  const endian = given.endian ?? 'little'
  const event = defineEvent({ system, name, id: 700, fields: fieldsOf(given.fields ?? ''), print, longSize })
  const data = encodeFields(event, given.values ?? {}, endian)
  const bytes = new Uint8Array(data.length + 24).fill(0xee)
  bytes.set(data, 8)
  const source: TextSource = {
    formats: [parseEventFormat(system, event.text)!],
    kallsyms: given.kallsyms ?? '',
    printk: given.printk ?? '',
    bigEndian: endian === 'big',
    longSize,
  }
  return { source, record: { bytes, data: 8, size: data.length - (given.cut ?? 0) } }
}

function fieldsOf(declarations: string): FieldSpec[] {
  return declarations
    .split(',')
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const [, type = '', name = ''] = /^\s*(.*?)\s*(\w+(?:\[\d*\])?)\s*$/.exec(text) ?? []
      return { type, name }
    })
}

/** The text of one record. */
export function printed(print: string, given: Given = {}): string {
  const { source, record } = givenRecord(print, given)
  return new EventTexts(source).textOf(record)
}

/** The text of one expression under %lld, in a 64-bit recording. */
export const resultOf = (expression: string, given: Given = {}): string => printed(`"%lld", ${expression}`, given)
