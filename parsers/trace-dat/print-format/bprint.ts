/** The texts of trace_printk events: their formats are constant strings of the kernel. */
import type { EventFormat } from '../event-format.ts'
import { conversionsOf, type Segment } from './conversions.ts'
import { packedArguments } from './packed-arguments.ts'
import { withArguments } from './parse.ts'
import { symbolText } from './pointer-text.ts'
import { printRecord } from './print.ts'
import type { Scope } from './scope.ts'
import { fieldOf } from './tracer-text.ts'

/** The function that a message comes from. */
export const placeOf = (format: EventFormat, scope: Scope): string =>
  symbolText(fieldOf(format, 'ip', scope), false, scope)

/** The message of `bprint`. Source: libtraceevent, get_bprint_format() and make_bprint_args(). */
export function bprintMessage(format: EventFormat): (scope: Scope) => string {
  const start = format.fields.find((f) => f.name === 'buf')?.offset ?? 0
  const formats = new Map<bigint, readonly Segment[]>()
  return (scope) => {
    const address = fieldOf(format, 'fmt', scope)
    let segments = formats.get(address)
    if (!segments) {
      const text = scope.stringAt(address)
      if (text === undefined) return `(NO FORMAT FOUND at ${address.toString(16)})`
      segments = conversionsOf(text)
      formats.set(address, segments)
    }
    return printRecord(withArguments(segments, packedArguments(segments, start, scope)), scope)
  }
}

/** The message of `bputs`, which is a constant string. */
export function bputsMessage(format: EventFormat): (scope: Scope) => string {
  return (scope) => {
    const address = fieldOf(format, 'str', scope)
    return scope.stringAt(address) ?? `(NO TEXT FOUND at ${address.toString(16)})`
  }
}
