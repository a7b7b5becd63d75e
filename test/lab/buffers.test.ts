/** Buffers: queued, dequeued and never dequeued, against the client's own log. */
import { describe, expect, test } from 'vitest'
import { databaseOf } from '../open.ts'
import { clientOf, hasLab, lab } from './recordings.ts'

const NAMES = [
  'before/short-early',
  'before/slow-early',
  'after/short-early',
  'after/short-normal',
  'after/comp-early',
  'after/slow-early',
]

describe.skipIf(!hasLab).each(NAMES)('%s', (name) => {
  test('buffers queued, dequeued, and never dequeued are those of the client', async () => {
    const db = await databaseOf([lab(`${name}.dat`), 'x'])
    const { qbuf, dqbuf } = clientOf(name)
    const [found] = await db.query(`
      SELECT count(queued_ts) AS queued, count(dequeued_ts) AS dequeued, count(*) FILTER (state IN ('done', 'queued')) AS never
      FROM v4l2_buffers`)
    console.log(`${name}: ${qbuf} queued, ${dqbuf} dequeued, ${qbuf - dqbuf} never`)
    expect(found).toEqual({ queued: qbuf, dequeued: dqbuf, never: qbuf - dqbuf })
    // Four buffers, and each is always with somebody.
    const pool = await db.query(
      'SELECT DISTINCT waiting + driver + done + client AS buffers FROM v4l2_pool WHERE ts > (SELECT min(ts) + 1000000000 FROM v4l2_pool)',
    )
    expect(pool).toEqual([{ buffers: 4 }])
    db.close()
  })
})
