/** Recordings that hold little of what is asked: what they do not tell is said, with what would record it. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../run.ts'
import { hasLab, lab } from './recordings.ts'

const SCHEDULER = resolve(import.meta.dirname, '../../../shared/corpus/tracedat/lisa_sched_load.dat')

test.skipIf(!existsSync(SCHEDULER))('a scheduler trace: said to hold nothing of this, without an error', async () => {
  const { code, out } = await run(['report', SCHEDULER])
  expect(code).toBe(0)
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'holds no call of kwin_wayland, no flip and no fence: tracealyze record prints the script that records them.',
  )
})

describe.skipIf(!hasLab)('strace alone', () => {
  const reasonOf = async (file: string, metric: string) => {
    const { out } = await run(['report', lab(file), '--format', 'json'])
    const report = JSON.parse(out) as Record<string, { metric: string; arms: { n: number; reason?: string }[] }[]>
    const row = [...(report.perFrame ?? []), ...(report.latencies ?? []), ...(report.flips ?? [])].find(
      (c) => c.metric === metric,
    )
    return row?.arms[0]
  }
  test('what only the kernel knows is told with the event that records it', async () => {
    expect(await reasonOf('small/after/st-yy.strace.txt', 'fence_late_block')).toMatchObject({
      n: 0,
      reason: expect.stringContaining('not recorded: record with trace-cmd record -e dma_fence:dma_fence_signaled'),
    })
    expect((await reasonOf('small/after/st-yy.strace.txt', 'check_to_wake'))?.n).toBe(56)
  })
  test('without -y no sync_file can be followed: said so', async () => {
    expect((await reasonOf('small/after/st-r.strace.txt', 'check_to_wake'))?.reason).toMatch(
      /^60 busy checks, and no sync_file is named in the log: record with strace -f -ttt -T -y$/,
    )
  })
})
