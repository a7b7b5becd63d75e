/** One data chunk serves all full batches of a table: nothing of a batch may stay in the next one. */
import { expect, test } from 'vitest'
import { prepareDatabase } from '../src/bootstrap.ts'
import { openDatabase } from '../src/database.ts'
import { Loader } from '../src/loader.ts'
import type { TableSpec } from '../src/schema.ts'
import { Strings } from '../src/strings.ts'

const before: TableSpec = { schema: 'odd', name: 'event', columns: [{ name: 'absent', type: 'INTEGER' }] }
const event: TableSpec = {
  schema: 'odd',
  name: 'event',
  columns: [
    { name: 'ts', type: 'BIGINT' },
    { name: 'big', type: 'BIGINT', nullable: true },
    { name: 'said', type: 'VARCHAR', nullable: true },
    { name: 'flag', type: 'BOOLEAN' },
  ],
}

/** Three full batches and three rows more. */
const ROWS = 3 * 2048 + 3

/** Every third row of the first batch, none of the second, all of the third, two of the last three. */
const isNull = (n: number): boolean => (n < 2048 ? n % 3 === 0 : n >= 2 * 2048 && n !== ROWS - 2)

test('values and NULLs of batches that go through one chunk', async () => {
  const database = await openDatabase(':memory:')
  const catalogue = await prepareDatabase(database)
  await catalogue.ensure([before])
  const loader = new Loader(database, catalogue, new Strings(), 7)
  const writer = loader.table(event)
  const [ts, big, said, flag] = writer.columns as unknown as {
    values: (number | bigint | string)[]
    nulls: Uint8Array
  }[]
  for (let i = 0; i < ROWS; i++) {
    const { row } = writer
    ts!.values[row] = BigInt(i)
    big!.values[row] = BigInt(i) << 33n
    said!.values[row] = `a text that is longer than twelve bytes: ${i}`
    if (isNull(i)) big!.nulls[row] = said!.nulls[row] = 1
    flag!.values[row] = i % 2
    writer.next()
    await loader.settle()
  }
  expect(await loader.finish()).toEqual([{ spec: event, rows: ROWS }])
  await catalogue.refreshViews()
  const rows = await database.rows('SELECT capture, absent, ts, big, said, flag FROM odd.event ORDER BY ts')
  expect(rows).toEqual(
    Array.from({ length: ROWS }, (_, i) => ({
      capture: 7,
      absent: null,
      ts: BigInt(i),
      big: isNull(i) ? null : BigInt(i) << 33n,
      said: isNull(i) ? null : `a text that is longer than twelve bytes: ${i}`,
      flag: i % 2 === 1,
    })),
  )
  database.close()
})
