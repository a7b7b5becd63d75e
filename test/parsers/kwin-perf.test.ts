/** KWin's own frame log. */
import { expect, test } from 'vitest'
import { kwinPerf } from '../../parsers/kwin-perf/index.ts'
import { collect } from '../collect.ts'

const HEAD =
  'target pageflip timestamp,pageflip timestamp,render start,render end,safety margin,refresh duration,vrr,tearing,predicted render time'
const bytes = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`)

test('one row per frame; columns by the names of the header', async () => {
  const log = bytes(HEAD, '1000,1016,900,950,5,16,0,0,40', '2000,2016,1900,1950,5,16,0,0,41')
  expect(kwinPerf.sniff(log)).toBe(true)
  const { tables, problems, facts } = await collect(kwinPerf, log)
  expect(tables['main.kwin_frames']).toEqual([
    {
      ts: 1016n,
      target_ts: 1000n,
      render_start_ts: 900n,
      render_end_ts: 950n,
      safety_margin: 5n,
      refresh_duration: 16n,
      predicted_render_time: 40n,
    },
    {
      ts: 2016n,
      target_ts: 2000n,
      render_start_ts: 1900n,
      render_end_ts: 1950n,
      safety_margin: 5n,
      refresh_duration: 16n,
      predicted_render_time: 41n,
    },
  ])
  expect(problems).toEqual([])
  expect(facts.clock).toBe('mono')
})

test('a line that is cut is a problem with its place', async () => {
  const { tables, problems } = await collect(kwinPerf, bytes(HEAD, '1000,1016,900,950,5,16,0,0,40', '2000,20'))
  expect(tables['main.kwin_frames']).toHaveLength(1)
  expect(problems).toMatchObject([{ kind: 'unparsed-line', at: 'line 3', skipped: 1 }])
})

test('other CSV is not taken for it', () => {
  expect(kwinPerf.sniff(new TextEncoder().encode('a,b,c\n1,2,3\n'))).toBe(false)
})
