/** tracealyze derive: rebuild the derived tables. */
import { transaction } from '../bootstrap.ts'
import { checkVersion, openDatabase } from '../database.ts'
import { rebuildDerived } from '../derive.ts'
import { TraceError } from '../errors.ts'
import { withEnoughMemory } from '../memory-limit.ts'
import { createViews } from '../metric.ts'
import type { Streams } from '../streams.ts'

export async function deriveCommand(options: { readonly db: string }, streams: Streams): Promise<void> {
  const database = await openDatabase(options.db, { mustExist: true })
  try {
    if ((await checkVersion(database)) === 0) {
      throw new TraceError('holds no recording', {
        file: options.db,
        hint: 'ingest one first: tracealyze ingest trace.dat --label before',
      })
    }
    await withEnoughMemory(database, () =>
      transaction(database, async () => {
        await rebuildDerived(database, (capture) => streams.err.write(`capture ${capture}\n`))
        await createViews(database)
      }),
    )
  } finally {
    database.close()
  }
}
