/** Rows of the thread that a recording names only after it stored them. */
import type { Database } from './database.ts'
import type { CaptureFacts } from './parser.ts'
import type { TableSpec } from './schema.ts'
import { storageName } from './stored-tables.ts'

/** Fills in the thread of the rows of a capture that were stored without it. */
export async function fillFirstThread(
  database: Database,
  capture: number,
  { tid, until }: NonNullable<CaptureFacts['firstThread']>,
  specs: readonly TableSpec[],
): Promise<void> {
  const withThread = specs.filter(({ columns }) => ['tid', 'seq'].every((name) => columns.some((c) => c.name === name)))
  for (const spec of withThread) {
    await database.run(
      `UPDATE ${storageName(spec)} SET tid = $tid WHERE capture = $capture AND tid IS NULL AND seq <= $until`,
      { capture, tid, until },
    )
  }
}
