/** What is asked for at ingest, or of the events that are printed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { traceDat } from '../parsers/trace-dat/index.ts'
import { eventMatcher, matcher, type Selection, selectionJson, timePoint } from '../src/selection.ts'
import { encodeFields } from './build/encode-fields.ts'
import { defineEvent } from './build/event-formats.ts'
import { TICK, TICK_COMMS, tick } from './build/tick.ts'
import { buildTraceDat, type TraceDat } from './build/trace-dat.ts'
import { collect, type Row } from './collect.ts'
import { readOracle } from './raw-report.ts'
import { inFolder, run } from './run.ts'

const LAB = resolve(import.meta.dirname, '../../shared/lab/small/after')
const TOCK = defineEvent({ system: 'other', name: 'tock', id: 1001, fields: [{ type: 'u32', name: 'n' }] })
const SECOND = 1_000_000_000n

/** Ticks 0..5 at 10, 11 ... 15 s on CPUs 0 and 1 in turn, of threads anna, bert one, kworker/0:1; a tock at 12.5 s. */
function fileOf(more: TraceDat = {}): Uint8Array {
  const at = (n: number) => tick(n, (10n + BigInt(n)) * SECOND)
  const tock = { ts: 12n * SECOND + SECOND / 2n, data: encodeFields(TOCK, { common_pid: 100, n: 9 }, 'little') }
  const cpus = [{ entries: [at(0), at(2), tock, at(4)] }, { entries: [at(1), at(3), at(5)] }]
  return buildTraceDat({ formats: [TICK, TOCK], cmdlines: TICK_COMMS, cpus, ...more })
}

/** The ticks that are kept, and how many records are not. */
async function kept(selection: Selection, file = fileOf()): Promise<[bigint[], number]> {
  const { tables, skips, problems } = await collect(
    { ...traceDat, parse: (input, sink) => traceDat.parse(input, sink, selection) },
    file,
  )
  expect(problems).toEqual([])
  return [(tables['demo.tick'] ?? []).map((row) => row.n as bigint), skips['not selected'] ?? 0]
}

const point = (text: string) => timePoint(text)!

describe('records of a trace.dat', () => {
  test.each<[string, Selection, bigint[]]>([
    ['since a time, which is included', { since: point('14') }, [4n, 5n]],
    ['until a time, which is not', { until: point('12') }, [0n, 1n]],
    ['times from the first event on', { since: point('+1'), until: point('+2.000000001') }, [1n, 2n]],
    ['one event', { events: ['demo:tick'] }, [0n, 1n, 2n, 3n, 4n, 5n]],
    ['no such event', { events: ['nothing', 'demo:t?ck?'] }, []],
    ['CPUs', { cpus: [1] }, [1n, 3n, 5n]],
    ['thread ids', { tids: [100] }, [0n, 3n]],
    ['names of threads', { comms: ['bert*'] }, [1n, 4n]],
    ['all of these at once', { comms: ['anna', 'kworker/?:1'], cpus: [0], since: point('+1') }, [2n]],
  ])('%s', async (_, selection, ticks) => {
    const [found, skipped] = await kept(selection)
    expect(found).toEqual(ticks)
    const tocks = 7 - found.length - skipped
    expect([0, 1]).toContain(tocks)
  })

  test('a thread that the recorder did not name gets its name from sched_switch', async () => {
    const fields = [
      { type: 'char', name: 'prev_comm[16]' },
      { type: 'int', name: 'prev_pid' },
      { type: 'char', name: 'next_comm[16]' },
      { type: 'int', name: 'next_pid' },
    ]
    const format = defineEvent({ system: 'sched', name: 'sched_switch', id: 1002, fields })
    const values = { prev_comm: 'swapper/0', prev_pid: 0, next_comm: 'kwin_wayland', next_pid: 100 }
    const entries = [tick(0, 1n), { ts: 2n, data: encodeFields(format, values, 'little') }, tick(3, 3n)]
    const file = buildTraceDat({ formats: [TICK, format], cpus: [{ entries }] })
    expect(await kept({ comms: ['kwin_wayland'] }, file)).toEqual([[3n], 2])
  })

  test('a clock that does not count time is told in ticks', async () => {
    const cpus = [{ entries: [tick(0, 5n), tick(1, 6n), tick(2, 7n)] }]
    const file = buildTraceDat({ formats: [TICK], options: { clock: 'counter' }, cpus })
    expect(await kept({ since: point('6') }, file)).toEqual([[1n, 2n], 1])
  })

  test('times are taken as events prints them, rounded to microseconds', async () => {
    const cpus = [{ entries: [tick(0, 3_234_567_499n), tick(1, 3_234_567_500n), tick(2, 3_234_568_400n)] }]
    const file = buildTraceDat({ formats: [TICK], options: { clock: 'mono' }, cpus })
    expect(await kept({ since: point('3.234568') }, file)).toEqual([[1n, 2n], 1])
    expect(await kept({ until: point('3.234568') }, file)).toEqual([[0n], 2])
    expect(await kept({ since: point('3.234568000') }, file)).toEqual([[2n], 2])
    expect(await kept({ since: point('3') }, file)).toEqual([[0n, 1n, 2n], 0])
    expect(await kept({ since: point('0.000000') }, file)).toEqual([[0n, 1n, 2n], 0])
  })

  test.each(['boot', 'x86-tsc'])('times of %s are taken as events prints them, whole', async (clock) => {
    const cpus = [{ entries: [tick(0, 1_234_567_890_123n), tick(1, 1_234_567_899_999n)] }]
    const file = buildTraceDat({ formats: [TICK], options: { clock }, cpus })
    expect(await kept({ since: point('1234567899999') }, file)).toEqual([[1n], 1])
    expect(await kept({ until: point('18446744073709551615') }, file)).toEqual([[0n, 1n], 0])
  })

  test('gaps on CPUs that are not wanted are no gaps of the capture', async () => {
    const cpus = [{ entries: [tick(0, 1n), { missed: 5 }, tick(3, 2n)] }, { entries: [tick(1, 1n)] }]
    const file = buildTraceDat({ formats: [TICK], cpus })
    const select = (cpu: number) => ({
      ...traceDat,
      parse: (...[input, sink]: Parameters<typeof traceDat.parse>) => traceDat.parse(input, sink, { cpus: [cpu] }),
    })
    expect((await collect(select(0), file)).tables['main.lost_events']).toHaveLength(1)
    expect((await collect(select(1), file)).tables['main.lost_events'] ?? []).toEqual([])
  })
})

describe.skipIf(!existsSync(LAB))('of a recording, as if all had been read and then filtered', () => {
  const NAMES = ['tiny-early', 'tiny-instance', 'tiny-lost', 'tiny-function']
  const read = async (name: string, selection: Selection) => {
    const parser = {
      ...traceDat,
      parse: (...[input, sink]: Parameters<typeof traceDat.parse>) => traceDat.parse(input, sink, selection),
    }
    const { tables, skips } = await collect(parser, readFileSync(join(LAB, `${name}.dat`)))
    const events = Object.entries(tables).filter(([table]) => !/^main\.|^store\./.test(table))
    return { events, skipped: skips['not selected'] ?? 0 }
  }
  const count = (events: [string, Row[]][]): number => events.reduce((sum, [, rows]) => sum + rows.length, 0)

  test.each(NAMES)('%s', async (name) => {
    const all = (await read(name, {})).events
    const times = all.flatMap(([, rows]) => rows.map((row) => row.ts as bigint)).sort((a, b) => Number(a - b))
    const [first, from, to] = [0, 0.3, 0.6].map((part) => times[Math.floor(part * times.length)] as bigint)
    const selections: [Selection, (row: Row, table: string) => boolean][] = [
      [{ since: { ns: from!, relative: false } }, (row) => (row.ts as bigint) >= from!],
      [{ until: { ns: to!, relative: false } }, (row) => (row.ts as bigint) < to!],
      [{ since: { ns: from! - first!, relative: true } }, (row) => (row.ts as bigint) >= from!],
      [{ cpus: [1] }, (row) => row.cpu === 1],
      [{ events: ['dma_fence', 'sched:sched_sw*'] }, (_, table) => /^dma_fence\.|^sched\.sched_sw/.test(table)],
      [{ tids: [Number(all[0]![1][0]!.tid)] }, (row) => row.tid === all[0]![1][0]!.tid],
    ]
    for (const [selection, wants] of selections) {
      const { events, skipped } = await read(name, selection)
      const wanted = all.map(([table, rows]) => [table, rows.filter((row) => wants(row, table))] as const)
      expect(Object.fromEntries(events)).toEqual(Object.fromEntries(wanted.filter(([, rows]) => rows.length > 0)))
      expect(count(events) + skipped).toBe(count(all))
      expect(skipped).toBeGreaterThan(0)
    }
  })

  // A leaf of the graph tracer is one line, so recordings with it are left out.
  test.each(NAMES)('%s: threads are called as in the lines of trace-cmd', async (name) => {
    const lines = readOracle(join(LAB, `${name}.report.txt`))!.split('\n')
    const named = lines.filter((line) => /^\s*(\S+:\s+)?kwin\S*-\d+ +\[\d+\]/.test(line))
    const { events } = await read(name, { comms: ['kwin*'] })
    expect(count(events)).toBe(named.length)
    expect(named.length).toBeGreaterThan(0)
  })
})

describe('patterns', () => {
  test('stand for all of a text', () => {
    expect(matcher(['kwin*'])('kwin_wayland')).toBe(true)
    expect(matcher(['kwin'])('kwin_wayland')).toBe(false)
    expect(matcher(['a.c'])('abc')).toBe(false)
  })
  test('of events name the event, the system, or both', () => {
    const matches = (pattern: string) => eventMatcher([pattern])('sched', 'sched_switch')
    expect(['sched', 'sched_switch', 'sched:sched_*', '*:*switch'].every(matches)).toBe(true)
    expect(['switch', 'sched:', 'irq:*'].some(matches)).toBe(false)
  })
})

describe('times', () => {
  test.each([
    ['52.1', 52_100_000_000n, false],
    ['+0.000000001', 1n, true],
    ['+1', SECOND, true],
  ])('%s', (text, ns, relative) => expect(timePoint(text)).toEqual({ ns, relative }))
  test.each(['', '-1', '1e3', '1.', '52.1234567891', '+'])('"%s" is none', (text) =>
    expect(timePoint(text)).toBeUndefined(),
  )
  test('are kept as they were given', () => {
    expect(selectionJson({ since: point('+1.5'), events: ['sched'] })).toBe(
      '{"since":"+1.500000000","events":["sched"]}',
    )
    expect(selectionJson({ since: point('1.25'), until: point('1.250000') })).toBe(
      '{"since":"1.250000000","until":"1.250000"}',
    )
    expect(selectionJson({ since: point('7') })).toBe('{"since":"7"}')
    expect(selectionJson({})).toBeUndefined()
  })
})

describe('the program', () => {
  const inFile = <T>(work: (path: string, folder: string) => Promise<T>): Promise<T> =>
    inFolder(async (folder) => {
      const path = join(folder, 'x.dat')
      writeFileSync(path, fileOf())
      return work(path, folder)
    })

  test('ingest stores what was asked for, and counts the rest', async () => {
    const [all, selected, again] = await inFile(async (path, folder) => {
      const db = ['--db', join(folder, 'x.duckdb')]
      await run(['ingest', path, ...db])
      await run(['ingest', path, ...db, '--event', 'tick', '--cpu', '0,1', '--since', '+1', '--label', 'part'])
      const second = await run(['ingest', path, ...db, '--event', 'tick', '--cpu', '0,1', '--since', '+1'])
      const sql = 'SELECT records, events, skipped, skip_reasons, selection FROM captures ORDER BY capture'
      const { out } = await run(['sql', sql, '--format', 'json', ...db])
      return [...JSON.parse(out), second.err]
    })
    expect(all).toEqual({ records: 7, events: 7, skipped: 0, skip_reasons: '{}', selection: null })
    expect(selected).toEqual({
      records: 7,
      events: 5,
      skipped: 2,
      skip_reasons: '{"not selected":2}',
      selection: '{"since":"+1.000000000","events":["tick"],"cpus":[0,1]}',
    })
    expect(again).toContain('known already as capture 2')
  })

  test('a format that is read as a whole says so', async () => {
    const { code, err } = await inFolder(async (folder) => {
      const path = join(folder, 'x.strace')
      writeFileSync(path, '12:00:00.000001 close(3) = 0 <0.000010>\n12:00:00.000101 close(4) = 0 <0.000010>\n')
      return run(['ingest', path, '--db', join(folder, 'x.duckdb'), '--since', '1'])
    })
    expect([code, err]).toEqual([1, expect.stringContaining('--since cannot be used')])
  })

  test.each([
    ['--since', 'yesterday'],
    ['--cpu', 'x'],
    ['--limit', '0'],
  ])('%s %s is wrong usage', async (...option) => {
    expect((await run(['events', 'x.dat', ...option])).code).toBe(2)
  })
})

describe('what a report of a part of a recording says', () => {
  const sample = resolve(import.meta.dirname, '../samples/trace-dat/after.dat')
  const reportOf = (...selection: string[]) =>
    inFolder(async (folder) => {
      const db = join(folder, 'x.duckdb')
      await run(['ingest', sample, '--label', 'x', '--db', db, ...selection])
      const { out } = await run(['report', 'x', '--format', 'markdown', '--db', db])
      const measured = 'SELECT count(*) FILTER (dur IS NOT NULL) AS n FROM syscalls'
      const calls = await run(['sql', measured, '--format', 'csv', '--db', db])
      return [out.replace(/\s+/g, ' '), Number(calls.out.split('\r\n')[1])] as const
    })

  test('one CPU: no interval is measured, since threads go on on others', async () => {
    const [report, measured] = await reportOf('--cpu', '0')
    expect(report).toContain('only events of CPU 0 were ingested')
    expect(measured).toBe(0)
  })

  test('one thread: its calls are measured, and the rest is not there', async () => {
    const [report, measured] = await reportOf('--comm', 'kwin_wayland')
    expect(report).toContain('only events of threads kwin\\_wayland were ingested')
    expect(measured).toBeGreaterThan(100)
  })
})
