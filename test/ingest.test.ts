/** Ingest: once per content, all or nothing, and clear words for what cannot be read. */
import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { inFolder, run } from './run.ts'

const BEFORE = resolve(import.meta.dirname, '../samples/trace-dat/before.dat')
const AFTER = resolve(import.meta.dirname, '../samples/trace-dat/after.dat')

const captures = async (db: string) =>
  JSON.parse(
    (await run(['sql', 'SELECT label, run, events FROM captures ORDER BY capture', '--db', db, '--format', 'json']))
      .out,
  )

test('the same content is one capture, whatever its name', () =>
  inFolder(async (folder) => {
    const db = join(folder, 'x.duckdb')
    copyFileSync(BEFORE, join(folder, 'copy.dat'))
    expect((await run(['ingest', BEFORE, '--label', 'before', '--db', db])).code).toBe(0)
    const again = await run(['ingest', join(folder, 'copy.dat'), '--label', 'other', '--db', db])
    expect(again.err).toMatch(/known already as capture 1, before run 1; nothing was stored/)
    expect(await captures(db)).toEqual([{ label: 'before', run: 1, events: 7880 }])
  }))

test('runs of a label are numbered', () =>
  inFolder(async (folder) => {
    const db = join(folder, 'x.duckdb')
    await run(['ingest', BEFORE, AFTER, '--label', 'both', '--db', db])
    expect((await captures(db)).map((c: { run: number }) => c.run)).toEqual([1, 2])
  }))

test('a file is of the layout of DuckDB 1.2, and one of an older layout goes on as it is', () =>
  inFolder(async (folder) => {
    const [db, older] = [join(folder, 'x.duckdb'), join(folder, 'older.duckdb')]
    const instance = await DuckDBInstance.create(older, { storage_compatibility_version: 'v1.0.0' })
    const connection = await instance.connect()
    await connection.run('CREATE TABLE t (i INTEGER); DROP TABLE t; CHECKPOINT')
    connection.closeSync()
    instance.closeSync()
    for (const [path, layout] of [[db, 'v1.2.0+'] as const, [older, 'v1.0.0+'] as const]) {
      for (const file of [BEFORE, AFTER]) expect((await run(['ingest', file, '--db', path])).code).toBe(0)
      expect(await captures(path)).toMatchObject([{ events: 7880 }, { events: 8719 }])
      const tags = await run(['sql', 'SELECT tags FROM duckdb_databases() WHERE NOT internal', '--db', path])
      expect(tags.out).toContain(layout)
    }
  }))

test.each([
  ['[pid 100] +++ exited with 0 +++', 100],
  ['[pid 102] close(4) = 0', null],
])('rows of strace that are stored before their thread is named, which %s names: %s', (line, tid) =>
  inFolder(async (folder) => {
    const db = join(folder, 'x.duckdb')
    const log = [
      ...Array(5000).fill('close(1) = 0'),
      '--- SIGUSR1 {si_signo=SIGUSR1} ---',
      'strace: Process 101 attached',
      'strace: Process 102 attached',
      '[pid 101] close(3) = 0',
      line,
    ]
    writeFileSync(join(folder, 'log'), `${log.join('\n')}\n`)
    expect((await run(['ingest', join(folder, 'log'), '--db', db])).code).toBe(0)
    const query = `SELECT tid, count(*) AS n FROM (SELECT tid FROM strace.calls WHERE fd = 1 UNION ALL SELECT tid FROM strace.signals) GROUP BY tid`
    expect(JSON.parse((await run(['sql', query, '--db', db, '--format', 'json'])).out)).toEqual([{ tid, n: 5001 }])
  }),
)

describe('what cannot be read', () => {
  const cases: [name: string, make: (file: string) => void, message: RegExp][] = [
    [
      'text',
      (f) => writeFileSync(f, 'hello\n'),
      /is not a recording that tracealyze knows: 6 bytes, beginning with 68 65/,
    ],
    [
      'a database',
      (f) => writeFileSync(f, 'checksumDUCK.................'),
      /is a DuckDB database, a recording was expected/,
    ],
    ['empty', (f) => writeFileSync(f, ''), /is empty \(0 bytes\)/],
    ['directory', (f) => mkdirSync(f), /directory|recording/],
    [
      'cut in the header',
      (f) => writeFileSync(f, readFileSync(BEFORE).subarray(0, 40)),
      /\+0x28: no trace data was found in 40 bytes: the file was cut before it/,
    ],
    [
      'version of the future',
      (f) => writeFileSync(f, Buffer.from('\x17\x08\x44tracing99\0\0\x08\0\x10\0\0')),
      /version 99 is not known/,
    ],
  ]
  test.each(cases)('%s: one clear line and a hint, and the database as it was', (_, make, message) =>
    inFolder(async (folder) => {
      const db = join(folder, 'x.duckdb')
      const file = join(folder, 'input')
      await run(['ingest', BEFORE, '--label', 'before', '--db', db])
      make(file)
      const { code, out, err } = await run(['ingest', file, '--label', 'bad', '--db', db])
      expect({ code, out }).toEqual({ code: 1, out: '' })
      const [line = '', hint = ''] = err.trimEnd().split('\n')
      expect(line).toMatch(/^tracealyze: .*input/)
      expect(line).toMatch(message)
      expect(hint).toMatch(/^hint: /)
      expect(await captures(db)).toHaveLength(1)
    }),
  )

  test('no such file', async () => {
    const { code, err } = await run(['ingest', '/nowhere/x.dat', '--db', ':memory:'])
    expect({ code, err }).toEqual({ code: 1, err: 'tracealyze: /nowhere/x.dat: no such file\nhint: check the path\n' })
  })

  test.skipIf(process.getuid?.() === 0)('no permission', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'x.dat')
      copyFileSync(BEFORE, file)
      chmodSync(file, 0)
      expect((await run(['ingest', file, '--db', join(folder, 'x.duckdb')])).err).toMatch(/permission denied/)
    }),
  )

  test('cut in the data: what is there is kept, what is missing is told', () =>
    inFolder(async (folder) => {
      const db = join(folder, 'x.duckdb')
      const file = join(folder, 'cut.dat')
      const plain = readFileSync(resolve(import.meta.dirname, '../samples/trace-dat/before.dat'))
      writeFileSync(file, plain)
      truncateSync(file, plain.length - 4000)
      const { code, err } = await run(['ingest', file, '--label', 'cut', '--db', db])
      expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/missing-options .*\+0x[0-9a-f]+/) })
      const rows = JSON.parse(
        (await run(['sql', 'SELECT kind, hint FROM problems ORDER BY kind', '--db', db, '--format', 'json'])).out,
      )
      expect(rows.map((row: { kind: string }) => row.kind)).toEqual([
        'missing-options',
        'missing-options',
        'truncated-data',
      ])
      for (const row of rows) expect(row.hint).toMatch(/^the file was cut/)
      const [capture] = await captures(db)
      expect(capture.events).toBeGreaterThan(6000)
      expect(capture.events).toBeLessThan(7880)
    }))
})

describe('databases', () => {
  test('one that another program has open', () =>
    inFolder(async (folder) => {
      const db = join(folder, 'x.duckdb')
      await run(['ingest', BEFORE, '--label', 'before', '--db', db])
      const script = `
        const { DuckDBInstance } = await import(${JSON.stringify(import.meta.resolve('@duckdb/node-api'))})
        globalThis.held = await DuckDBInstance.create(${JSON.stringify(db)})
        console.log('open'); setTimeout(() => {}, 60000)`
      const other = spawn(process.execPath, ['--input-type=module', '-e', script])
      await new Promise((done) => other.stdout.once('data', done))
      const { code, err } = await run(['ingest', AFTER, '--label', 'after', '--db', db])
      other.kill()
      expect(code).toBe(1)
      expect(err).toMatch(/the database is in use by .* \(process \d+\)\nhint: end that program/)
    }))

  test('one of a newer tracealyze, and one of somebody else', () =>
    inFolder(async (folder) => {
      const db = join(folder, 'x.duckdb')
      await run(['ingest', BEFORE, '--label', 'before', '--db', db])
      await run(['sql', "UPDATE store.meta SET value = '99' WHERE key = 'schema'", '--write', '--db', db])
      expect((await run(['compare', 'before', 'before', '--db', db])).err).toMatch(/newer tracealyze \(layout 99/)
      expect((await run(['ingest', AFTER, '--db', db])).err).toMatch(/newer tracealyze/)
      const other = join(folder, 'other.duckdb')
      const foreign = await DuckDBInstance.create(other)
      await (await foreign.connect()).run('CREATE TABLE t (i INTEGER)')
      foreign.closeSync()
      expect((await run(['ingest', AFTER, '--db', other])).err).toMatch(/not one of tracealyze/)
    }))

  test('one that does not exist', async () => {
    expect((await run(['compare', 'a', 'b', '--db', '/nowhere/x.duckdb'])).err).toMatch(
      /no such database\nhint: ingest/,
    )
  })

  test('a file that is no database', () =>
    inFolder(async (folder) => {
      const db = join(folder, 'x.duckdb')
      writeFileSync(db, 'x'.repeat(5000))
      expect((await run(['ingest', BEFORE, '--db', db])).err).toMatch(/not a DuckDB database/)
      expect(readFileSync(db, 'utf8')).toBe('x'.repeat(5000))
    }))

  test('a device in place of a database file', async () => {
    const { err, code } = await run(['ingest', BEFORE, '--db', '/dev/full'])
    expect(code).toBe(1)
    expect(err).toMatch(/^tracealyze: \/dev\/full/)
  })
})

test('reading does not write', () =>
  inFolder(async (folder) => {
    const db = join(folder, 'x.duckdb')
    await run(['ingest', BEFORE, '--label', 'before', '--db', db])
    const { code, err } = await run(['sql', 'DELETE FROM captures', '--db', db])
    expect(code).toBe(1)
    expect(err).toMatch(/read-only mode/)
  }))
