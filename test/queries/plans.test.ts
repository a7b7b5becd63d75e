/** How DuckDB runs the queries: none compares every row of one table with every row of another. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/database.ts'
import { AS_WRITTEN, deriveQueries } from '../../src/derive.ts'
import { ingest } from '../../src/ingest.ts'
import { queriesFolder, readQueryFiles } from '../../src/query-file.ts'

let database: Database
beforeAll(async () => {
  database = await openDatabase(':memory:')
  await ingest(database, 'samples/trace-dat/after.dat', { label: 'trace' })
  await ingest(database, 'samples/strace/after.strace', { label: 'strace' })
  await database.run(`SET VARIABLE capture = 2::INTEGER; SET VARIABLE is_lossy = true; ${AS_WRITTEN}`)
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
]

interface Operator {
  readonly name: string
  readonly extra_info?: object
  readonly operator_cardinality?: number
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

const rowsMade = ({ operator_cardinality = 0, children = [] }: Operator): number =>
  children.reduce((sum, child) => sum + rowsMade(child), operator_cardinality)

test('many ranges that close_range closed, of the same numbers: no pairs of each range with each use', async () => {
  const path = join(tmpdir(), `ranges-${process.pid}.strace`)
  const lines = Array.from({ length: 1500 }, (_, i) => [
    `7 ${2 * i}.000000 close_range(${(i % 1000) + 3}, ${2000 + i}, 0) = 0`,
    `7 ${2 * i + 1}.000000 read(${(i % 500) + 1000}</a>, "", 1) = 0`,
  ]).flat()
  writeFileSync(path, `${lines.join('\n')}\n`)
  await ingest(database, path, { label: 'ranges' })
  rmSync(path)
  await database.run('SET VARIABLE capture = 3::INTEGER')
  const { sql } = deriveQueries().find(({ name }) => name === 'logged_fds') as (typeof queries)[number]
  const [row] = await database.rows(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`)
  const made = rowsMade(JSON.parse(String(row?.explain_value)) as Operator)
  expect(made).toBeGreaterThan(lines.length)
  expect(made).toBeLessThan(250 * lines.length)
  const closed = await database.rows("SELECT count(*) AS n FROM fds WHERE capture = 3 AND closed_by = 'close_range'")
  expect(closed).toEqual([{ n: 1499n }])
})
