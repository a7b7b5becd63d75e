/** tracealyze sql without a prompt: forms of the rows, scripts, recordings, what is refused. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { expect, test } from 'vitest'
import { inFolder, run } from './run.ts'

const SAMPLE = resolve(import.meta.dirname, '../samples/trace-dat/after.dat')
const sql = (...args: string[]) => run(['sql', SAMPLE, ...args])

test.each([
  ['csv', 'a,b\r\n1,"x,""y"""\r\n,\r\n'],
  ['ndjson', '{"a":1,"b":"x,\\"y\\""}\n{"a":null,"b":null}\n'],
  ['json', '[\n  {\n    "a": 1,\n    "b": "x,\\"y\\""\n  },\n  {\n    "a": null,\n    "b": null\n  }\n]\n'],
  ['line', 'a = 1\nb = x,"y"\n\na = NULL\nb = NULL\n'],
  ['markdown', '| a | b |\n| --- | --- |\n| 1 | x,"y" |\n| NULL | NULL |\n'],
])('rows as %s', async (form, expected) => {
  const { out, code } = await sql('--format', form, `FROM (VALUES (1, 'x,"y"'), (NULL, NULL)) AS t(a, b)`)
  expect([out, code]).toEqual([expected, 0])
})

test.each([
  ['csv', 'b,l\r\n\\xFF\\x02a\\x22,"[""\\\\xFF""]"\r\n'],
  ['ndjson', '{"b":"\\\\xFF\\\\x02a\\\\x22","l":["\\\\xFF"]}\n'],
])('bytes as DuckDB prints them: %s', async (form, expected) => {
  const { out } = await sql('--format', form, `SELECT '\\xFF\\x02a"'::BLOB AS b, ['\\xFF'::BLOB] AS l`)
  expect(out).toBe(expected)
})

test.each(['csv', 'ndjson', 'json', 'markdown'])('%s without rows', async (form) => {
  const { out } = await sql('--format', form, 'SELECT 1 AS a WHERE false')
  expect(out).toBe({ csv: 'a\r\n', ndjson: '', json: '[]\n', markdown: '| a |\n| --- |\n' }[form])
})

test('a text of a recording cannot leave its cell', async () => {
  const { out } = await sql('--format', 'markdown', "SELECT '|<b>' || chr(27) || chr(10) AS a")
  expect(out).toBe('| a |\n| --- |\n| \\|\\<b\\>\\\\x1b\\\\x0a |\n')
})

test('rows as an Arrow file, read back', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'rows.arrow')
    const query =
      "SELECT i::BIGINT AS n, i % 2 = 0 AS even, CASE WHEN i = 1 THEN NULL ELSE 't' || i END AS t, [i, NULL]::INTEGER[] AS l, sum(i) OVER () AS s, {'a': i} AS o FROM range(5000) AS r(i)"
    expect((await sql('--format', 'arrow', '-o', file, query)).code).toBe(0)
    const table = tableFromIPC(readFileSync(file))
    expect(table.numRows).toBe(5000)
    expect(table.schema.fields.map((f) => String(f.type))).toEqual([
      'Int64',
      'Bool',
      'Utf8',
      'List<Int32>',
      'Float64',
      'Utf8',
    ])
    expect([...(table.getChild('t') ?? [])].slice(0, 3)).toEqual(['t0', null, 't2'])
    expect(table.get(4999)?.toJSON()).toMatchObject({ n: 4999n, even: false, t: 't4999', s: 12497500, o: '{"a":4999}' })
    expect([...table.get(7)!.l]).toEqual([7, null])
  }))

test('an Arrow file without rows keeps its columns', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'rows.arrow')
    await sql('--format', 'arrow', '-o', file, 'FROM flips WHERE false')
    expect(tableFromIPC(readFileSync(file)).schema.names).toContain('vblanks')
  }))

test('rows as Parquet, read back', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'rows.parquet')
    await sql('--format', 'parquet', '-o', file, 'FROM flips;')
    expect((await sql('--format', 'csv', `SELECT count(*) AS n FROM read_parquet('${file}')`)).out).toBe('n\r\n93\r\n')
  }))

test('a script from a file and from standard input', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'script.sql')
    writeFileSync(file, '-- a script\n.mode csv\nCREATE TEMP TABLE t AS SELECT 1 AS a; FROM t;\nSELECT 2 AS b')
    expect((await sql('-f', file)).out).toBe('a\r\n1\r\nb\r\n2\r\n')
    const { out } = await run(['sql', SAMPLE, '--format', 'ndjson'], 'SELECT 1 AS a; SELECT 2 AS b;')
    expect(out).toBe('{"a":1}\n{"b":2}\n')
  }))

test('a script that reads itself ends', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'loop.sql')
    writeFileSync(file, `.read ${file}`)
    expect((await sql('-f', file)).err).toContain('scripts read each other without end')
  }))

test('what goes wrong is told with its place', async () => {
  const wrong = await sql('SELECT frme FROM flips')
  expect(wrong.code).toBe(1)
  expect(wrong.err).toMatch(/Candidate bindings: "frame"[\s\S]*\^/)
  expect((await sql('FROM flips; FROM nowhere')).err).toContain('nowhere does not exist')
  expect((await run(['sql', 'missing.dat', 'SELECT 1'])).err).toContain('no such file: missing.dat?')
  expect((await sql('--format', 'parquet', 'SELECT 1')).err).toContain('-o rows.parquet')
  expect((await sql('-f', '/nowhere.sql')).err).toContain('/nowhere.sql: no such file')
})

test('a database is read only, unless --write', () =>
  inFolder(async (folder) => {
    const db = join(folder, 'a.duckdb')
    await run(['ingest', SAMPLE, '--db', db])
    const refused = await run(['sql', '--db', db, 'CREATE TABLE mine AS SELECT 1 AS a'])
    expect(refused.err).toContain('hint: the database is opened for reading only; --write allows changes')
    expect((await run(['sql', '--db', db, '--write', 'CREATE TABLE mine AS SELECT 1 AS a'])).code).toBe(0)
    expect((await run(['sql', '--db', db, '--format', 'csv', 'FROM mine'])).out).toBe('a\r\n1\r\n')
  }))
