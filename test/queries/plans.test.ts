/** How DuckDB runs the queries: none compares every row of one table with every row of another. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/database.ts'
import { AS_WRITTEN, deriveQueries, isTemporary, temporaryTable } from '../../src/derive.ts'
import { ingest } from '../../src/ingest.ts'
import { queriesFolder, readQueryFiles } from '../../src/query-file.ts'

let database: Database
beforeAll(async () => {
  database = await openDatabase(':memory:')
  await ingest(database, 'samples/trace-dat/after.dat', { label: 'trace' })
  await ingest(database, 'samples/strace/after.strace', { label: 'strace' })
  await database.run(`SET VARIABLE capture = 2::INTEGER; SET VARIABLE is_lossy = true; ${AS_WRITTEN}`)
  for (const query of deriveQueries().filter(isTemporary)) await database.run(temporaryTable(query, query.sql))
})
afterAll(() => database.close())

const queries = [
  ...deriveQueries().filter((query) => !query.tags.has('with')),
  ...['views', 'metrics'].flatMap((folder) => readQueryFiles(join(queriesFolder(), folder))),
]

/** Of these one side has one row, or a handful. */
const SMALL = [
  /is_foreign OR/, // fence_producers: whether there are producers at all
  /bits IS NULL/, // ioctl_kinds: the machine
  /"r <= fd","r >= fd"/, // fds: close_range calls, and the numbers of file descriptors
]

interface Operator {
  readonly name: string
  readonly extra_info?: object
  readonly children?: readonly Operator[]
}

const loops = ({ name, extra_info, children = [] }: Operator): string[] => [
  ...(/NL_JOIN|NESTED_LOOP/.test(name) ? [JSON.stringify(extra_info)] : []),
  ...children.flatMap(loops),
]

test.each(queries.map(({ name, sql }) => [name, sql] as const))('%s', async (_, sql) => {
  const [row] = await database.rows(`EXPLAIN (FORMAT json) ${sql}`)
  const plan = JSON.parse(String(row?.explain_value)) as Operator[]
  expect(plan.length).toBeGreaterThan(0)
  expect(plan.flatMap(loops).filter((loop) => !SMALL.some((pattern) => pattern.test(loop)))).toEqual([])
})
