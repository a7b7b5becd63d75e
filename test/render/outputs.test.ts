/** What a report says of recordings of several outputs. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compare } from '../../src/compare.ts'
import { renderMail } from '../../src/render/mail.ts'
import { renderText } from '../../src/render/text.ts'
import { DEFAULTS } from '../../src/report.ts'
import { databaseOf } from '../open.ts'
import { inFolder } from '../run.ts'
import { FAST, recorded, SLOW } from '../two-outputs.ts'

describe('the report', () => {
  test('says how many outputs there were, and what cannot be told of them', () =>
    recorded(
      [
        [SLOW, FAST],
        [FAST, SLOW],
      ],
      async (db) => {
        const made = await compare(db, ['arm 0', 'arm 1'], DEFAULTS)
        const text = renderText(made, { width: 100, color: false, full: true }).replace(/\s+/g, ' ')
        expect(text).toContain('flip to flip, crtc-0')
        expect(text).toContain('Several outputs (arm 0 crtc-0, crtc-1; arm 1 crtc-0, crtc-1): intervals and vblanks')
        expect(text).toContain('Checks whose commit and flip are not measurable: 2 and 2 (no event tells')
        expect(renderMail(made, { full: false }).replace(/\s+/g, ' ')).toContain('Outputs: 2.')
        const lag = made.latencies.find((row) => row.metric === 'fence_commit_lag')
        expect(lag?.arms).toEqual(
          [0, 1].map(() =>
            expect.objectContaining({ n: 0, measurable: false, reason: expect.stringContaining('several outputs') }),
          ),
        )
      },
    ))

  test('flips of no known output are told', () =>
    inFolder(async (folder) => {
      const event = (crtc: string) => `\\2\\0\\0\\0 ${'\\0'.repeat(23)}${crtc}\\0\\0\\0`
      const read = (s: number, crtc: string, rest: string) =>
        `7 ${s}.000000 read(19</dev/dri/card0>, "${event(crtc)}"${rest}`
      const path = join(folder, 'a.strace')
      const lines = [
        '7 1.000000 ioctl(19</dev/dri/card0>, DRM_IOCTL_MODE_ATOMIC, 0x7ffc) = 0',
        read(2, '&', ', 1024) = 32'),
        read(3, "'", '..., 1024) = 64'),
        read(4, '&', ', 1024) = 32'),
      ]
      writeFileSync(path, `${lines.join('\n')}\n`)
      const db = await databaseOf([path, 'log'])
      const made = await compare(db, ['log'], DEFAULTS)
      expect(made.arms[0]?.captures[0]).toMatchObject({ outputs: ['/dev/dri/card0 crtc 38', '/dev/dri/card0 crtc 39'] })
      expect(made.limits.join(' ')).toContain('Flips of which no output is told: 1; frames that one comes in are not')
      expect(await db.query("SELECT n FROM left_out WHERE reason = 'outputs'")).toEqual([{ n: 1 }])
      db.close()
    }))

  test('one output against two: rows of each, and why the other arm has none', () =>
    recorded([[SLOW], [SLOW, FAST]], async (db) => {
      const made = await compare(db, ['arm 0', 'arm 1'], DEFAULTS)
      const rows = made.latencies.filter((row) => row.metric === 'frame_interval')
      expect(rows.map((row) => [row.group, ...row.arms.map((o) => ('reason' in o ? o.reason : o.n))])).toEqual([
        ['crtc-0', 'one output, told without its name', 3],
        ['crtc-1', 'one output, told without its name', 4],
        [undefined, 3, 'several outputs, each told apart'],
      ])
      expect(renderMail(made, { full: false }).replace(/\s+/g, ' ')).toContain('Outputs: arm 0 1, arm 1 2.')
    }))

  test('--frames counts by one of them', () =>
    recorded([[SLOW, FAST]], async (db) => {
      const frames = "FROM frames WHERE output = 'crtc-0'"
      const made = await compare(db, ['arm 0'], { ...DEFAULTS, frames })
      const row = made.perFrame.find((c) => c.group === 'EXPORT_SYNC_FILE, transaction')
      expect(row?.arms[0]).toMatchObject({ n: 3, max: 1, mean: 2 / 3 })
    }))
})
