/** Writing values into columns. */
import type { Column } from '../../src/batch.ts'
import type { Time } from './clock.ts'

/** A tuple of so many columns. */
export type ColumnsOf<N extends number, T extends Column[] = []> = T['length'] extends N
  ? T
  : ColumnsOf<N, [...T, Column]>

export function setTime(column: Column, row: number, time: Time): void {
  if (time.known) {
    column.words[2 * row] = time.lo
    column.words[2 * row + 1] = time.hi
  } else setNull(column, row)
}

/** A line's number: a whole number below 2^53. */
export function setNumber(column: Column, row: number, value: number): void {
  column.words[2 * row] = value | 0
  column.words[2 * row + 1] = value > 0xffffffff ? Math.floor(value / 4294967296) : 0
}

/** An INTEGER, or the id of a TEXT. */
export function setInt(column: Column, row: number, value: number): void {
  ;(column.values as Int32Array)[row] = value
}

export function setText(column: Column, row: number, value: string): void {
  ;(column.values as string[])[row] = value
}

/** An INTEGER or id that is NULL below 0: a thread id, a file descriptor, the id of a text. */
export function setIntOrNull(column: Column, row: number, value: number): void {
  if (value < 0) setNull(column, row)
  else (column.values as Int32Array)[row] = value
}

export function setNull(column: Column, row: number): void {
  ;(column.nulls as Uint8Array)[row] = 1
}
