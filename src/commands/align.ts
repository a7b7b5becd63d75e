/** tracealyze align: puts two recordings that ran at once on one clock. */
import { align, storeAlignment } from '../align.ts'
import { findArm } from '../arms.ts'
import { transaction } from '../bootstrap.ts'
import { type Database, openDatabase } from '../database.ts'
import { TraceError } from '../errors.ts'
import { count } from '../format.ts'
import type { Streams } from '../streams.ts'

export async function alignCommand(
  names: readonly [string, string],
  options: { readonly db: string },
  streams: Streams,
): Promise<void> {
  const database = await openDatabase(options.db)
  try {
    const [capture, other] = [await captureOf(database, names[0]), await captureOf(database, names[1])]
    if (capture === other) throw new TraceError('a recording has the same clock as itself', { file: options.db })
    const found = await align(database, capture, other)
    await transaction(database, () => storeAlignment(database, found))
    const us = (ns: number) => `${ns / 1000} us`
    streams.out.write(
      `times of ${names[1]} + ${found.offset} ns = times of ${names[0]}\n` +
        `from ${count(found.matched, 'call')} that both saw, of ${count(found.threads, 'thread')}: ` +
        `residual ${us(found.residual)} (median), ${us(found.worst)} (largest)\n` +
        'kept in the table alignments (capture, other, offset_ns, residual_ns, worst_ns, matched)\n',
    )
  } finally {
    database.close()
  }
}

/** The only recording that a label, or a number, stands for. */
async function captureOf(database: Database, name: string): Promise<number> {
  const { captures } = await findArm(database, name)
  const [first, ...more] = captures
  if (first && more.length === 0) return first.capture
  throw new TraceError(`"${name}" stands for ${captures.length} recordings, one is expected`, {
    hint: 'give their numbers: tracealyze list captures',
  })
}
