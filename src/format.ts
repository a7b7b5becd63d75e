/** Numbers and texts as they stand in reports. ASCII only. */
import type { Proportion } from './report.ts'
import { zeroBound } from './statistics/proportion.ts'

/** Three significant digits without an exponent: 4.63, 31900, 0.0511. */
export function significant(value: number): string {
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(3))
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))))
  return rounded.toFixed(Math.min(digits, 9))
}

/** The same with its sign. */
export const signed = (value: number): string => `${value > 0 ? '+' : ''}${significant(value)}`

/** `90 of 96 (93.8 %)` */
export function share(part: number, whole: number): string {
  return whole === 0 ? `${part} of 0` : `${part} of ${whole} (${percent(part / whole)})`
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(ratio === 0 || ratio === 1 ? 0 : 1)} %`

/** `0.81 %`: the upper 95 % bound of what was not seen in n (3/n). */
export const boundText = (n: number): string => `${Number((zeroBound(n) * 100).toPrecision(2))} %`

/** `23 of 371, 6.2 % [4.0,9.2]`, `none (0 of 368; at most 0.82 %)` */
export function shareText(share: Proportion): string {
  if (share.k === 0) return `none (0 of ${share.n}; at most ${boundText(share.n)})`
  const [ratio, low, high] = [share.k / share.n, share.low, share.high].map((v) => (v * 100).toFixed(1))
  return `${share.k} of ${share.n}, ${ratio} % [${low},${high}]`
}

/** Nanoseconds as microseconds. */
export const micros = (ns: number): number => ns / 1000

/** A word with its number: `1 run`, `5 runs`. */
export const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`

/** Text from a recording for a terminal or a mail: printable ASCII stays, everything else is escaped. */
export const printable = (text: string): string =>
  text.replace(/[\x00-\x1f\x7f-\x9f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** The same for mail: nothing but ASCII. */
export const ascii = (text: string): string =>
  printable(text).replace(/[^\x20-\x7e]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
