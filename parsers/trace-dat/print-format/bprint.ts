/** The texts of trace_printk events. */
import type { EventFormat } from '../event-format.ts'
import { conversionsOf, type Segment } from './conversions.ts'
import { packedArguments } from './packed-arguments.ts'
import { withArguments } from './parse.ts'
import { symbolText } from './pointer-text.ts'
import { printRecord } from './print.ts'
import type { Scope } from './scope.ts'
import { fieldOf } from './tracer-text.ts'

/** `function: text`; the format comes from the kernel's strings. Source: libtraceevent, get_bprint_format(). */
export function bprintPrinter(format: EventFormat): (scope: Scope) => string {
  const start = format.fields.find((f) => f.name === 'buf')?.offset ?? 0
  const formats = new Map<bigint, readonly Segment[]>()
  return (scope) => {
    const head = `${symbolText(fieldOf(format, 'ip', scope), false, scope)}: `
    const address = fieldOf(format, 'fmt', scope)
    let segments = formats.get(address)
    if (!segments) {
      const text = scope.stringAt(address)
      if (text === undefined) return `${head}(NO FORMAT FOUND at ${address.toString(16)})`
      segments = conversionsOf(text)
      formats.set(address, segments)
    }
    return head + printRecord(withArguments(segments, packedArguments(segments, start, scope)), scope)
  }
}
