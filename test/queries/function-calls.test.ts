/** Calls of functions: a recording and its reports give the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeFields, type FieldValues } from '../build/encode-fields.ts'
import { defineEvent, type EventFormat } from '../build/event-formats.ts'
import { reportBytes, traceCmdVersion } from '../build/trace-cmd.ts'
import { buildTraceDat } from '../build/trace-dat.ts'
import { databaseOf } from '../open.ts'

const ENTRY = defineEvent({
  system: 'ftrace',
  name: 'funcgraph_entry',
  id: 11,
  fields: [
    { type: 'unsigned long', name: 'func' },
    { type: 'int', name: 'depth' },
  ],
  print: '"--> %ps (%d)", (void *)REC->func, REC->depth',
})

const EXIT = defineEvent({
  system: 'ftrace',
  name: 'funcgraph_exit',
  id: 10,
  fields: [
    { type: 'unsigned long', name: 'func' },
    { type: 'unsigned long', name: 'retval' },
    { type: 'int', name: 'depth' },
    { type: 'unsigned int', name: 'overrun' },
    { type: 'unsigned long long', name: 'calltime' },
    { type: 'unsigned long long', name: 'rettime' },
  ],
  print:
    '"<-- %ps (%d) (start: %llx  end: %llx) over: %d retval: %lx", (void *)REC->func, REC->depth, REC->calltime, REC->rettime, REC->depth, REC->retval',
})

const KALLSYMS = 'ffffffff81000100 T outer\nffffffff81000200 T leaf\nffffffff81000300 T inner\nffffffff81000400 T end\n'
const [OUTER, LEAF, INNER] = [0xffffffff81000100n, 0xffffffff81000200n, 0xffffffff81000300n]
const SECOND = 1_000_000_000

const event = (format: EventFormat, ts: number, values: FieldValues, tid = 7) => ({
  ts: BigInt(SECOND + ts),
  data: encodeFields(format, { common_pid: tid, ...values }),
})
const entry = (ts: number, func: bigint, depth: number, tid = 7) => event(ENTRY, ts, { func, depth }, tid)
const exit = (begin: number, end: number, func: bigint, depth: number, retval = 16n, tid = 7) =>
  event(
    EXIT,
    end,
    { func, depth, retval, calltime: BigInt(SECOND + begin), rettime: BigInt(SECOND + end), overrun: 2 },
    tid,
  )

const ENTRIES = [
  entry(10_000, OUTER, 0),
  entry(11_000, LEAF, 1),
  exit(11_000, 12_500, LEAF, 1),
  entry(13_000, INNER, 1),
  entry(13_100, LEAF, 2),
  exit(13_100, 13_500, LEAF, 2),
  exit(13_000, 14_500, INNER, 1),
  exit(10_000, 15_000, OUTER, 0),
  exit(9000, 16_000, INNER, 0),
  entry(17_000, OUTER, 0),
  // Idle threads of two CPUs share their number.
  entry(18_000, LEAF, 0, 0),
]

const CALLS = [
  { ts: SECOND + 10_000, dur: 5000, tid: 7, depth: 0, function: 'outer' },
  { ts: SECOND + 11_000, dur: 1500, tid: 7, depth: 1, function: 'leaf' },
  { ts: SECOND + 13_000, dur: 1500, tid: 7, depth: 1, function: 'inner' },
  { ts: SECOND + 13_100, dur: 400, tid: 7, depth: 2, function: 'leaf' },
  { ts: SECOND + 17_000, dur: null, tid: 7, depth: 0, function: 'outer' },
  { ts: SECOND + 18_000, dur: null, tid: 0, depth: 0, function: 'leaf' },
  { ts: null, dur: 7000, tid: 7, depth: 0, function: 'inner' },
]

describe.skipIf(traceCmdVersion === undefined)('function_graph', () => {
  test.each([[[]], [['-t']], [['-t', '-R']], [['-t', '-N']]])('report %s', async (args) => {
    const folder = mkdtempSync(join(tmpdir(), 'graph-'))
    const path = (name: string) => join(folder, name)
    const cpus = [{ entries: ENTRIES }, { entries: [exit(17_500, 18_500, INNER, 0, 0n, 0)] }]
    const file = buildTraceDat({ formats: [ENTRY, EXIT], kallsyms: KALLSYMS, cmdlines: '7 kwin\n', cpus })
    writeFileSync(path('trace.dat'), file)
    writeFileSync(path('report.txt'), reportBytes(...args, '-i', path('trace.dat')))
    const db = await databaseOf([path('trace.dat'), 'binary'], [path('report.txt'), 'text'])
    rmSync(folder, { recursive: true })
    const calls = (capture: number) =>
      db.query(
        `SELECT ts, dur, tid, depth, function FROM function_calls WHERE capture = ${capture} AND cpu = 0 ORDER BY ts`,
      )
    expect(await calls(1)).toEqual(CALLS)
    const rounded = (rows: Record<string, unknown>[]) =>
      rows.map((row) => ({ ...row, ts: row.ts && Math.round(Number(row.ts) / 1000) }))
    if (args.includes('-t')) {
      // Without a name at its return, that of a call which was not seen is not known.
      const isNamed = args.length > 1
      expect(await calls(2)).toEqual(isNamed ? CALLS : CALLS.map((c) => (c.ts === null ? { ...c, function: null } : c)))
      const fields = 'SELECT calltime, rettime, retval, depth FROM ftrace.funcgraph_exit WHERE capture ='
      if (isNamed) expect(await db.query(`${fields} 2 ORDER BY ts`)).toEqual(await db.query(`${fields} 1 ORDER BY ts`))
    } else expect(rounded(await calls(2)).slice(0, -1)).toEqual(rounded(CALLS).slice(0, -1))
    expect(await db.query('SELECT kind FROM problems')).toEqual([])
    db.close()
  })
})
