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
export const formatString = (text: string, sizes: Sizes): string => formatBytes(Buffer.from(text), sizes)

/** The same of bytes: those that are no UTF-8 count as one each, though they are shown as `\xNN`. */
export function formatBytes(bytes: Uint8Array, { width, precision, left }: Sizes): string {
  const length = Math.min(precision ?? bytes.length, bytes.length)
  return filled(decodeText(bytes, 0, length), length, { width, left })
}

/** Text with blanks up to its width. */
export const padded = (text: string, sizes: Pick<Sizes, 'width' | 'left'>): string =>
  filled(text, Buffer.byteLength(text), sizes)

function filled(text: string, length: number, { width, left }: Pick<Sizes, 'width' | 'left'>): string {
  const blanks = ' '.repeat(Math.max(0, width - length))
  return left ? text + blanks : blanks + text
}
