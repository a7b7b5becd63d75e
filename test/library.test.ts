/** The library: a recording's batches, and a metric. */
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ingest, openDatabase, openRecording, type RecordingEnd, runMetric, TraceError } from '../src/index.ts'

const sample = (name: string) => resolve(import.meta.dirname, '../samples', name)

test('iterates the typed batches of a recording', async () => {
  const recording = await openRecording(sample('trace-dat/after.dat'))
  expect(recording.format).toBe('trace-dat')
  const batches = recording.batches()
  const rows: Record<string, number> = {}
  let comms: unknown[] = []
  let end: RecordingEnd | undefined
  for (;;) {
    const { done, value } = await batches.next()
    if (done) {
      end = value
      break
    }
    rows[value.spec.name] = (rows[value.spec.name] ?? 0) + value.table.numRows
    if (value.spec.name === 'sched_switch') comms = [...comms, ...(value.table.getChild('next_comm') ?? [])]
    const ts = value.table.getChild('ts')
    if (ts && ts.length > 0) expect(typeof ts.get(0)).toBe('bigint')
  }
  expect(rows).toMatchObject({ dma_fence_init: 93, drm_vblank_event_delivered: 93, sys_enter_ioctl: 743 })
  expect(comms).toContain('kwin_wayland')
  expect(end).toMatchObject({ facts: { clock: 'local', cpus: 2 }, problems: [], skips: {} })
})

test('reads strace, with NULLs', async () => {
  let open = 0
  for await (const { spec, table } of (await openRecording(sample('strace/after.strace'))).batches()) {
    if (spec.name === 'contents') open += [...(table.getChild('ret') ?? [])].filter((ret) => ret === null).length
  }
  expect(open).toBeGreaterThan(0)
})

test('runs a metric', async () => {
  const database = await openDatabase(':memory:')
  await ingest(database, sample('trace-dat/after.dat'), { label: 'after' })
  expect(await runMetric(database, 'export_sync_file_latency')).toHaveLength(182)
  await expect(runMetric(database, 'nothing')).rejects.toThrow(TraceError)
  database.close()
})
