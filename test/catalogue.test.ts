/** One table for recordings whose kernels disagree. */
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { prepareDatabase } from '../src/bootstrap.ts'
import { widen } from '../src/catalogue.ts'
import { openDatabase } from '../src/database.ts'
import { ingest } from '../src/ingest.ts'
import { Loader } from '../src/loader.ts'
import type { ColumnSpec, TableSpec } from '../src/schema.ts'
import { Strings } from '../src/strings.ts'

test.each([
  ['INTEGER', 'INTEGER', 'INTEGER'],
  ['TINYINT', 'UTINYINT', 'SMALLINT'],
  ['INTEGER', 'UINTEGER', 'BIGINT'],
  ['UINTEGER', 'USMALLINT', 'UINTEGER'],
  ['BIGINT', 'UBIGINT', undefined],
  ['TEXT', 'INTEGER', undefined],
  ['TEXT', 'BLOB', undefined],
] as const)('%s and %s share %s', (a, b, expected) => {
  expect(widen(a, b)).toBe(expected)
  expect(widen(b, a)).toBe(expected)
})

const spec = (...columns: ColumnSpec[]): TableSpec => ({ schema: 'odd-system', name: 'event', columns })
const ts: ColumnSpec = { name: 'ts', type: 'BIGINT' }

test('columns are added and widened, texts become another column, missing ones are NULL', async () => {
  const database = await openDatabase(':memory:')
  const catalogue = await prepareDatabase(database)
  const strings = new Strings()
  const captures: [TableSpec, (number | bigint)[]][] = [
    [spec(ts, { name: 'a', type: 'INTEGER' }, { name: 'list', type: 'UINTEGER', length: 2 }), [1n, -5, 7, 8]],
    [spec(ts, { name: 'a', type: 'UINTEGER' }, { name: 'b', type: 'TEXT' }), [2n, 4_000_000_000, strings.idOf("it's")]],
    [
      spec(ts, { name: 'a', type: 'TEXT' }, { name: 'list', type: 'UINTEGER', length: 3 }),
      [3n, strings.idOf('x'), 1, 2, 3],
    ],
    [spec(ts, { name: 'a', type: 'SMALLINT' }), [4n, -3]],
  ]
  for (const [i, [table, values]] of captures.entries()) {
    const loader = new Loader(database, catalogue, strings, i + 1)
    const writer = loader.table(table)
    writer.columns.forEach((column, k) => {
      ;(column.values as unknown as (number | bigint)[])[0] = values[k] as number
    })
    writer.next()
    await loader.finish()
  }
  await catalogue.refreshViews()
  const result = await database.connection.runAndReadAll(
    'SELECT capture, a, list, b, a_text FROM "odd-system".event ORDER BY capture',
  )
  expect(result.getRowsJson()).toEqual([
    [1, '-5', [7, 8, null], null, null],
    [2, '4000000000', [null, null, null], "it's", null],
    [3, null, [1, 2, 3], null, 'x'],
    [4, '-3', [null, null, null], null, null],
  ])
  database.close()
})

test('a table survives more rows than a batch, with nulls in the right places', async () => {
  const database = await openDatabase(':memory:')
  const catalogue = await prepareDatabase(database)
  const loader = new Loader(database, catalogue, new Strings(), 1)
  const writer = loader.table(
    spec(ts, { name: 'n', type: 'INTEGER', nullable: true }, { name: 'v', type: 'VARCHAR', nullable: true }),
  )
  for (let i = 0; i < 5000; i++) {
    const row = writer.row
    ;(writer.columns[0]?.values as BigInt64Array)[row] = BigInt(i)
    ;(writer.columns[1]?.values as Int32Array)[row] = i
    ;(writer.columns[2]?.values as string[])[row] = `v${i}`
    if (i % 3 === 0) (writer.columns[1]?.nulls as Uint8Array)[row] = 1
    if (i % 7 === 0) (writer.columns[2]?.nulls as Uint8Array)[row] = 1
    writer.next()
    if (i % 1000 === 0) await loader.settle()
  }
  await loader.finish()
  await catalogue.refreshViews()
  const [row] = await database.rows(`
    SELECT count(*) AS n, count(*) FILTER ((n IS NULL) <> (ts % 3 = 0)) AS wrong_null, count(*) FILTER (n <> ts) AS wrong,
      count(*) FILTER ((v IS NULL) <> (ts % 7 = 0)) AS wrong_text_null, count(*) FILTER (v <> 'v' || ts) AS wrong_text
    FROM "odd-system".event`)
  expect(row).toEqual({ n: 5000n, wrong_null: 0n, wrong: 0n, wrong_text_null: 0n, wrong_text: 0n })
  database.close()
})

test('a database of an older version gets the tables it lacks', async () => {
  const database = await openDatabase(':memory:')
  await prepareDatabase(database)
  await database.run(`
    DROP MACRO on_clock_of;
    DROP VIEW alignments;
    DROP TABLE store."main.alignments";
    DELETE FROM store.tables WHERE table_name = 'alignments';
    DELETE FROM store.columns WHERE table_name = 'alignments';
    ALTER TABLE problems RENAME COLUMN place TO "at";
    UPDATE store.meta SET value = 'older' WHERE key = 'queries'`)
  await prepareDatabase(database)
  expect(await database.rows('SELECT on_clock_of(1, 1, 5) AS ts')).toEqual([{ ts: 5n }])
  expect(await database.rows('SELECT place FROM problems')).toEqual([])
  database.close()
})

test('a database that holds each call of strace with all that it says is brought up to date', async () => {
  const database = await openDatabase(':memory:')
  await ingest(database, resolve(import.meta.dirname, '../samples/strace/after.strace'), { label: 'after' })
  const read = async () => [
    await database.rows('FROM strace.calls ORDER BY seq'),
    await database.rows('FROM strace.ready ORDER BY seq, fd'),
    await database.rows('FROM syscalls ORDER BY seq'),
  ]
  const before = await read()
  await database.run(`
    CREATE TEMP SEQUENCE ids START 1000000;
    INSERT INTO store.strings SELECT nextval('ids'), text FROM (SELECT args AS text FROM strace.calls UNION SELECT state FROM strace.calls);
    CREATE TEMP TABLE old_calls AS SELECT c.* EXCLUDE (args, state), a.id AS args, s.id AS state
      FROM (SELECT t.capture, ts, dur, tid, seq, end_ts, c.* EXCLUDE (capture, content),
          ['complete', 'unfinished', 'resumed'][state % 4 + 1] AS state, state >= 4 AS was_split
        FROM store."strace.calls" AS t JOIN store."strace.contents" AS c USING (content)) AS c
      JOIN store.strings AS a ON a.text = c.args AND a.id >= 1000000 JOIN store.strings AS s ON s.text = c.state AND s.id >= 1000000;
    CREATE TEMP TABLE old_ready AS SELECT r.* EXCLUDE (content), t.ts, t.seq, t.tid, c.name, c.ret FROM store."strace.ready" AS r
      JOIN store."strace.calls" AS t USING (content) JOIN store."strace.contents" AS c USING (content);
    DROP VIEW store.strace_contents; DROP TABLE store."strace.contents";
    DROP TABLE store."strace.calls"; CREATE TABLE store."strace.calls" AS FROM old_calls;
    DROP TABLE store."strace.ready"; CREATE TABLE store."strace.ready" AS FROM old_ready;
    DELETE FROM store.tables WHERE table_name = 'contents'; DELETE FROM store.columns WHERE table_name = 'contents';
    UPDATE store.meta SET value = 'older' WHERE key = 'queries'`)
  await prepareDatabase(database)
  expect(await read()).toEqual(before)
  expect(before.every((rows) => rows.length > 100)).toBe(true)
  expect(await database.rows("FROM duckdb_tables() WHERE table_name LIKE 'older%'")).toEqual([])
  database.close()
})
