/** Recordings of two outputs whose commits and flips take turns: nothing lies between a flip of one and one of the other. */
import { describe, expect, test } from 'vitest'
import { buildDesktop } from '../build/desktop.ts'
import { report, traceCmdVersion } from '../build/trace-cmd.ts'
import { CHECKS, FAST, recorded, SLOW } from '../two-outputs.ts'

test.skipIf(!traceCmdVersion)('trace-cmd reads the recording', () => {
  const { events, errors } = report(buildDesktop([SLOW, FAST], CHECKS))
  expect(errors).toBe('')
  expect(events).toHaveLength(9 * 3 + 2 * 8)
  expect(events[2]).toMatchObject({
    name: 'drm_vblank_event_delivered',
    ts: 100_000n,
    text: expect.stringContaining('crtc=0'),
  })
})

describe('two outputs', () => {
  test('frames are of each output: intervals, vblanks and lateness', () =>
    recorded([[SLOW, FAST]], async (db) => {
      expect(
        await db.query('SELECT output, frame, dur, vblanks, is_late, commits FROM frames ORDER BY output, frame'),
      ).toEqual(
        [
          ['crtc-0', 1, 100_000, null, null],
          ['crtc-0', 2, 100_000, 1, false],
          ['crtc-0', 3, 200_000, 1, false],
          ['crtc-0', 4, null, 2, true],
          ['crtc-1', 1, 60_000, null, null],
          ['crtc-1', 2, 60_000, 2, false],
          ['crtc-1', 3, 60_000, 2, false],
          ['crtc-1', 4, 90_000, 2, false],
          ['crtc-1', 5, null, 3, true],
        ].map(([output, frame, dur, vblanks, is_late]) => ({ output, frame, dur, vblanks, is_late, commits: null })),
      )
      expect(await db.query('SELECT output, flips, outputs FROM outputs ORDER BY output')).toEqual([
        { output: 'crtc-0', flips: 4, outputs: 2 },
        { output: 'crtc-1', flips: 5, outputs: 2 },
      ])
      expect(
        await db.query('SELECT output, ts, dur FROM frame_marks WHERE rank = 4 AND frame = 1 ORDER BY output'),
      ).toEqual([
        { output: 'DP-1', ts: 129_000, dur: 60_000 },
        { output: 'HDMI-A-1', ts: 99_000, dur: 100_000 },
      ])
    }))

  test('every metric of flips', () =>
    recorded([[SLOW, FAST]], async (db) => {
      const lists = async (metric: string, value: string, by: string) =>
        Object.fromEntries(
          (
            await db.query(
              `SELECT ${by} AS by, string_agg(${value}::BIGINT, ' ' ORDER BY ts) AS list FROM metric.${metric} GROUP BY ALL`,
            )
          ).map((row) => [row.by, row.list]),
        )
      expect(await lists('frame_interval', 'dur', 'output')).toEqual({
        'crtc-0': '100000 100000 200000',
        'crtc-1': '60000 60000 60000 90000',
      })
      expect(await lists('vblanks_per_flip', 'vblanks', 'output')).toEqual({ 'crtc-0': '1 1 2', 'crtc-1': '2 2 2 3' })
      // In order of time: the last of crtc-1 and the last of crtc-0 are late, each by one.
      expect(await lists('missed_vblanks', 'missed', "'all'")).toEqual({ all: '0 0 0 0 0 1 1' })
      expect(await lists('late_flips', 'is_late', 'late')).toEqual({
        '1 refresh or more': '0 0 0 0 0 1 1',
        'more than 1 refresh': '0 0 0 0 0 0 0',
      })
      expect(await db.query('SELECT late_flips, flips FROM sync_path')).toEqual([{ late_flips: 2, flips: 7 }])
      expect(await db.query("SELECT n, reason FROM correctness WHERE fact = 'frame period (median)'")).toEqual([
        { n: null, reason: 'several outputs' },
      ])
    }))

  test('counts are from a flip of any output to the next, and every call counts once', () =>
    recorded([[SLOW, FAST]], async (db) => {
      // 100, 130, 190, 200, 250, 300, 310, 400 and 500 us; the exports are at 140010 and 260010.
      const counted = (metric: string, where: string, value: string) =>
        db.query(`SELECT ts // 1000 AS us FROM metric.${metric} WHERE ${where} AND ${value} > 0 ORDER BY ts`)
      expect(await db.query('SELECT count(*) AS n, sum(end_ts - ts) AS length FROM whole_frames')).toEqual([
        { n: 8, length: 400_000 },
      ])
      expect(await counted('ioctls_per_frame', "command LIKE '%EXPORT%'", 'calls')).toEqual([{ us: 130 }, { us: 250 }])
      expect(await counted('checks_per_frame', `"check" LIKE '%transaction'`, 'checks')).toEqual([
        { us: 130 },
        { us: 250 },
      ])
      const total = async (sql: string) => Number((await db.query(`SELECT sum(calls) AS n FROM ${sql}`))[0]?.n)
      const within = 'ts >= 100000 AND ts < 500000'
      expect(await total("metric.ioctls_per_frame WHERE command = '(all)'")).toBe(
        await total(`(SELECT count(*) AS calls FROM ioctls WHERE ${within})`),
      )
      expect(await total('metric.ioctls_per_frame_by_thread')).toBe(8 + 2)
      expect(await total("metric.syscalls_per_frame WHERE syscall = 'poll'")).toBe(2)
    }))

  test('flips at the same time end one frame: no call is lost, none counts twice', () =>
    recorded([[SLOW, { ...FAST, flips: SLOW.flips.map(([ts, seq]) => [ts, seq + 490] as const) }]], async (db) => {
      expect(await db.query('SELECT ts, end_ts FROM whole_frames ORDER BY ts')).toEqual([
        { ts: 100_000, end_ts: 200_000 },
        { ts: 200_000, end_ts: 300_000 },
        { ts: 300_000, end_ts: 500_000 },
      ])
      expect(
        await db.query("SELECT ts, calls FROM metric.ioctls_per_frame WHERE command LIKE '%EXPORT%' ORDER BY ts"),
      ).toEqual([
        { ts: 100_000, calls: 1 },
        { ts: 200_000, calls: 1 },
        { ts: 300_000, calls: 0 },
      ])
    }))

  test('a commit and a flip of another output are not taken for those of a wait', () =>
    recorded([[SLOW, FAST], [SLOW], [FAST]], async (db) => {
      const rows = await db.query(
        'SELECT capture, ts, block, output, commit_ts, flip_ts, commit_lag, flip_lag, unmatched FROM waits ORDER BY capture, ts',
      )
      const none = { output: null, commit_ts: null, flip_ts: null, commit_lag: null, flip_lag: null }
      const known = (output: string, ready: number, flip_ts: number) => {
        const commit_ts = flip_ts - 1000
        return { output, commit_ts, flip_ts, commit_lag: commit_ts - ready, flip_lag: 1000, unmatched: null }
      }
      const check = (capture: number, ts: number) => ({ capture, ts, block: 20_000 })
      expect(rows).toEqual([
        { ...check(1, 140_000), ...none, unmatched: 'several outputs' },
        { ...check(1, 260_000), ...none, unmatched: 'several outputs' },
        { ...check(2, 140_000), ...known('HDMI-A-1', 160_000, 200_000) },
        { ...check(2, 260_000), ...known('HDMI-A-1', 280_000, 300_000) },
        { ...check(3, 140_000), ...known('DP-1', 160_000, 190_000) },
        { ...check(3, 260_000), ...known('DP-1', 280_000, 310_000) },
      ])
      expect(
        await db.query('SELECT capture, count(*) AS n FROM metric.fence_commit_lag GROUP BY ALL ORDER BY ALL'),
      ).toEqual([
        { capture: 2, n: 2 },
        { capture: 3, n: 2 },
      ])
      expect(await db.query("SELECT capture, what, n FROM left_out WHERE reason = 'outputs'")).toEqual([
        { capture: 1, what: 'commits and flips of checks', n: 2 },
      ])
      expect(await db.query('SELECT capture, is_presented FROM pipeline ORDER BY capture, check_ts')).toEqual([
        ...[1, 1].map((capture) => ({ capture, is_presented: null })),
        ...[2, 2, 3, 3].map((capture) => ({ capture, is_presented: true })),
      ])
      expect(await db.query('SELECT capture, commits FROM frames WHERE commits > 0 ORDER BY capture, ts')).toEqual(
        [2, 2, 3, 3].map((capture) => ({ capture, commits: 1 })),
      )
    }))
})
