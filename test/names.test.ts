/** Names behind numbers: symbols of addresses, names of values, messages of trace_printk. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeFields, type FieldValues } from './build/encode-fields.ts'
import { defineEvent, type FieldSpec } from './build/event-formats.ts'
import { buildTraceDat, type TraceDat } from './build/trace-dat.ts'
import { databaseOf } from './open.ts'
import { inFolder } from './run.ts'

const KALLSYMS = `ffffffff81000000 T start_here
ffffffff81000100 T do_work
ffffffff81000200 t helper\t[vivid]
ffffffff81000300 T the_end
`
const WORK = 0xffffffff81000110n
const HELPER = 0xffffffff81000200n
const TEXT = 0xffffffff82000000n

/** The rows that SQL gives of a recording with one event of this kind per set of values. */
async function rowsOf(
  name: string,
  fields: string,
  print: string,
  values: readonly FieldValues[],
  sql: string,
  more: TraceDat = {},
) {
  const [system = '', event = ''] = name.split(':')
  const specs = fields.split(', ').map((field): FieldSpec => {
    const [, type = '', id = ''] = /^(.*?)\s*(\w+(?:\[\d*\])?)$/.exec(field) ?? []
    return { type, name: id }
  })
  const format = defineEvent({ system, name: event, id: 700, fields: specs, print })
  const entries = values.map((v, i) => ({ ts: BigInt(i), data: encodeFields(format, v, 'little') }))
  return inFolder(async (folder) => {
    const path = join(folder, 'x.dat')
    writeFileSync(path, buildTraceDat({ formats: [format], kallsyms: KALLSYMS, cpus: [{ entries }], ...more }))
    const db = await databaseOf([path, 'x'])
    const rows = await db.query(sql)
    db.close()
    return rows.map((row) => Object.values(row))
  })
}

describe('symbols', () => {
  const FUNCTION = ['ftrace:function', 'unsigned long ip, unsigned long parent_ip', '" %ps <-- %ps"'] as const
  test('of the addresses that occur, with the offset and the module', async () => {
    const sql = 'SELECT symbol, "offset", module FROM symbols ORDER BY address'
    const values = [
      { ip: WORK, parent_ip: HELPER },
      { ip: WORK, parent_ip: 0x7fffffffn },
    ]
    expect(await rowsOf(...FUNCTION, values, sql)).toEqual([
      ['do_work', 16, null],
      ['helper', 0, 'vivid'],
    ])
  })

  test('symbol() makes a text of an address, and nothing of one that is not known', async () => {
    const sql = 'SELECT symbol(capture, ip), symbol(capture, parent_ip) FROM ftrace.function ORDER BY ts'
    const values = [
      { ip: WORK, parent_ip: HELPER },
      { ip: WORK, parent_ip: 0x55d0_0000_0000n },
    ]
    expect(await rowsOf(...FUNCTION, values, sql)).toEqual([
      ['do_work+0x10', 'helper [vivid]'],
      ['do_work+0x10', null],
    ])
  })

  test('of every address of a kernel stack, but of no field that only looks like one', async () => {
    const stack = 'SELECT [symbol(capture, a) FOR a IN caller] FROM ftrace.kernel_stack'
    const sql = stack.replace(
      /\[symbol.*caller\]/,
      '(SELECT list(symbol(capture, a)) FROM (SELECT unnest(caller) AS a))',
    )
    const values = [{ size: 2, caller: [WORK, HELPER] }]
    expect(await rowsOf('ftrace:kernel_stack', 'int size, unsigned long caller[]', '"x"', values, sql)).toEqual([
      [expect.objectContaining({ items: ['do_work+0x10', 'helper [vivid]'] })],
    ])
    const other = await rowsOf(
      'demo:x',
      'unsigned long address',
      '"%lx", REC->address',
      [{ address: WORK }],
      'FROM symbols',
    )
    expect(other).toEqual([])
  })

  test('of fields that a print format shows as symbols', async () => {
    const print = '"function=%ps", REC->function'
    const sql = 'SELECT symbol(capture, function) FROM timer.timer_start'
    expect(await rowsOf('timer:timer_start', 'void * function', print, [{ function: HELPER }], sql)).toEqual([
      ['helper [vivid]'],
    ])
  })
})

describe('names of values', () => {
  const print =
    '"type = %s, flags = %s", __print_symbolic(REC->type, {1, "VIDEO_CAPTURE"}, {2, "VIDEO_OUTPUT"}), ' +
    '__print_flags(REC->flags & (255), "|", {1, "MAPPED"}, {2, "QUEUED"}, {4, "DONE"})'
  const values = [
    { type: 1, flags: 3 },
    { type: 9, flags: 0x114 },
    { type: 2, flags: 0 },
  ]
  const named = (sql: string) => rowsOf('v4l2:v4l2_qbuf', 'u32 type, u32 flags', print, values, sql)

  test('come from the print formats of the events that occur', async () => {
    const sql = 'SELECT column_name, mask, value, name, is_flag FROM value_names ORDER BY column_name, position'
    expect(await named(sql)).toEqual([
      ['flags', 255, 1, 'MAPPED', true],
      ['flags', 255, 2, 'QUEUED', true],
      ['flags', 255, 4, 'DONE', true],
      ['type', null, 1, 'VIDEO_CAPTURE', false],
      ['type', null, 2, 'VIDEO_OUTPUT', false],
    ])
  })

  test('value_name() makes a text of a value; unnamed bits stay hexadecimal', async () => {
    const sql = `SELECT value_name(capture, 'v4l2.v4l2_qbuf.type', type), value_name(capture, 'v4l2.v4l2_qbuf.flags', flags)
      FROM v4l2.v4l2_qbuf ORDER BY ts`
    expect(await named(sql)).toEqual([
      ['VIDEO_CAPTURE', 'MAPPED|QUEUED'],
      [null, 'DONE|0x10'],
      ['VIDEO_OUTPUT', null],
    ])
  })
})

describe('trace_printk', () => {
  test('bprint has its text, made of the format in the printk section', async () => {
    const buf = Uint8Array.of(7, 0, 0, 0, ...Buffer.from('seven\0'))
    const fields = 'unsigned long ip, const char * fmt, u32 buf[]'
    const values = [{ ip: WORK, fmt: TEXT, buf }]
    const more = { printk: `0x${TEXT.toString(16)} : "n=%d %s\\n"\n` }
    const sql = 'SELECT text, symbol(capture, ip) FROM ftrace.bprint'
    const print = '"%ps: %s", (void *)REC->ip, REC->fmt'
    expect(await rowsOf('ftrace:bprint', fields, print, values, sql, more)).toEqual([['n=7 seven', 'do_work+0x10']])
  })

  test('bputs has its text, and says so where the recording does not hold it', async () => {
    const values = [TEXT, TEXT + 8n].map((str) => ({ ip: WORK, str }))
    const more = { printk: `0x${TEXT.toString(16)} : "hello\\n"\n` }
    const sql = 'SELECT text FROM ftrace.bputs ORDER BY ts'
    const print = '"%ps: %s", (void *)REC->ip, REC->str'
    expect(await rowsOf('ftrace:bputs', 'unsigned long ip, const char * str', print, values, sql, more)).toEqual([
      ['hello'],
      ['(NO TEXT FOUND at ffffffff82000008)'],
    ])
  })
})
