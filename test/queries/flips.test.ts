/** Flips, and KWin's own log beside a trace: the time of the vertical blank, which both have, joins them. */
import { expect, test } from 'vitest'
import { story } from '../story.ts'

test('equal times of the vertical blank are one flip; other flips and other content have no row', async () => {
  const db = await story(`
    1000 irq drm_vblank_event_delivered crtc=0 seq=7
    1006 irq drm_vblank_event crtc=0 seq=7 time=61131511704
    2000 irq drm_vblank_event crtc=0 seq=8 time=61148194921
    3000000 irq drm_vblank_event_delivered crtc=0 seq=9
    3000006 irq drm_vblank_event crtc=0 seq=9 time=61164878138`)
  await db.run(`INSERT INTO store."main.kwin_frames" BY NAME
    SELECT 1 AS capture, 61131511000 AS ts, 61131000000 AS target_ts, 61110000000 AS render_start_ts, 61112000000 AS render_end_ts
    UNION ALL BY NAME SELECT 1 AS capture, 61164877000 AS ts, 61164877000 AS target_ts`)
  expect(await db.query('SELECT frame, ts, pageflip_ts, behind, rendering FROM kwin_flips')).toEqual([
    { frame: 1, ts: 1000, pageflip_ts: 61131511000, behind: 511000, rendering: 2000000 },
  ])
  db.close()
})

test('flips of the same time keep their order', async () => {
  const db = await story('1000 irq drm_vblank_event_delivered crtc=0 seq=7')
  await db.run(`INSERT INTO frames BY NAME
    SELECT 1 AS capture, 'crtc-1' AS output, i AS frame, i // 50 * 1000 AS ts, i AS dur FROM range(200, 0, -1) AS r(i)`)
  expect(await db.query("SELECT count(*) AS n FROM flips WHERE output = 'crtc-1' AND since_last = frame - 1")).toEqual([
    { n: 199 },
  ])
  db.close()
})
