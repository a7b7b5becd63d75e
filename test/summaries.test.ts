/** Comparing what only strace -c counted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { compare } from '../src/compare.ts'
import { renderMail } from '../src/render/mail.ts'
import { renderText } from '../src/render/text.ts'
import { summaryCells } from '../src/summaries.ts'
import { databaseOf } from './open.ts'
import { hasShared } from './parsers/strace-read.ts'

const lab = (name: string) => resolve(import.meta.dirname, '../../shared/lab', name)
const OPTIONS = { process: 'kwin_wayland', producer: 'videobuf2' }

test.skipIf(!hasShared)('strace -c: calls before and after, and what it cannot tell', async () => {
  const db = await databaseOf([lab('before/st-c.strace.txt'), 'before'], [lab('after/st-c.strace.txt'), 'after'])
  const report = await compare(db, ['before', 'after'], OPTIONS)
  const [most] = report.summaries?.rows ?? []
  expect(most?.syscall).toBe('futex')
  expect(most?.values[1]).toEqual({ calls: 2209, errors: expect.any(Number) })
  for (const text of [
    renderText(report, { width: 100, color: false, full: false }),
    renderMail(report, { full: false }),
  ]) {
    expect(text).toMatch(/futex.* 2209/)
    expect(text.replace(/\s+/g, ' ')).toContain('knows no ioctl commands')
    expect(text.replace(/\s+/g, ' ')).toContain('strace -f -ttt -T -y')
  }
  expect(
    renderMail(report, { full: false })
      .split('\n')
      .every((line) => line.length <= 72),
  ).toBe(true)
  const rows = await db.query('SELECT recorded, calls_per_second FROM summary_per_second LIMIT 1')
  expect(rows).toEqual([{ recorded: null, calls_per_second: null }])
  db.close()
})

test.skipIf(!hasShared)('strace -C has the calls: no table of summaries, but calls per second', async () => {
  const db = await databaseOf([lab('before/st-C.strace.txt'), 'before'], [lab('after/st-C.strace.txt'), 'after'])
  expect((await compare(db, ['before', 'after'], OPTIONS)).summaries).toBeUndefined()
  const rows = await db.query(`
    SELECT s.calls = (SELECT count(*) FROM strace.calls WHERE capture = 1 AND name = 'ioctl') AS same,
      abs(calls_per_second * recorded - s.calls) < 0.001 AS fits
    FROM summary_per_second AS s WHERE syscall = 'ioctl' AND capture = 1`)
  expect(rows).toEqual([{ same: true, fits: true }])
  db.close()
})

test('what strace -U left out was not counted, which is not 0', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'summaries-'))
  const log = (name: string, ...lines: string[]) => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    return join(folder, name)
  }
  const before = log('before', '% time syscall', '------ -------', ' 58.09 futex', '------ -------', '100.00 total')
  const after = log(
    'after',
    'calls errors syscall',
    '----- ------ -------',
    ' 2209        futex',
    '----- ------ -------',
    ' 2209        total',
  )
  const db = await databaseOf([before, 'before'], [after, 'after'])
  rmSync(folder, { recursive: true })
  const report = await compare(db, ['before', 'after'], OPTIONS)
  db.close()
  expect(report.summaries && summaryCells(report.summaries, ['before', 'after'], true)).toEqual([
    ['calls (failed)', 'before', 'after', 'delta'],
    ['futex', 'not counted', '2209', ''],
  ])
})
