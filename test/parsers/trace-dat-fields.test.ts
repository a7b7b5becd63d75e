/** Every kind of field, in both byte orders, sizes of long and versions of the file. */
import { describe, expect, test } from 'vitest'
import { traceDat } from '../../parsers/trace-dat/index.ts'
import type { Endian } from '../build/byte-writer.ts'
import { encodeFields, type FieldValue } from '../build/encode-fields.ts'
import { defineEvent, type FieldSpec, parseEvent } from '../build/event-formats.ts'
import { report, traceCmdVersion } from '../build/trace-cmd.ts'
import { buildTraceDat } from '../build/trace-dat.ts'
import { collect, type Row } from '../collect.ts'

/** A field, what two records hold in it, and the columns that come of it. */
interface FieldCase {
  field: FieldSpec
  values: readonly [FieldValue, FieldValue]
  rows: readonly [Row, Row]
}

const scalar = (type: string, name: string, a: number | bigint, b: number | bigint, more = {}): FieldCase => ({
  field: { type, name, ...more },
  values: [a, b],
  rows: [{ [name]: a }, { [name]: b }],
})

function text(type: string, name: string, a: string, b: string, read: [string, string] = [a, b]): FieldCase {
  const key = name.replace(/\[.*/, '')
  return { field: { type, name }, values: [a, b], rows: [{ [key]: read[0] }, { [key]: read[1] }] }
}

const elements = (name: string, values: readonly (number | bigint)[]): Row =>
  Object.fromEntries(values.map((value, i) => [`${name}[${i}]`, value]))

function array(type: string, name: string, a: (number | bigint)[], b: (number | bigint)[], more = {}): FieldCase {
  const field = { type, name: `${name}[${a.length}]`, ...more }
  return { field, values: [a, b], rows: [elements(name, a), elements(name, b)] }
}

const list = (type: string, name: string, a: number[], b: bigint[], more = {}): FieldCase => ({
  field: { type, name, ...more },
  values: [a, b],
  rows: [{ [name]: `[${a.join(', ')}]` }, { [name]: `[${b.join(', ')}]` }],
})

const blob = (type: string, name: string, a: Uint8Array, b: Uint8Array): FieldCase => ({
  field: { type, name },
  values: [a, b],
  rows: [a, b].map((bytes) => ({ [name.replace(/\[.*/, '')]: Buffer.from(bytes).toString('hex') })) as [Row, Row],
})

const long = (longSize: 4 | 8, value: bigint): number | bigint => (longSize === 8 ? value : Number(value))

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

const MAX64 = (1n << 64n) - 1n
const MIN63 = -(1n << 63n)

const integers = (longSize: 4 | 8): FieldCase[] => [
  scalar('s8', 'i8', -128, 127),
  scalar('u8', 'n8', 255, 1),
  scalar('bool', 'flag', 1, 0),
  scalar('char', 'letter', 65, 200),
  scalar('s16', 'i16', -32768, 258),
  scalar('unsigned short', 'n16', 65535, 256),
  scalar('int', 'i32', -2147483648, 16909060),
  scalar('u32', 'n32', 4294967295, 16909060),
  scalar('enum hrtimer_mode', 'mode', 3, 0, { signed: false }),
  scalar('s64', 'i64', MIN63, 72623859790382856n),
  scalar('unsigned long long', 'n64', MAX64, 1n << 63n),
  scalar('long', 'il', long(longSize, -2n), long(longSize, 16909060n)),
  scalar('unsigned long', 'nl', long(longSize, (1n << BigInt(8 * longSize)) - 1n), long(longSize, 1n)),
  scalar('void *', 'ptr', long(longSize, 0xffff8880n), long(longSize, 0n)),
  scalar('u32', 'odd', 7, 8, { offset: 141 }),
  scalar('s64', 'wide', -3n, 1n << 40n, { offset: 147 }),
  scalar('u64', 'half', MAX64, 5n, { offset: 156 }),
  // System calls give every argument the size of a long, whatever its type is.
  scalar('unsigned int', 'fd', 57n, MAX64, { size: 8, offset: 164 }),
]

const texts: FieldCase[] = [
  text('char', 'comm[16]', 'kwin_wayland', ''),
  text('char', 'full[8]', '12345678', 'ends\0xyz', ['12345678', 'ends']),
  text('__data_loc char[]', 'name', 'HDMI-A-1', ''),
  text('__data_loc char[]', 'nonascii', 'größe €', 'a b="c"'),
  text('__rel_loc char[]', 'relative', 'near', 'farther away'),
]

const arrays = (longSize: 4 | 8): FieldCase[] => [
  array('u16', 'a16', [1, 65535, 258], [0, 2, 4]),
  array('int', 'a32', [-1, 2147483647], [3, -2147483648], { signed: true }),
  array('u64', 'a64', [MAX64, 1n], [0n, 1n << 32n]),
  array(
    'unsigned long',
    'args',
    [1n, 2n, 3n, 4n, 5n, 6n].map((v) => long(longSize, v)),
    Array(6).fill(long(longSize, 9n)),
  ),
  blob('u8', 'mac[6]', bytes(0, 1, 2, 0xfd, 0xfe, 0xff), bytes(9, 8, 7, 6, 5, 4)),
  blob('u8', 'long[20]', bytes(...Array(20).keys()), bytes(...Array(20).fill(255))),
  blob('__data_loc u8[]', 'payload', bytes(0, 255, 16), bytes()),
  list('__data_loc u32[]', 'd32', [], [4294967295n, 1n]),
  list('__data_loc s16[]', 'd16', [-1, 258], [-32768n], { signed: true }),
  list('__rel_loc u64[]', 'r64', [1], [MAX64, 0n]),
  list('__data_loc unsigned long[]', 'dl', [1, 2], [3n]),
]

const tails: Record<string, FieldCase> = {
  text: text('char', 'buf[]', 'to the end of the record', ''),
  integers: { ...list('unsigned long', 'caller', [1, 2, 3], [4n]), field: { type: 'unsigned long', name: 'caller[]' } },
}

interface Shape {
  version: 6 | 7
  endian: Endian
  longSize: 4 | 8
}

const shapes = ([6, 7] as const).flatMap((version) =>
  (['little', 'big'] as const).flatMap((endian) =>
    ([4, 8] as const).map((longSize): Shape => ({ version, endian, longSize })),
  ),
)

/** A file with two records of one event; its fields are the cases'. */
function fileOf(cases: readonly FieldCase[], shape: Shape) {
  const fields = cases.map((c) => c.field)
  const format = defineEvent({ system: 'demo', name: 'fields', id: 1001, fields, longSize: shape.longSize })
  const entries = [0, 1].map((i) => {
    const values = cases.map((c) => [c.field.name.replace(/\[.*/, ''), c.values[i]!])
    return {
      ts: 1000n + BigInt(i),
      data: encodeFields(format, { ...Object.fromEntries(values), common_pid: 17 + i }, shape.endian),
    }
  })
  const file = buildTraceDat({ ...shape, formats: [format], cpus: [{ entries }], cmdlines: '17 sleep\n18 wake\n' })
  const rows = [0, 1].map((i) => ({
    ts: 1000n + BigInt(i),
    cpu: 0,
    tid: 17 + i,
    ...Object.assign({}, ...cases.map((c) => c.rows[i])),
  }))
  return { file, format, rows }
}

describe.each(shapes)('version $version, $endian-endian, $longSize-byte long', (shape) => {
  const groups = { integers: integers(shape.longSize), texts, arrays: arrays(shape.longSize) }
  const withTails = Object.entries(tails).map(([name, c]) => [`${name} to the end`, [c]] as const)

  test.each([...Object.entries(groups), ...withTails])('%s are read as written', async (_, cases) => {
    const { file, rows } = fileOf(cases, shape)
    const { tables, problems } = await collect(traceDat, file)
    expect(problems).toEqual([])
    expect(tables['demo.fields']).toEqual(rows)
  })

  test.skipIf(!traceCmdVersion).each(['integers', 'texts'] as const)('trace-cmd prints the same %s', (group) => {
    const cases = groups[group]
    const { file, rows } = fileOf(cases, shape)
    const printed = rows.map((row) =>
      cases
        .map((c) => c.field.name.replace(/\[.*/, ''))
        .map((key) => `${key}=${row[key]}`)
        .join(' '),
    )
    expect(report(file).events.map((event) => event.text)).toEqual(printed)
  })
})

test('text that is no UTF-8 shows its bytes', async () => {
  const shape: Shape = { version: 7, endian: 'little', longSize: 8 }
  const field = { type: 'char', name: 'comm[8]' }
  const values = [bytes(0x61, 0xff, 0x62, 0), bytes(0xc3, 0xa4, 0xc3, 0)] as const
  const { file } = fileOf([{ field, values, rows: [{}, {}] }], shape)
  const { tables } = await collect(traceDat, file)
  expect(tables['demo.fields']?.map((row) => row.comm)).toEqual(['a\\xffb', 'ä\\xc3'])
})

test('char arrays hold bytes where the print format shows bytes and no text', async () => {
  const fields = [
    { type: 'char', name: 'mac[6]' },
    { type: '__data_loc char[]', name: 'hex' },
    { type: '__data_loc char[]', name: 'both' },
    { type: 'char', name: 'comm[8]' },
  ]
  const print =
    '"%pM %s %s %*ph %s", REC->mac, __print_hex(__get_dynamic_array(hex), 4), __get_str(both), 2, ' +
    '__get_dynamic_array(both), REC->comm'
  const format = defineEvent({ system: 'demo', name: 'bytes', id: 1001, fields, print })
  const values = { mac: bytes(0, 0x11, 0x22, 0, 0x44, 0x55), hex: bytes(1, 0, 2, 0xff), both: 'a', comm: 'b' }
  const entries = [{ ts: 1n, data: encodeFields(format, values) }]
  const { tables, specs } = await collect(traceDat, buildTraceDat({ formats: [format], cpus: [{ entries }] }))
  expect(tables['demo.bytes']).toMatchObject([{ mac: '001122004455', hex: '010002ff', both: 'a', comm: 'b' }])
  const types = specs.find((spec) => spec.name === 'bytes')?.columns.map((column) => column.type)
  expect(types?.slice(3)).toEqual(['BLOB', 'BLOB', 'TEXT', 'TEXT'])
})

test('what is written to trace_marker is text without its newline, to trace_marker_raw bytes', async () => {
  const own = (name: string, id: number, first: string) =>
    defineEvent({
      system: 'ftrace',
      name,
      id,
      fields: [
        { type: 'unsigned int', name: first },
        { type: 'char', name: 'buf[]' },
      ],
    })
  const [print, raw] = [own('print', 5, 'ip'), own('raw_data', 16, 'id')]
  const entries = [
    ...['plain\n', 'two\nlines\n\n', '\n', ''].map((buf) => encodeFields(print, { buf })),
    encodeFields(raw, { id: 7, buf: bytes(1, 0, 2, 0xff) }),
  ].map((data, i) => ({ ts: BigInt(i), data }))
  const { tables } = await collect(traceDat, buildTraceDat({ formats: [print, raw], cpus: [{ entries }] }))
  expect(tables['ftrace.print']?.map((row) => row.text)).toEqual(['plain', 'two\nlines\n', '', ''])
  expect(tables['ftrace.raw_data']).toMatchObject([{ id: 7, buf: '010002ff' }])
})

test.each([6, 7] as const)('the recorder may have another long than the kernel, version %i', async (version) => {
  for (const [longSize, commitSize] of [
    [4, 8],
    [8, 4],
  ] as const) {
    const fields = [
      { type: '__data_loc unsigned long[]', name: 'list' },
      { type: 'unsigned long', name: 'caller[]' },
    ]
    const format = defineEvent({ system: 'demo', name: 'longs', id: 1001, fields, longSize: commitSize })
    const entries = [{ ts: 1n, data: encodeFields(format, { list: [1, 2], caller: [] }) }]
    const file = buildTraceDat({ version, longSize, commitSize, formats: [format], cpus: [{ entries }] })
    const { tables } = await collect(traceDat, file)
    expect(tables['demo.longs']?.[0]?.list).toBe('[1, 2]')
  }
})

describe('declarations that are not as usual', () => {
  const text = (fields: string, print = '""', name = 'odd') =>
    `name: ${name}\nID: 1003\nformat:\n` +
    '\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n' +
    '\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n' +
    '\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n' +
    `\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n${fields}\nprint fmt: ${print}\n`
  const read = async (format: string, data: Uint8Array, longSize: 4 | 8 = 8): Promise<Row> => {
    const event = { ...parseEvent('demo', format), text: format }
    const file = buildTraceDat({ longSize, formats: [event], cpus: [{ entries: [{ ts: 1n, data }] }] })
    const { tables, problems } = await collect(traceDat, file)
    expect(problems).toEqual([])
    const { ts: _, cpu: __, tid: ___, ...row } = tables['demo.odd']![0]!
    return row
  }
  const record = (...words: number[]): Uint8Array => {
    const data = Buffer.alloc(8 + 4 * words.length)
    data.writeUInt16LE(1003, 0)
    words.forEach((word, i) => void data.writeUInt32LE(word, 8 + 4 * i))
    return data
  }

  test('kernels 3.x gave every array the type of the last one: what it is, its print format says', async () => {
    const fields = [
      'field:char comm[32];\toffset:8;\tsize:4;\tsigned:0;',
      'field:char args[32];\toffset:12;\tsize:8;\tsigned:0;',
      'field:char mac[32];\toffset:20;\tsize:6;\tsigned:0;',
    ]
    const print = '"%s %lx %lx %pM", REC->comm, REC->args[0], REC->args[1], REC->mac'
    const row = await read(
      text(`\t${fields.join('\n\t')}`, print),
      record(0x6261, 7, 0x00010000, 0x04030201, 0x0605),
      4,
    )
    expect(row).toEqual({ comm: 'ab', 'args[0]': 7, 'args[1]': 65536, mac: '010203040506' })
  })
  test('arrays of arrays are one list of elements', async () => {
    const row = await read(text('\tfield:u32 m[2][2];\toffset:8;\tsize:16;\tsigned:0;'), record(1, 2, 3, 4))
    expect(row).toEqual({ 'm[0]': 1, 'm[1]': 2, 'm[2]': 3, 'm[3]': 4 })
  })
  test('attributes, unions, sizes that are names, a missing sign', async () => {
    const fields = [
      'field:__attribute__((user)) const char * name;\toffset:8;\tsize:8;\tsigned:0;',
      'field:union foo value;\toffset:16;\tsize:4;\tsigned:0;',
      'field:char text[TASK_COMM_LEN];\toffset:20;\tsize:4;\tsigned:0;',
      'field:int old;\toffset:24;\tsize:4;',
    ]
    const row = await read(text(`\t${fields.join('\n\t')}`), record(5, 6, 0x01020304, 0x6968, 9))
    expect(row).toEqual({ name: 0x0000_0006_0000_0005n, value: '04030201', text: 'hi', old: 9 })
  })
  test('a location that is not aligned, and one of two bytes', async () => {
    const fields = [
      'field:u8 first;\toffset:8;\tsize:1;\tsigned:0;',
      'field:__data_loc char[] packed;\toffset:9;\tsize:4;\tsigned:0;',
      'field:__data_loc char[] ancient;\toffset:14;\tsize:2;\tsigned:0;',
    ]
    const data = record(0, 0, 0, 0)
    data[8] = 1
    data.set([16, 0, 3, 0], 9)
    data.set([19, 0], 14)
    data.set(Buffer.from('ab\0cd\0'), 16)
    expect(await read(text(`\t${fields.join('\n\t')}`), data)).toEqual({ first: 1, packed: 'ab', ancient: 'cd' })
  })
})
