/** How the text of one event is made. */
import type { EventFormat } from '../event-format.ts'
import { bprintMessage, bputsMessage, placeOf } from './bprint.ts'
import { type PrintFormat, parsePrintFormat } from './parse.ts'
import { printRecord } from './print.ts'
import { failedText } from './raw-fields.ts'
import type { Scope } from './scope.ts'
import { FormatError } from './tokens.ts'
import { functionText, graphEntryText, graphExitText, rawDataText, stackText } from './tracer-text.ts'

/** One event, and how its text is made. */
export interface EventText {
  readonly format: EventFormat
  /** Why its print format cannot be read; the fields are listed then. */
  readonly failure: string | undefined
  /** What is taken for true because the recording does not say it. */
  readonly assumption?: string | undefined
  print(scope: Scope): string
  /** The message of trace_printk's events, without the function that it stands in. */
  message?(scope: Scope): string
}

/** Texts that are not made by the print format in the file. */
const OWN: Record<string, (format: EventFormat, scope: Scope) => string> = {
  function: functionText,
  funcgraph_entry: (format, scope) => graphEntryText(format, scope, undefined),
  fgraph_retaddr_entry: (format, scope) => graphEntryText(format, scope, undefined),
  funcgraph_exit: graphExitText,
  kernel_stack: stackText,
  user_stack: stackText,
  raw_data: rawDataText,
}

export function eventText(format: EventFormat, longSize: 4 | 8, strict: boolean): EventText {
  const own = !strict && format.system === 'ftrace' && Object.hasOwn(OWN, format.name) ? OWN[format.name] : undefined
  if (own) return { format, failure: undefined, print: (scope) => own(format, scope) }
  if (format.system === 'ftrace' && format.name === 'bprint') {
    const message = bprintMessage(format)
    return { format, failure: undefined, message, print: (scope) => `${placeOf(format, scope)}: ${message(scope)}` }
  }
  const parsed: PrintFormat | FormatError = parsePrintFormat(format, longSize)
  if (parsed instanceof FormatError) {
    return { format, failure: parsed.message, print: (scope) => failedText(format, scope) }
  }
  const print = (scope: Scope): string => printRecord(parsed, scope)
  const isBputs = format.system === 'ftrace' && format.name === 'bputs'
  const assumption = format.printFormat.includes('jiffies_to_msecs(') ? JIFFY : undefined
  return { format, failure: undefined, assumption, print, ...(isBputs ? { message: bputsMessage(format) } : {}) }
}

const JIFFY = 'a jiffy is taken for 1 ms, as libtraceevent does: the recording does not say how long it is'
