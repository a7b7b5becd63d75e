/** Splits a printf format into literal text and conversions. Source: Documentation/core-api/printk-formats.rst. */

import { MAX_WIDTH } from './limits.ts'

export interface Conversion {
  readonly left: boolean
  readonly plus: boolean
  readonly space: boolean
  readonly alternate: boolean
  readonly zero: boolean
  /** `*`: the next argument is the number. */
  readonly width: number | '*' | undefined
  readonly precision: number | '*' | undefined
  /** `hh`, `h`, `l`, `ll`, `L`, `z`, `Z`, `t`, `j`, `q` or nothing. */
  readonly length: string
  /** d, i, u, x, X, o, c, s or p; n where the letter is not known. */
  readonly letter: string
  /** What follows %p: `S`, `I4`, `ISpc`, `hD`. */
  readonly pointer: string
  /** No flags, width or precision. */
  readonly plain: boolean
}

export type Segment = string | Conversion

// The kernel takes every letter and digit behind %p as belonging to it (lib/vsprintf.c).
const CONVERSION = /%(?:(%)|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(hh|h|ll|l|L|z|Z|t|j|q)?(?:p([A-Za-z0-9]*)|([a-zA-Z])))/g
/** The suffixes of %p that are known, longest first; other letters behind %p are text as libtraceevent takes it. */
const POINTERS =
  /^(?:I[S46][pfscnhbl]*|i[S46][pfscnhbl]*|[mM][RF]*|U[bBlL]?|h[CDN]?|b[l]?|a[dp]?|4cc|[sSfFB][Rb]*|[xKeE]|V|)/

/** The segments in order; adjacent text is one segment. */
export function conversionsOf(format: string): Segment[] {
  const segments: Segment[] = []
  const text = (part: string): void => {
    if (part === '') return
    const last = segments.at(-1)
    if (typeof last === 'string') segments[segments.length - 1] = last + part
    else segments.push(part)
  }
  let done = 0
  for (const match of format.matchAll(CONVERSION)) {
    text(format.slice(done, match.index))
    done = match.index + match[0].length
    if (match[1]) {
      text('%')
      continue
    }
    const [, , flags = '', width, precision, length = '', suffix, letter] = match
    const pointer = suffix === undefined ? '' : (POINTERS.exec(suffix)?.[0] ?? '')
    if (suffix !== undefined) done -= suffix.length - pointer.length
    if (letter !== undefined && !'diuxXocs'.includes(letter)) {
      text(`>${letter}<`) // as libtraceevent shows a conversion that it does not know; it takes no argument
      continue
    }
    const precise = /\./.test(match[0].slice(0, match[0].length - (suffix?.length ?? 0)))
    segments.push({
      left: flags.includes('-'),
      plus: flags.includes('+'),
      space: flags.includes(' '),
      alternate: flags.includes('#'),
      zero: flags.includes('0'),
      width: sizeOf(width),
      precision: precise ? (sizeOf(precision) ?? 0) : undefined,
      length,
      letter: letter ?? 'p',
      pointer,
      plain: flags === '' && width === undefined && !precise,
    })
  }
  text(format.slice(done))
  return segments
}

const sizeOf = (text: string | undefined): number | '*' | undefined =>
  text === undefined || text === '*' ? text : Math.min(Number(text), MAX_WIDTH)

/** The width in bits of the argument that an integer conversion takes. */
export function bitsOf(length: string, longSize: 4 | 8): number {
  switch (length) {
    case 'hh':
      return 8
    case 'h':
      return 16
    case '':
      return 32
    case 'l':
    case 'z':
    case 'Z':
    case 't':
      return longSize * 8
    default:
      return 64
  }
}
