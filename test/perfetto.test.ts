/**
 * A recording for Perfetto, held against the Trace Event Format
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): the fields that each phase must have.
 */
import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { writePerfetto } from '../src/export/perfetto.ts'
import { run } from './run.ts'
import { story } from './story.ts'

const place = { pid: z.int(), tid: z.int() }
const common = { ...place, name: z.string().min(1), cat: z.string(), ts: z.number().nonnegative() }
const args = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const EVENT = z.discriminatedUnion('ph', [
  z.strictObject({ ph: z.literal('X'), dur: z.number().nonnegative(), ...common, args }),
  z.strictObject({ ph: z.literal('b'), id: z.string().regex(/^0x[0-9a-f]+$/), ...common, args }),
  z.strictObject({ ph: z.literal('e'), id: z.string().regex(/^0x[0-9a-f]+$/), ...common }),
  z.strictObject({ ph: z.literal('i'), s: z.enum(['g', 'p', 't']), ...common, args }),
  z.strictObject({
    ph: z.literal('M'),
    ...place,
    name: z.enum(['process_name', 'thread_name']),
    args: z.strictObject({ name: z.string() }),
  }),
])
const TRACE = z.strictObject({
  displayTimeUnit: z.enum(['ms', 'ns']),
  traceEvents: z.array(EVENT),
  otherData: z.record(z.string(), z.unknown()),
})
type Event = z.infer<typeof EVENT>

let events: Event[]
beforeAll(async () => {
  const file = resolve(import.meta.dirname, '../samples/trace-dat/after.dat')
  const { code, out, err } = await run(['export', file, '--format', 'perfetto', '-o', '-'])
  expect(code, err).toBe(0)
  events = TRACE.parse(JSON.parse(out)).traceEvents
})

const nameOf = (what: 'process_name' | 'thread_name', event: Event): string | undefined =>
  events
    .filter((e) => e.ph === 'M')
    .find((e) => e.name === what && e.pid === event.pid && (what === 'process_name' || e.tid === event.tid))?.args.name

test('every track has a name', () => {
  const tracks = new Map(events.filter((e) => e.ph !== 'M').map((e) => [`${e.pid} ${e.tid}`, e]))
  expect(tracks.size).toBeGreaterThan(20)
  for (const event of tracks.values()) {
    expect(nameOf('process_name', event)).toBeTruthy()
    expect(nameOf('thread_name', event)).toBeTruthy()
  }
})

test('ioctls under the name of their request, fences, frames, flips and CPUs', () => {
  const named = (name: RegExp) => events.filter((e) => e.ph !== 'M' && name.test(e.name))
  const exports = named(/^DMA_BUF_IOCTL_EXPORT_SYNC_FILE$/)
  expect(exports).toHaveLength(182)
  expect(nameOf('thread_name', exports[0]!)).toBe('kwin_wayland')
  expect(events.filter((e) => e.ph === 'b')).toHaveLength(93)
  expect(events.filter((e) => e.ph === 'e')).toHaveLength(93)
  expect(named(/^flip \d+$/)).toHaveLength(93)
  expect(named(/^frame \d+$/)).toHaveLength(92)
  const cpus = new Set(
    events.filter((e) => e.ph !== 'M' && nameOf('process_name', e) === 'CPUs').map((e) => nameOf('thread_name', e)),
  )
  expect([...cpus].sort()).toEqual(['CPU 0', 'CPU 1'])
})

test('slices of one track nest: none overlaps another in part', () => {
  const slices = events.filter((e) => e.ph === 'X')
  const byTrack = new Map<string, typeof slices>()
  for (const e of slices) byTrack.set(`${e.pid} ${e.tid}`, [...(byTrack.get(`${e.pid} ${e.tid}`) ?? []), e])
  for (const track of byTrack.values()) {
    const open: number[] = []
    const ns = (us: number) => Math.round(us * 1000)
    for (const e of track.toSorted((a, b) => a.ts - b.ts || b.dur - a.dur)) {
      while (open.length > 0 && open.at(-1)! <= ns(e.ts)) open.pop()
      const end = ns(e.ts) + ns(e.dur)
      if (open.length > 0) expect(end).toBeLessThanOrEqual(open.at(-1)!)
      open.push(end)
    }
  }
})

test('states of a thread follow each other, and a name with control characters is escaped', async () => {
  const database = await story(`
    1000 idle sched_switch prev_pid=0 prev_state=0 next_pid=1 next_comm=a\x1b
    3000 a sched_switch prev_pid=1 prev_state=1 next_pid=0 next_comm=idle
    4000 idle sched_wakeup pid=1 comm=a\x1b
    5000 idle sched_switch prev_pid=0 prev_state=0 next_pid=1 next_comm=a\x1b
    6000 a sched_switch prev_pid=1 prev_state=2 next_pid=0 next_comm=idle
    7000 a sys_enter_poll nfds=1`)
  let text = ''
  await writePerfetto(database, 1, async (part) => {
    text += part
  })
  database.close()
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
  expect(text).not.toContain('\\u001b')
  const trace = TRACE.parse(JSON.parse(text))
  const states = trace.traceEvents
    .filter((e) => e.ph === 'X' && e.cat === 'state')
    .sort((a, b) => (a.ph === 'X' && b.ph === 'X' ? a.ts - b.ts : 0))
  expect(states.map((e) => e.ph === 'X' && [e.name, e.ts, e.dur])).toEqual([
    ['Running', 0, 2],
    ['Sleeping', 2, 1],
    ['Runnable', 3, 1],
    ['Running', 4, 1],
  ])
  expect(trace.traceEvents.find((e) => e.ph === 'X' && e.cat === 'sched')?.name).toBe('a\\x1b [1]')
  expect(trace.otherData.start_ns).toBe('1000')
})
