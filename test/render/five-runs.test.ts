/** Five runs per arm from the lab's recordings, where they are at hand: the mail that a maintainer would get. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compare } from '../../src/compare.ts'
import { renderMail } from '../../src/render/mail.ts'
import { type Report, rowKey } from '../../src/report.ts'
import { databaseOf, type TestDatabase } from '../open.ts'

const LAB = resolve(import.meta.dirname, '../../../shared/lab')
const RUNS = ['', '-mono', '-v6', '-zlib', '-nocompress'].map((variant) => `tiny-early${variant}.dat`)
const recordings = ['before', 'after'].flatMap((arm) => RUNS.map((run) => [`${LAB}/${arm}/${run}`, arm] as const))

describe.skipIf(!recordings.every(([path]) => existsSync(path)))('five runs per arm', () => {
  let db: TestDatabase
  let report: Report
  beforeAll(async () => {
    db = await databaseOf(...recordings)
    report = await compare(db, ['before', 'after'], { process: 'kwin_wayland', producer: 'videobuf2' })
  })
  afterAll(() => db.close())

  test('the mail fits: 60 lines, 76 columns when quoted twice, ASCII', () => {
    const mail = renderMail(report, { full: false })
    const lines = mail.trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(lines.filter((line) => `> > ${line}`.length > 76)).toEqual([])
    expect(mail).not.toMatch(/[^\n\x20-\x7e]/)
    expect(mail).toMatch(/^ {2}fence late \(S-C\) +after +363 /m)
    expect(mail).toMatch(/Hodges-Lehmann and exact Mann-Whitney U on the medians of 5v5 runs/)
  })

  test('arms without overlap have the smallest p of 5v5, 2/252', () => {
    const row = report.latencies.find((c) => rowKey(c) === 'export_sync_file_latency/framebuffer')
    expect(row?.evidence?.p).toBeCloseTo(2 / 252, 12)
    expect(row?.evidence?.adjusted).toBeGreaterThan(row?.evidence?.p ?? 1)
  })

  test("every row counts in Holm's correction, shown or not", async () => {
    const options = { process: 'kwin_wayland', producer: 'videobuf2', wants: () => false }
    expect(await compare(db, ['before', 'after'], options)).toEqual(report)
  })
})
