/** Writing values into columns. */
import type { Column, RowWriter } from '../../src/batch.ts'
import type { Time } from './time.ts'

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

/** The memory of a column of 32 or 64 bits. */
export const numbersOf = (writer: RowWriter, name: string): Int32Array => columnOf(writer, name).words

/** Which rows of a column are NULL. */
export const nullsOf = (writer: RowWriter, name: string): Uint8Array => columnOf(writer, name).nulls as Uint8Array

export const columnOf = (writer: RowWriter, name: string): Column =>
  writer.columns.find((column) => column.spec.name === name) as Column
