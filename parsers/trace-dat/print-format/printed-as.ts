/** How a print format shows the fields of arrays: as text, or as bytes. */
import type { Expression } from './expression.ts'
import type { PrintFormat } from './parse.ts'

export interface PrintedAs {
  /** Names of fields that %s prints. */
  readonly text: ReadonlySet<string>
  /** Names of fields whose bytes are printed one by one, and by no %s: `%pM`, `%*ph`, `__print_hex`. */
  readonly bytes: ReadonlySet<string>
}

/** Addresses, UUIDs and raw bytes (Documentation/core-api/printk-formats.rst). */
const BYTES = /^[mMiIUhb]/

export function printedAs(format: PrintFormat): PrintedAs {
  const text = new Set<string>()
  const bytes = new Set<string>()
  const collect = (e: Expression, names: Set<string>): void => {
    switch (e.kind) {
      case 'field':
      case 'text':
      case 'dynamic':
        names.add(e.field.name)
        break
      case 'cast':
        collect(e.of, names)
        break
      case 'choice':
        collect(e.yes, names)
        collect(e.no, names)
        break
      case 'hex':
      case 'array':
        collect(e.of, bytes)
        break
      case 'hex-dump':
        collect(e.arguments[4] as Expression, bytes)
        break
      case 'call': {
        const [of] = e.arguments
        if (e.name === '&' && of) collect(of.kind === 'element' ? of.base : of, names)
        break
      }
      case 'binary':
        collect(e.left, names)
        break
      default:
    }
  }
  for (const part of format) {
    if (typeof part === 'string') continue
    const { letter, pointer } = part.conversion
    if (letter === 's') collect(part.of, text)
    else if (letter === 'p' && BYTES.test(pointer)) collect(part.of, bytes)
  }
  return { text, bytes: new Set([...bytes].filter((name) => !text.has(name))) }
}
