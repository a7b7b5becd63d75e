/** The samples: what is known of them, and what the comparison says. */
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compare } from '../src/compare.ts'
import { renderMail } from '../src/render/mail.ts'
import { renderText } from '../src/render/text.ts'
import { isMeasured, type Report } from '../src/report.ts'
import { databaseOf, type TestDatabase } from './open.ts'

const sample = (name: string) => resolve(import.meta.dirname, '../samples', name)
const OPTIONS = { process: 'kwin_wayland', producer: 'videobuf2' }

describe('trace.dat', () => {
  let db: TestDatabase
  let report: Report
  beforeAll(async () => {
    db = await databaseOf([sample('trace-dat/before.dat'), 'before'], [sample('trace-dat/after.dat'), 'after'])
    report = await compare(db, ['before', 'after'], OPTIONS)
  })
  afterAll(() => db.close())

  test('exports by call site, fences and flips are those of samples/README.md', async () => {
    const rows = await db.query(`
      SELECT label, exports, transaction, framebuffer, unknown,
        (SELECT count(*) FROM fences AS f WHERE f.capture = s.capture AND driver = 'videobuf2' AND created_ts IS NOT NULL) AS fences,
        (SELECT count(*) FROM frames AS f WHERE f.capture = s.capture) AS flips
      FROM sync_path AS s JOIN captures USING (capture) ORDER BY capture`)
    expect(rows).toEqual([
      { label: 'before', exports: 94, transaction: 0, framebuffer: 94, unknown: 0, fences: 0, flips: 95 },
      { label: 'after', exports: 182, transaction: 90, framebuffer: 92, unknown: 0, fences: 93, flips: 93 },
    ])
  })

  test('the records of a capture add up', async () => {
    const [row] = await db.query('SELECT count(*) AS n FROM captures WHERE records <> events + skipped')
    expect(row).toEqual({ n: 0 })
    const counts = await db.query(
      'SELECT c.events, (SELECT count(*) FROM events AS e WHERE e.capture = c.capture) AS n FROM captures AS c',
    )
    for (const { events, n } of counts) expect(n).toBe(events)
  })

  test('exports per frame go from one to two, and the report says from where', () => {
    const row = (group: string) => report.perFrame.find((c) => c.metric === 'checks_per_frame' && c.group === group)
    const [before, after] = row('EXPORT_SYNC_FILE, transaction')?.arms ?? []
    expect(before).toMatchObject({ n: 0, of: 94, measurable: true, reason: 'every one of 96 polls said readable' })
    expect(after && isMeasured(after) && after.mean).toBeCloseTo(0.967, 3)
    expect(row('EXPORT_SYNC_FILE, framebuffer')?.arms.map((o) => isMeasured(o) && Number(o.mean.toFixed(3)))).toEqual([
      0.979, 0.978,
    ])
  })

  test('late fences block as long as the client log says (31.9 ms median)', () => {
    const late = report.latencies.find((c) => c.metric === 'fence_late_block')?.arms[1]
    expect(late && isMeasured(late) && late.n).toBe(90)
    expect(late && isMeasured(late) && late.p50 / 1e6).toBeCloseTo(31.9, 1)
  })

  test('the mail is ASCII, at most 72 columns and 60 lines', () => {
    const mail = renderMail(report, { full: false })
    const lines = mail.trimEnd().split('\n')
    expect(lines.filter((line) => line.length > 72)).toEqual([])
    expect(lines.length).toBeLessThanOrEqual(60)
    expect(mail).not.toMatch(/[^\n\x20-\x7e]/)
    const full = renderMail(report, { full: true })
    expect(full.split('\n').filter((line) => line.length > 72)).toEqual([])
    expect(full).toContain('DRM_IOCTL_MODE_ATOMIC'.replace('DRM_IOCTL_', ''))
  })

  test('the text fits 80 columns', () => {
    const text = renderText(report, { width: 80, color: false, full: false })
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  })
})

describe('strace', () => {
  test('agrees with trace.dat on calls per frame', async () => {
    const db = await databaseOf(
      [sample('trace-dat/before.dat'), 'before'],
      [sample('trace-dat/after.dat'), 'after'],
      [sample('strace/before.strace'), 'strace before'],
      [sample('strace/after.strace'), 'strace after'],
    )
    const rows = await db.query(`
      SELECT label, "check", avg(checks) AS per_frame FROM metric.checks_per_frame JOIN captures USING (capture)
      WHERE "check" LIKE 'EXPORT%' GROUP BY ALL`)
    const perFrame = (label: string, caller: string) =>
      Number(rows.find((row) => row.label === label && row.check === `EXPORT_SYNC_FILE, ${caller}`)?.per_frame ?? 0)
    // The head of the strace log has 14 to 20 frames: one call more or less is 0.07.
    for (const arm of ['before', 'after']) {
      for (const caller of ['transaction', 'framebuffer']) {
        expect(Math.abs(perFrame(`strace ${arm}`, caller) - perFrame(arm, caller))).toBeLessThan(0.1)
      }
    }
    expect(perFrame('strace before', 'transaction')).toBe(0)
    db.close()
  })

  test('says that its durations are not those of the kernel', async () => {
    const db = await databaseOf([sample('strace/before.strace'), 'before'], [sample('strace/after.strace'), 'after'])
    const report = await compare(db, ['before', 'after'], OPTIONS)
    expect(report.limits.join('\n')).toMatch(/strace stops the thread twice per call/)
    expect(report.treatment[0]).toEqual({ fact: 'fences created', values: ['not recorded', 'not recorded'] })
    db.close()
  })
})
