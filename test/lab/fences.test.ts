/** Fences by state, against the states that follow from trace-cmd's report, and against the client's own log. */
import { describe, expect, test } from 'vitest'
import { databaseOf } from '../open.ts'
import { clientOf, countsOf, hasLab, lab, reportOf } from './recordings.ts'

const NAMES = [
  'before/comp-early',
  'after/short-early',
  'after/short-normal',
  'after/comp-early',
  'after/slow-early',
  'after/gst',
  'after/verbose-early',
  'synthetic/fake-fence',
]

/** Every (context, seqno) of the report once: with what was seen of it. Stubs have context 0. */
function states(name: string): Record<string, number> {
  const seen = new Map<string, Set<string>>()
  for (const { event, fields } of reportOf(name)) {
    if (!event.startsWith('dma_fence_') || fields.get('context') === '0') continue
    const key = `${fields.get('context')}:${fields.get('seqno')}`
    seen.set(key, (seen.get(key) ?? new Set()).add(event.slice('dma_fence_'.length)))
  }
  const counts: Record<string, number> = {}
  for (const events of seen.values()) {
    const state = !events.has('init')
      ? 'partial'
      : events.has('signaled')
        ? 'signaled'
        : events.has('destroy')
          ? 'destroyed'
          : 'unsignaled'
    counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}

describe.skipIf(!hasLab).each(NAMES)('%s', (name) => {
  test('fences by state are those of the report; stubs are no producers', async () => {
    const db = await databaseOf([lab(`${name}.dat`), 'x'])
    const rows = await db.query(
      "SELECT state::VARCHAR AS state, count(*) AS n FROM fences WHERE kind <> 'stub' GROUP BY ALL",
    )
    const expected = states(name)
    console.log(`${name}: ${JSON.stringify(expected)}`)
    expect(Object.fromEntries(rows.map((row) => [row.state, row.n]))).toEqual(expected)
    const [stubs] = await db.query("SELECT count(*) AS n FROM fences WHERE kind = 'stub' AND created_ts IS NOT NULL")
    const made = reportOf(name).filter((e) => e.event === 'dma_fence_init' && e.fields.get('context') === '0')
    expect(stubs?.n).toBe(made.length)
    expect(await db.query('SELECT context FROM dmabuf_checks WHERE context = 0')).toEqual([])
    if (name.startsWith('after/')) await againstClient()
    db.close()

    async function againstClient(): Promise<void> {
      // A fence per buffer that went to the driver; what the client left queued it signals itself at STREAMOFF.
      const { events } = countsOf(name)
      const [made] = await db.query(
        "SELECT count(*) AS n FROM fences WHERE driver = 'videobuf2' AND created_ts IS NOT NULL",
      )
      expect(made?.n).toBe(events.vb2_buf_queue)
      if (name === 'after/gst') return // GStreamer has no such log
      const { qbuf, dqbuf } = clientOf(name)
      const [own] = await db.query(`
        SELECT count(*) AS n FROM fences AS f JOIN threads AS t ON t.capture = f.capture AND t.tid = f.signaled_tid
        WHERE t.comm = 'camclient' AND f.driver = 'videobuf2'`)
      // Queued, and not yet given to the driver when the stream ended: no fence was made for these.
      const waiting = qbuf - (events.vb2_buf_queue ?? 0)
      expect(own?.n).toBe(qbuf - dqbuf - waiting)
    }
  })
})
