/** Every lab recording against the counts that were taken from trace-cmd's own report (counts.json). */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { databaseOf } from './open.ts'

const LAB = resolve(import.meta.dirname, '../../shared/lab')

interface Counts {
  events: Record<string, number>
  export_sync_file_ioctls: Record<string, number>
  atomic_ioctls: Record<string, number>
  dma_fence: Record<string, number>
}

/** trace-cmd prints a leaf call of the graph tracer, two events, as one line; the stacks' names are the tracers'. */
const MERGED = new Set(['funcgraph_entry', 'funcgraph_exit'])

for (const folder of ['before', 'after', 'synthetic']) {
  const file = resolve(LAB, folder, 'counts.json')
  const recordings: [string, Counts][] = existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : []
  const present = recordings.filter(([name]) => name.endsWith('.dat') && existsSync(resolve(LAB, folder, name)))
  describe.skipIf(present.length === 0)(`lab/${folder}`, () => {
    test.each(present)('%s', async (name, counts) => {
      const db = await databaseOf([resolve(LAB, folder, name), 'lab'])
      const events = await db.query('SELECT event, count(*) AS n FROM events GROUP BY event')
      const found = Object.fromEntries(
        events.map((row) => [row.event, row.n]).filter(([event]) => !MERGED.has(String(event))),
      )
      const expected = Object.fromEntries(Object.entries(counts.events).filter(([event]) => !MERGED.has(event)))
      expect(found).toEqual(expected)

      const byThread = async (request: string) => {
        const rows = await db.query(
          `SELECT comm || '-' || tid AS thread, count(*) AS n FROM ioctls JOIN threads USING (capture, tid)
           WHERE name = '${request}' AND source = 'syscalls' GROUP BY ALL`,
        )
        return Object.fromEntries(rows.map((row) => [row.thread, row.n]))
      }
      expect(await byThread('DMA_BUF_IOCTL_EXPORT_SYNC_FILE')).toEqual(counts.export_sync_file_ioctls)
      expect(await byThread('DRM_IOCTL_MODE_ATOMIC')).toEqual(counts.atomic_ioctls)

      const fences = await db.query(
        "SELECT 'dma_fence_init' AS event, driver, count(*) AS n FROM fences WHERE created_ts IS NOT NULL AND kind <> 'stub' GROUP BY ALL UNION ALL SELECT 'dma_fence_signaled', driver, count(*) FROM fences WHERE signaled_ts IS NOT NULL AND kind <> 'stub' GROUP BY ALL",
      )
      const wanted: Record<string, number> = {}
      for (const [key, n] of Object.entries(counts.dma_fence)) {
        const [, event, driver] = /^(\S+) driver=(\S+) in /.exec(key) ?? []
        if (driver === 'stub' || !/^dma_fence_(init|signaled)$/.test(event ?? '')) continue
        wanted[`${event} ${driver}`] = (wanted[`${event} ${driver}`] ?? 0) + n
      }
      expect(Object.fromEntries(fences.map((row) => [`${row.event} ${row.driver}`, row.n]))).toEqual(wanted)
      db.close()
    })
  })
}
