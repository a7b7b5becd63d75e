/**
 * The text of a recording and the recording itself give the same rows: reports of trace-cmd that lie beside their
 * trace.dat, every event, every column.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import { type Collected, collect, type Row, type Value } from '../collect.ts'
import { readPlain } from './ftrace-text-read.ts'
import { hasShared, readShared, sharedFiles } from './strace-read.ts'

/**
 * Columns that the text does not have as trace.dat has them, and why. They must be absent or NULL, or, where the text
 * has a name for the number, of type TEXT: never another value.
 */
const MISSING: [column: RegExp, why: string][] = [
  [/^syscalls\..*\.__syscall_nr$/, 'the number of a call is printed by report -R only'],
  [
    /^sched\.sched_switch\.prev_state$/,
    'trace-cmd prints R for 0 and for 256 (R+), and Z and X by its version, but with report -R',
  ],
  [/^v4l2\..*\.timecode_/, 'one value in braces: it stays in the column text'],
  [/^ftrace\.function\.(ip|parent_ip)$/, 'functions are named (columns function and parent)'],
  [/^ftrace\.funcgraph_(entry|exit)\.func$/, 'functions are named (column function)'],
  [/^ftrace\.(print|bprint)\.(ip|fmt|buf)$/, 'the function is named, and the text is printed'],
  [/\.function$/, 'functions are named'],
  [/^ftrace\.kernel_stack\.caller$/, 'report -R prints eight addresses of a longer stack'],
  [/\.(clockid|dependency|flags|ret)$/, 'values are named'],
  [/^timer\.(hrtimer_start\.(mode|was_armed)|timer_start\.now)$/, 'the print format does not have the field'],
  [/^thermal.*\.(cpumask|load|load_\d|req_power|granted_power)$/, 'arrays and masks stay in the column text'],
]

/** One arm of the lab; both where ALL is set in the environment. */
const FOLDERS = ['lab/after', 'lab/small/before', 'lab/synthetic', 'corpus/tracedat']
const MORE = ['lab/before', 'lab/small/after']

const micro = (ts: Value | undefined): bigint => ((ts as bigint) + 500n) / 1000n

/** Reports by recording; -F was filtered. */
const RECORDINGS = new Map<string, string[]>()
for (const report of sharedFiles([...FOLDERS, ...(process.env.ALL ? MORE : [])], /\.report.*\.txt(\.gz)?$/)) {
  const path = report.replace(/\.report[^/]*$/, '.dat')
  if (/\.report-(E|F|stat)\.txt|\/pf-/.test(report) || !existsSync(resolve('../shared', path))) continue
  RECORDINGS.set(path, [...(RECORDINGS.get(path) ?? []), report])
}

/** Rows of events by buffer and CPU, in their order. */
function byCpu(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = `${row.instance ?? ''} ${row.cpu}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}

/** How one table differs: a text for each column. */
function differences(text: Collected, binary: Collected, name: string): string[] {
  const exact = binary.facts.clockUnit === 'ticks' || text.facts.resolution === 1
  const typesOf = ({ specs }: Collected) =>
    new Map(specs.find((s) => `${s.schema}.${s.name}` === name)?.columns.map((c) => [c.name, c.type]))
  const [types, wanted] = [typesOf(text), typesOf(binary)]
  const found = new Map<string, string>()
  const others = byCpu(text.tables[name] ?? [])
  for (const [key, rows] of byCpu(binary.tables[name] ?? [])) {
    const same = others.get(key) ?? []
    if (same.length !== rows.length) found.set('rows', `${key}: ${same.length} of ${rows.length}`)
    for (let i = 0; i < Math.min(rows.length, same.length); i++) {
      const [row, other] = [rows[i] as Row, same[i] as Row]
      for (const column in row) {
        const value = row[column] as Value
        const isNamed = types.get(column) === 'TEXT' && wanted.get(column) !== 'TEXT'
        const read = isNamed ? null : (other[column] ?? null)
        if (column === 'text' || read === value || String(read) === String(value)) continue
        if (column === 'ts' && !exact && micro(read ?? 0n) === micro(value)) continue
        const isMissing = read === null && MISSING.some(([pattern]) => pattern.test(`${name}.${column}`))
        if (!isMissing) found.set(column, `${read} for ${value}: ${other.text}`)
      }
    }
  }
  return [...found].map(([column, what]) => `${name}.${column}: ${what}`)
}

/**
 * Calls of function_graph with their durations. A call that made no other is one line, which has no time of its end: it
 * has its duration in funcgraph_entry, and no row in funcgraph_exit.
 */
function durations({ tables }: Collected): string[] {
  const exits = (tables['ftrace.funcgraph_exit'] ?? []).map((row): [Row, unknown] => [
    row,
    row.duration ?? Number(row.rettime) - Number(row.calltime),
  ])
  const leaves = (tables['ftrace.funcgraph_entry'] ?? []).map((row): [Row, unknown] => [row, row.duration])
  return [...exits, ...leaves.filter(([, ns]) => typeof ns === 'bigint')]
    .map(([row, ns]) => `${row.cpu} ${row.tid} ${row.depth} ${ns}`)
    .sort()
}

/** Names of functions, from the text or from the addresses. */
function functions({ tables }: Collected): string[] {
  const symbols = new Map(tables['main.symbols']?.map((row) => [String(row.address), row.symbol]))
  return ['function', 'funcgraph_entry'].flatMap((name) =>
    (tables[`ftrace.${name}`] ?? [])
      .map((row) => String(row.function ?? symbols.get(String(row.ip ?? row.func))))
      .sort(),
  )
}

describe.skipIf(!hasShared)('text and trace.dat', () => {
  test('there are some', () => {
    expect(RECORDINGS.size).toBeGreaterThan(30)
  })

  test.each([...RECORDINGS])('%s', async (path, reports) => {
    const binary = await collect(traceDat, readShared(path))
    for (const report of reports) {
      const text = await collect(ftraceText, readPlain(report), binary.specs)
      const names = Object.keys({ ...binary.tables, ...text.tables })
      const events = names.filter((name) => !/^main\.|\.funcgraph_exit$/.test(name))
      expect([report, events.flatMap((name) => differences(text, binary, name))]).toEqual([report, []])
      expect(durations(text)).toEqual(durations(binary))
      expect(functions(text)).toEqual(functions(binary))
    }
  })

  test.each(['report.txt.gz', 'report-R.txt.gz', 'report-l.txt.gz'])('the gaps: %s', async (report) => {
    const text = await collect(ftraceText, readPlain(`lab/before/v-lost.${report}`))
    const binary = await collect(traceDat, readShared('lab/before/v-lost.dat'))
    const gaps = ({ tables }: Collected) =>
      (tables['main.lost_events'] ?? [])
        .filter((row) => row.source === 'page')
        .map((row) =>
          [
            row.cpu,
            row.count,
            row.since_ts === null ? null : micro(row.since_ts),
            row.ts === null ? null : micro(row.ts),
          ].join(' '),
        )
        .sort()
    expect(gaps(text)).toHaveLength(3)
    expect(gaps(text)).toEqual(gaps(binary))
  })

  test('prev_state as far as trace-cmd prints it', async () => {
    const text = await collect(ftraceText, readPlain('lab/small/before/tiny-early.report.txt'))
    const binary = await collect(traceDat, readShared('lab/small/before/tiny-early.dat'))
    const wanted = binary.tables['sched.sched_switch'] ?? []
    text.tables['sched.sched_switch']?.forEach(({ prev_state }, i) => {
      if (prev_state !== null) expect(prev_state).toBe(wanted[i]?.prev_state)
      else expect([0n, 0x10n, 0x20n, 256n]).toContain(wanted[i]?.prev_state)
    })
  })

  test.each(['before', 'after'])('%s/plain.trace.txt: what a plain search finds', async (arm) => {
    const bytes = readPlain(`lab/small/${arm}/plain.trace.txt`)
    const source = Buffer.from(bytes).toString('latin1')
    const { tables } = await collect(ftraceText, bytes)
    const found = (pattern: RegExp) => source.match(pattern)?.length
    const size = (name: string) => tables[name]?.length
    expect(size('syscalls.sys_enter_ioctl')).toBe(found(/: sys_ioctl\(/g))
    expect(size('syscalls.sys_exit_ioctl')).toBe(found(/: sys_ioctl -> /g))
    expect(size('syscalls.sys_enter_ppoll')).toBe(found(/: sys_ppoll\(/g))
    expect(size('sched.sched_switch')).toBe(found(/: sched_switch: /g))
    expect(size('drm.drm_vblank_event_delivered')).toBe(found(/: drm_vblank_event_delivered: /g))
    const exported = tables['syscalls.sys_enter_ioctl']?.filter((row) => row.cmd === 0xc0086202n)
    expect(exported?.length).toBe(found(/cmd: c0086202/g))
    for (const row of tables['sched.sched_switch'] ?? []) expect(row.prev_state).not.toBeNull()
  })
})
