/** What a recording is, and what else stands for recordings on the disk. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isOnDisk } from '../src/on-disk.ts'
import { inFolder, run } from './run.ts'

const SAMPLES = resolve(import.meta.dirname, '../samples')

test('info on a file, and on a label', () =>
  inFolder(async (folder) => {
    const file = join(SAMPLES, 'trace-dat/after.dat')
    const db = join(folder, 'db.duckdb')
    const given = await run(['info', file])
    expect(given.code).toBe(0)
    expect(given.out).toMatch(/^format +trace\.dat v7 zstd$/m)
    expect(given.out).toMatch(/^events +\d+ stored, \d+ not stored$/m)
    expect(given.out).toMatch(/│ dma_fence +│ dma_fence_init +│ +\d+ │/)
    await run(['ingest', file, '--label', 'after', '--db', db])
    expect(await run(['info', 'after', '--db', db])).toEqual(given)
  }))

test('info tells what could not be read', () =>
  inFolder(async (folder) => {
    const cut = join(folder, 'cut.dat')
    writeFileSync(cut, readFileSync(join(SAMPLES, 'trace-dat/after.dat')).subarray(0, 40_000))
    const { code, out } = await run(['info', cut])
    expect(code).toBe(0)
    expect(out).toMatch(/^problems:\n(.|\n)*\+0x[0-9a-f]+/m)
  }))

/** The lines of a log, each in the file of its thread, as strace -ff -o writes them. */
function splitByThread(log: string, stem: string): void {
  const files = new Map<string, string[]>()
  for (const line of readFileSync(log, 'utf8').trimEnd().split('\n')) {
    const [, tid, rest] = /^(\d+) +(.*)$/.exec(line) as RegExpExecArray
    files.set(tid as string, [...(files.get(tid as string) ?? []), rest as string])
  }
  for (const [tid, lines] of files) writeFileSync(`${stem}.${tid}`, `${lines.join('\n')}\n`)
}

describe('compare takes what is on the disk', () => {
  test('the files of strace -ff by their stem, and folders of runs', () =>
    inFolder(async (folder) => {
      for (const arm of ['before', 'after']) {
        mkdirSync(join(folder, arm))
        splitByThread(join(SAMPLES, `strace/${arm}.strace`), join(folder, arm, 'run'))
      }
      const stems = await run(['compare', join(folder, 'before/run'), join(folder, 'after/run'), '--format', 'csv'])
      expect(stems.err).toBe('')
      expect(stems.code).toBe(0)
      expect(stems.out).toMatch(/ioctls_per_frame/)
      copyFileSync(join(SAMPLES, 'strace/before.strace'), join(folder, 'before/second.strace'))
      const folders = await run(['compare', join(folder, 'before/'), join(folder, 'after'), '--format', 'json'])
      expect(folders.code).toBe(0)
      const { arms } = JSON.parse(folders.out)
      expect(arms.map((arm: { name: string }) => arm.name)).toEqual(['before', 'after'])
      expect(arms.map((arm: { captures: unknown[] }) => arm.captures.length)).toEqual([2, 1])
    }))

  test('a bare name is a label, though a set or a folder is called so', () =>
    inFolder(async (folder) => {
      splitByThread(join(SAMPLES, 'strace/before.strace'), join(folder, 'before'))
      mkdirSync(join(folder, 'after'))
      const cwd = process.cwd()
      process.chdir(folder)
      try {
        expect(['before', 'after', './before', './after'].map(isOnDisk)).toEqual([false, false, true, true])
      } finally {
        process.chdir(cwd)
      }
    }))

  test('a name like a file that is not there: no such file, unless it is a label', () =>
    inFolder(async (folder) => {
      const db = join(folder, 'db.duckdb')
      const file = join(SAMPLES, 'trace-dat/after.dat')
      for (const name of ['aftr.dat', join(folder, 'none/aftr'), 'trace.log.zst']) {
        const { code, err } = await run(['compare', file, name, '--db', db])
        expect(code).toBe(1)
        expect(err).toContain(`${name}: no such file, nor a recording of that label\nhint: `)
        expect((await run(['info', name, '--db', db])).err).toContain(`${name}: no such file`)
      }
      expect((await run(['report', join(folder, 'none/aftr'), '--db', db])).err).toMatch(
        /hint: there is no folder .*none$/m,
      )
      // A label, with or without a database.
      expect((await run(['report', 'after', '--db', db])).err).toMatch(/db\.duckdb: no such database/)
      await run(['ingest', file, '--label', 'aftr.dat', '--db', db])
      expect((await run(['report', 'aftr.dat', '--format', 'csv', '--db', db])).code).toBe(0)
      expect((await run(['report', 'other', '--db', db])).err).toMatch(/no recording has the label "other"/)
      expect((await run(['compare', 'aftr.dat', 'other.dat', '--db', db])).err).toMatch(
        /^tracealyze: other\.dat: no such file/,
      )
    }))

  test('a recording is not compared with itself', async () => {
    const file = join(SAMPLES, 'trace-dat/after.dat')
    const { code, err } = await run(['compare', file, file])
    expect(code).toBe(1)
    expect(err).toMatch(/is the same recording, byte for byte, as one of "after"/)
  })
})

test('derive rebuilds the derived tables of every recording', () =>
  inFolder(async (folder) => {
    const db = join(folder, 'db.duckdb')
    for (const arm of ['before', 'after']) {
      await run(['ingest', join(SAMPLES, `trace-dat/${arm}.dat`), '--label', arm, '--db', db])
    }
    const checks = ['sql', 'SELECT capture, count(*) AS n, sum(ts) AS ts FROM dmabuf_checks GROUP BY ALL ORDER BY ALL']
    const before = await run([...checks, '--db', db])
    expect(before.out).toMatch(/ 2 │/)
    await run(['sql', 'DELETE FROM dmabuf_checks', '--write', '--db', db])
    expect((await run(['derive', '--db', db])).code).toBe(0)
    expect(await run([...checks, '--db', db])).toEqual(before)
    expect((await run(['derive', '--db', join(folder, 'none.duckdb')])).err).toMatch(/none\.duckdb: no such database/)
  }))
