/** Bytes that text is taken from. */
import { isAscii } from 'node:buffer'
import { decodeText } from '../../src/strings.ts'

/** Bytes that text can be taken from. */
export interface Source {
  /** Never a Buffer: its `slice` does not copy. */
  readonly bytes: Uint8Array
  /** The text of bytes [start, end), for a VARCHAR column. */
  slice(start: number, end: number): string
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return isAscii(bytes.subarray(start, end)) ? latin1(bytes, start, end) : decodeText(bytes, start, end)
}

export const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
