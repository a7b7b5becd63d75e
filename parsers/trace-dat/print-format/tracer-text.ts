/** The texts of the tracers' own events, which trace-cmd does not print by their print format. */
import type { EventFormat } from '../event-format.ts'
import { hexOf } from './hex-text.ts'
import { symbolText } from './pointer-text.ts'
import { readInteger, type Scope, ValueError } from './scope.ts'

/** An unsigned field of the scope's record, by name. */
export function fieldOf(format: EventFormat, name: string, scope: Scope): bigint {
  const field = format.fields.find((f) => f.name === name)
  if (!field) throw new ValueError(`no field ${name}`)
  return readInteger(scope, field.offset, field.size, false)
}

const hasField = (format: EventFormat, name: string): boolean => format.fields.some((f) => f.name === name)

/** `function <-- caller`. Source: trace-cmd lib/trace-cmd/trace-ftrace.c, function_handler(). */
export function functionText(format: EventFormat, scope: Scope): string {
  const ip = symbolText(fieldOf(format, 'ip', scope), false, scope)
  return `${ip} <-- ${symbolText(fieldOf(format, 'parent_ip', scope), false, scope)}`
}

/**
 * Every address of a stack, which is as long as the record: the print format would show eight.
 * Source: libtraceevent plugins/plugin_function.c, trace_stack_handler().
 */
export function stackText(format: EventFormat, scope: Scope): string {
  const field = format.fields.find((f) => f.name === 'caller')
  if (!field) throw new ValueError('no field caller')
  const size = scope.longSize
  const end = BigInt.asUintN(size * 8, -1n)
  let text = '<stack trace >'
  for (let at = field.offset; at + size <= scope.size; at += size) {
    const address = readInteger(scope, at, size, false)
    if (
      address === end ||
      (address === 0n && format.name === 'user_stack') ||
      BigInt.asUintN(32, address) === 0xffff_ffffn
    )
      break
    const symbol = scope.symbolAt(address)
    text += `\n=> ${symbol ? `${symbol.name} (${address.toString(16)})` : address.toString(16)}`
  }
  return text
}

/** `# id` and all bytes. Source: libtraceevent plugins/plugin_function.c, trace_raw_data_handler(). */
export function rawDataText(format: EventFormat, scope: Scope): string {
  const start = format.fields.find((f) => f.name === 'buf')?.offset
  const id = fieldOf(format, 'id', scope).toString(16)
  if (start === undefined || start >= scope.size) return `# ${id}`
  return `# ${id} ${hexOf(start, scope.size - start, ' ', scope)}`
}

const INDENT = 2
const MAX_INDENT = 256

function indentOf(format: EventFormat, scope: Scope): string {
  const depth = Number(BigInt.asIntN(32, fieldOf(format, 'depth', scope)))
  return ' '.repeat(Math.max(0, Math.min(MAX_INDENT, depth * INDENT)))
}

/** What the end of a function says. */
export interface GraphExit {
  readonly duration: bigint
  readonly result: bigint | undefined
}

/** A `funcgraph_exit` record. */
export function graphExitOf(format: EventFormat, scope: Scope): GraphExit {
  const duration = BigInt.asUintN(64, fieldOf(format, 'rettime', scope) - fieldOf(format, 'calltime', scope))
  return { duration, result: hasField(format, 'retval') ? fieldOf(format, 'retval', scope) : undefined }
}

/**
 * A function's beginning: `|  name() {`, or with its end `0.784 us |  name();` where it called nothing that was traced.
 * Source: trace-cmd lib/trace-cmd/trace-ftrace.c, print_graph_nested() and print_graph_entry_leaf().
 */
export function graphEntryText(format: EventFormat, scope: Scope, exit: GraphExit | undefined): string {
  const address = fieldOf(format, 'func', scope)
  const name = scope.symbolAt(address)?.name
  const indent = indentOf(format, scope)
  const caller = hasField(format, 'retaddr') ? scope.symbolAt(fieldOf(format, 'retaddr', scope))?.name : undefined
  const remark = caller === undefined ? '' : ` /* <-${caller} */`
  const call = `${name ?? address.toString(16)}(`
  if (!exit) return `             |  ${indent}${call})${remark} {`
  return `${overhead(exit.duration)}${durationText(exit.duration)}${indent}${call});${remark}${resultText(exit)}`
}

/** A function's end: `5.110 us |  }`. Source: trace-cmd trace-ftrace.c, fgraph_ret_handler(). */
export function graphExitText(format: EventFormat, scope: Scope): string {
  const exit = graphExitOf(format, scope)
  return `${overhead(exit.duration)}${durationText(exit.duration)}${indentOf(format, scope)}}${resultText(exit)}`
}

/** `+` above 10 us, `!` above 100 us, `#` above 1 ms, `$` above 1 s. */
function overhead(duration: bigint): string {
  if (duration > 1_000_000_000n) return '$ '
  if (duration > 1_000_000n) return '# '
  if (duration > 100_000n) return '! '
  return duration > 10_000n ? '+ ' : '  '
}

/** Microseconds in seven columns. */
function durationText(duration: bigint): string {
  let text = String(duration / 1000n)
  if (text.length < 7) text += `.${String(duration % 1000n).padStart(3, '0')}`
  return `${text} us ${' '.repeat(Math.max(0, 7 - text.length))}|  `
}

const MAX_ERRNO = 4095n

function resultText({ result }: GraphExit): string {
  if (result === undefined) return ''
  const isError = result >= (1n << 64n) - MAX_ERRNO
  return ` (ret=${isError ? BigInt.asIntN(64, result) : `0x${result.toString(16)}`})`
}
