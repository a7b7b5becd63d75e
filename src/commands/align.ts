/** tracealyze align, and ingest --align: puts two recordings that ran at once on one clock. */
import { align, storeAlignment } from '../align.ts'
import { findArm } from '../arms.ts'
import { transaction } from '../bootstrap.ts'
import { type Database, openDatabase } from '../database.ts'
import { TraceError } from '../errors.ts'
import { count, printable } from '../format.ts'
import type { Streams } from '../streams.ts'

/** A recording and what the user calls it. */
interface Named {
  readonly capture: number
  readonly path: string
}

export async function alignCommand(
  names: readonly [string, string],
  options: { readonly db: string },
  streams: Streams,
): Promise<void> {
  const database = await openDatabase(options.db, { mustExist: true })
  try {
    const [one, other] = [await captureOf(database, names[0]), await captureOf(database, names[1])]
    if (one.capture === other.capture) {
      throw new TraceError('a recording has the same clock as itself', { file: options.db })
    }
    streams.out.write(await alignCaptures(database, one, other))
  } finally {
    database.close()
  }
}

/** Finds and keeps the offset; says what it is and how good. */
export async function alignCaptures(database: Database, one: Named, other: Named): Promise<string> {
  const found = await align(database, one.capture, other.capture)
  await transaction(database, () => storeAlignment(database, found))
  const offset = `${found.offset < 0n ? '-' : '+'} ${String(found.offset).replace('-', '')} ns`
  const us = (ns: number) => `${ns / 1000} us`
  return (
    `times of ${printable(other.path)} ${offset} = times of ${printable(one.path)}\n` +
    `from ${count(found.matched, 'call')} that both saw, of ${count(found.threads, 'thread')}: ` +
    `residual ${us(found.residual)} (median), ${us(found.worst)} (largest)\n` +
    `in SQL: on_clock_of(${one.capture}, capture, ts); kept in the table alignments\n`
  )
}

/** The only recording that a label, or a number, stands for. */
async function captureOf(database: Database, name: string): Promise<Named> {
  const { captures } = await findArm(database, name)
  const [first, ...more] = captures
  if (first && more.length === 0) return { capture: first.capture, path: name }
  throw new TraceError(`"${name}" stands for ${captures.length} recordings, one is expected`, {
    hint: 'give their numbers: tracealyze list captures',
  })
}
