/** Writes integers and strings as printf does (ISO C11 7.21.6.1): width and precision count bytes. */
import { decodeText } from '../../../src/strings.ts'
import type { Conversion } from './conversions.ts'

/** Width and precision with the values of `*` arguments put in. */
export interface Sizes {
  width: number
  precision: number | undefined
  left: boolean
}

/** The text of an integer conversion d, i, u, x, X or o; `bits` is the width of its argument. */
export function formatInteger(value: bigint, conversion: Conversion, sizes: Sizes, bits: number): string {
  const { letter } = conversion
  const signed = letter === 'd' || letter === 'i'
  const number = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
  if (conversion.plain)
    return letter === 'x' ? number.toString(16) : letter === 'X' ? upper(number) : decimal(number, letter)
  const negative = number < 0n
  const magnitude = negative ? -number : number
  let digits = letter === 'x' ? magnitude.toString(16) : letter === 'X' ? upper(magnitude) : decimal(magnitude, letter)
  if (sizes.precision !== undefined) {
    if (sizes.precision === 0 && number === 0n) digits = ''
    digits = digits.padStart(sizes.precision, '0')
  }
  let prefix = negative ? '-' : signed && conversion.plus ? '+' : signed && conversion.space ? ' ' : ''
  if (conversion.alternate) {
    if ((letter === 'x' || letter === 'X') && number !== 0n) prefix += `0${letter}`
    if (letter === 'o' && !digits.startsWith('0')) prefix += '0'
  }
  if (conversion.zero && !sizes.left && sizes.precision === undefined) {
    digits = digits.padStart(sizes.width - prefix.length, '0')
  }
  return padded(prefix + digits, sizes)
}

const upper = (value: bigint): string => value.toString(16).toUpperCase()
const decimal = (value: bigint, letter: string): string => (letter === 'o' ? value.toString(8) : value.toString())

/** Text in its width, cut to its precision. */
export const formatString = (text: string, sizes: Sizes): string =>
  padded(sizes.precision === undefined ? text : cut(text, sizes.precision), sizes)

/** A character of which a part is left shows its bytes. */
function cut(text: string, length: number): string {
  const bytes = Buffer.from(text)
  return decodeText(bytes, 0, Math.min(length, bytes.length))
}

/** Text with blanks up to its width. */
export function padded(text: string, { width, left }: Pick<Sizes, 'width' | 'left'>): string {
  const blanks = ' '.repeat(Math.max(0, width - Buffer.byteLength(text)))
  return left ? text + blanks : blanks + text
}
