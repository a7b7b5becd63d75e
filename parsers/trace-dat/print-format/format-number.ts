/** Writes integers and strings as printf does (ISO C11 7.21.6.1). */
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
  return pad(prefix + digits, sizes)
}

const upper = (value: bigint): string => value.toString(16).toUpperCase()
const decimal = (value: bigint, letter: string): string => (letter === 'o' ? value.toString(8) : value.toString())

/** Text in its width, cut to its precision. */
export const formatString = (text: string, sizes: Sizes): string =>
  pad(sizes.precision === undefined ? text : text.slice(0, sizes.precision), sizes)

const pad = (text: string, sizes: Sizes): string => (sizes.left ? text.padEnd(sizes.width) : text.padStart(sizes.width))
