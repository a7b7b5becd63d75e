/** The large files that the benchmarks read are what trace-cmd would have written. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { collect } from '../collect.ts'
import { KERNEL_EVENTS, type KernelEvent } from './kernel-events.ts'
import { type LargeTrace, writeLargeTrace } from './large.ts'
import { report, traceCmdReads } from './trace-cmd.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracealyze-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(options: LargeTrace) {
  const path = join(folder, 'large.dat')
  const counts = writeLargeTrace(path, options)
  return { file: new Uint8Array(readFileSync(path)), counts }
}

/** Events of all tables in the order of their time. */
async function eventsOf(file: Uint8Array) {
  const { tables, problems } = await collect(traceDat, file)
  expect(problems).toEqual([])
  return Object.keys(KERNEL_EVENTS)
    .flatMap((name) => {
      const system = KERNEL_EVENTS[name as KernelEvent].system
      return (tables[`${system}.${name}`] ?? []).map((row) => ({ name, row }))
    })
    .sort((a, b) => Number((a.row.ts as bigint) - (b.row.ts as bigint)) || Number(a.row.cpu) - Number(b.row.cpu))
}

describe.each(['none', 'zlib', 'zstd-stored'] as const)('%s', (compression) => {
  const { file, counts } = written({ events: 20_000, compression })

  test('holds the events that it was asked for', async () => {
    const events = await eventsOf(file)
    expect(events).toHaveLength(20_000)
    expect([...counts.keys()].sort()).toEqual(Object.keys(KERNEL_EVENTS).sort())
    for (const [kind, count] of counts) expect(events.filter((event) => event.name === kind)).toHaveLength(count)
  })

  test.skipIf(!traceCmdReads(compression.replace('-stored', '')))('trace-cmd reads the same', async () => {
    const { events, errors } = report(file)
    expect(errors).toBe('')
    const rows = await eventsOf(file)
    expect(events.map((e) => [e.name, e.ts, e.cpu, e.pid])).toEqual(
      rows.map(({ name, row }) => [name, row.ts, row.cpu, row.tid]),
    )
    const wakeups = rows.flatMap(({ name, row: r }) =>
      name === 'sched_wakeup' ? [`comm=${r.comm} pid=${r.pid} prio=120 target_cpu=00${r.target_cpu}`] : [],
    )
    expect(events.filter((e) => e.name === 'sched_wakeup').map((e) => e.text)).toEqual(wakeups)
    const calls = new Set(events.filter((e) => e.name === 'function').map((e) => e.text))
    expect(calls).toContain('dma_resv_get_fences <-- dma_resv_get_singleton')
  })
})

test('a call returns, a task that runs was switched to, a fence is made before it is signalled', async () => {
  const events = await eventsOf(written({ events: 5000, cpus: 1 }).file)
  let inside = false
  let running = 0
  const fences = new Set<unknown>()
  for (const { name, row } of events) {
    expect(row.tid).toBe(running)
    if (name === 'sched_switch') running = row.next_pid as number
    if (name === 'sys_enter_ioctl' || name === 'sys_exit_ioctl') {
      expect(inside).toBe(name === 'sys_exit_ioctl')
      inside = !inside
    }
    if (name === 'dma_fence_init') fences.add(row.seqno)
    if (name === 'dma_fence_signaled') expect(fences).toContain(row.seqno)
  }
})

test('the same seed gives the same file, another seed another', () => {
  const [a, b, c] = [3, 3, 4].map((seed) => Buffer.from(written({ events: 3000, seed }).file))
  expect(a!.equals(b!)).toBe(true)
  expect(a!.equals(c!)).toBe(false)
})

test('kinds that are not wanted are left out; CPUs may have nothing', async () => {
  const { file, counts } = written({ events: 3, cpus: 5, kinds: ['function', 'vb2_buf_done'] })
  expect([...counts.values()].reduce((sum, n) => sum + n, 0)).toBe(3)
  const events = await eventsOf(file)
  expect(events.every(({ name }) => name === 'function' || name === 'vb2_buf_done')).toBe(true)
  expect(events.map(({ row }) => row.cpu)).toEqual(expect.arrayContaining([0, 1, 2]))
})
