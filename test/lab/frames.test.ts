/** Frames and missed vblanks, against trace-cmd's report; every frame that the client says was presented is one of them. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { databaseOf } from '../open.ts'
import { countsOf, hasLab, lab, reportOf } from './recordings.ts'

const NAMES = [
  'before/short-early',
  'before/comp-early',
  'after/short-early',
  'after/short-normal',
  'after/comp-early',
  'after/slow-early',
]

/** Vertical blanks beyond the usual (median) step, from the numbers in the report. */
function missed(steps: readonly number[]): { flips: number; vblanks: number } {
  const sorted = steps.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const usual = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
  const late = steps.filter((step) => step > usual)
  return { flips: late.length, vblanks: late.reduce((sum, step) => sum + step - usual, 0) }
}

describe.skipIf(!hasLab).each(NAMES)('%s', (name) => {
  test('frames, missed vblanks and presented frames', async () => {
    const db = await databaseOf([lab(`${name}.dat`), 'x'])
    const events = reportOf(name)
    const flips = events.filter((e) => e.event === 'drm_vblank_event_delivered').map((e) => Number(e.fields.get('seq')))
    const [frames] = await db.query('SELECT count(*) AS n, min(marker)::VARCHAR AS marker FROM frames')
    expect(frames).toEqual({
      n: countsOf(name).events.drm_vblank_event_delivered,
      marker: 'drm_vblank_event_delivered',
    })

    const expected = missed(flips.slice(1).map((seq, i) => seq - (flips[i] as number)))
    const [found] = await db.query(
      'SELECT count(*) FILTER (missed > 0) AS flips, sum(missed) AS vblanks FROM metric.missed_vblanks',
    )
    console.log(`${name}: ${flips.length} flips, ${expected.flips} late by ${expected.vblanks} vblanks`)
    expect(found).toEqual(expected)

    // The client is told the time of the vblank, which the kernel prints in drm_vblank_event.
    const delivered = new Set(flips)
    const times = new Set(
      events
        .filter((e) => e.event === 'drm_vblank_event' && delivered.has(Number(e.fields.get('seq'))))
        .map((e) => Math.floor(Number(e.fields.get('time')) / 1000)),
    )
    const log = readFileSync(lab(`${name}.client.log`), 'utf8')
    const presented = [...log.matchAll(/ PRESENTED .* at=(\d+)\.(\d{6})/g)].map((m) => Number(`${m[1]}${m[2]}`))
    const unknown = presented.filter((time) => !times.has(time))
    console.log(
      `${name}: ${presented.length} presented, ${unknown.length} without a flip; ${times.size - new Set(presented).size} flips of other content`,
    )
    expect(unknown).toEqual([])
    db.close()
  })
})
