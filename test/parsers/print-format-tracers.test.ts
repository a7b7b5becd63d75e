/** The tracers' own events, symbols and the line of the report. */
import { describe, expect, test } from 'vitest'
import { parseEventFormat } from '../../parsers/trace-dat/event-format.ts'
import { EventTexts } from '../../parsers/trace-dat/print-format/event-texts.ts'
import { flagsText, formatLine } from '../../parsers/trace-dat/print-format/line.ts'
import { symbolsOf } from '../../parsers/trace-dat/print-format/symbols.ts'
import type { Endian } from '../build/byte-writer.ts'
import { encodeFields } from '../build/encode-fields.ts'
import { defineEvent } from '../build/event-formats.ts'
import { type Given, givenRecord, printed } from './print-record.ts'

const KALLSYMS = `ffffffff81000000 T start_here
ffffffff81000100 T do_work
ffffffff81000200 T other_work
ffffffff81000300 T the_end
`
const WORK = 0xffffffff81000110n
const OTHER = 0xffffffff81000200n

describe('trace_printk', () => {
  const FORMAT = 0xffffffff82000000n
  /** The packed arguments of a format, as 32-bit words and texts in the recording's byte order. */
  function packed(endian: Endian, ...parts: (number | bigint | string)[]): Uint8Array {
    const bytes: number[] = []
    for (const part of parts) {
      if (typeof part === 'string') bytes.push(...Buffer.from(`${part}\0`))
      else {
        while (bytes.length % 4 !== 0) bytes.push(0)
        const word = Buffer.alloc(typeof part === 'bigint' ? 8 : 4)
        if (typeof part === 'bigint') endian === 'big' ? word.writeBigUInt64BE(part) : word.writeBigUInt64LE(part)
        else endian === 'big' ? word.writeInt32BE(part) : word.writeInt32LE(part)
        bytes.push(...word)
      }
    }
    return Uint8Array.from(bytes)
  }
  const bprint = (format: string, buf: Uint8Array, given: Given = {}): string =>
    printed('"%ps: %s", (void *)REC->ip, REC->fmt', {
      event: 'ftrace:bprint',
      fields: 'unsigned long ip, const char * fmt, u32 buf[]',
      values: { ip: WORK, fmt: FORMAT, buf },
      kallsyms: KALLSYMS,
      printk: `0x${FORMAT.toString(16)} : "${format}"\n`,
      ...given,
    })

  test.each(['little', 'big'] as const)('integers, texts and wide integers in between, %s-endian', (endian) => {
    const buf = packed(endian, -5, 'text', 12345678901234n, 7)
    expect(bprint('a=%d b=%s c=%lld d=%08x\\n', buf, { endian })).toBe(
      'do_work: a=-5 b=text c=12345678901234 d=00000007',
    )
  })
  test('long has the width of the recorded machine', () => {
    const values = { ip: 0xc0000110, fmt: 0xc1000000, buf: packed('little', -1, 5) }
    const given: Given = { longSize: 4, values, printk: '0xc1000000 : "%ld %lu"\n' }
    expect(bprint('', new Uint8Array(), given)).toBe('0xc0000110: -1 5')
  })
  test('widths from arguments, symbols, characters and short integers', () => {
    const buf = packed('little', 6, 42, WORK, OTHER)
    expect(bprint('[%*d] %pS %p', buf)).toBe('do_work: [    42] do_work+0x10 0xffffffff81000200')
    expect(bprint('%c%c %hd', Uint8Array.of(0x41, 0x42, 0xfe, 0xff))).toBe('do_work: AB -2')
  })
  test('what a pointer points at is stored as text', () => {
    expect(bprint('mac=%pM n=%d', packed('little', '00:11:22:33:44:55', 9))).toBe('do_work: mac=00:11:22:33:44:55 n=9')
  })
  test('a format that is not in the file', () => {
    expect(bprint('', new Uint8Array(4), { printk: '' })).toBe('do_work: (NO FORMAT FOUND at ffffffff82000000)')
  })
  test('arguments that are cut off list the fields', () => {
    expect(bprint('%lld %lld', packed('little', 1n))).toMatch(/^\[FAILED TO PARSE\] ip=0xffffffff81000110 fmt=0x/)
  })
  test('bputs and print', () => {
    const given: Given = { kallsyms: KALLSYMS, printk: '0xffffffff82000000 : "a constant\\n"\n' }
    const bputs: Given = { fields: 'unsigned long ip, const char * str', values: { ip: WORK, str: FORMAT } }
    const print: Given = { fields: 'unsigned long ip, char buf[]', values: { ip: WORK, buf: 'marked\n' } }
    const format = (field: string): string => `"%ps: %s", (void *)REC->ip, REC->${field}`
    expect(printed(format('str'), { event: 'ftrace:bputs', ...given, ...bputs })).toBe('do_work: a constant')
    expect(printed(format('buf'), { event: 'ftrace:print', ...given, ...print })).toBe('do_work: marked')
  })
})

describe('functions and stacks', () => {
  const ftrace = (name: string, fields: string, values: Given['values'], more: Given = {}): string =>
    printed('""', { event: `ftrace:${name}`, fields, values: values ?? {}, kallsyms: KALLSYMS, ...more })

  test('function', () => {
    const fields = 'unsigned long ip, unsigned long parent_ip'
    expect(ftrace('function', fields, { ip: WORK, parent_ip: OTHER })).toBe('do_work <-- other_work')
    expect(ftrace('function', fields, { ip: WORK, parent_ip: 0x1000 })).toBe('do_work <-- 0x1000')
  })
  test('kernel_stack shows every address up to the end mark', () => {
    const fields = 'int size, unsigned long caller[8]'
    const caller = [WORK, OTHER, 0x1000, 0xffffffffffffffffn, WORK]
    expect(ftrace('kernel_stack', fields, { size: 3, caller })).toBe(
      '<stack trace >\n=> do_work (ffffffff81000110)\n=> other_work (ffffffff81000200)\n=> 1000',
    )
  })
  test('kernel_stack ends with its record', () => {
    const values = { size: 8, caller: [WORK, WORK, WORK] }
    const text = ftrace('kernel_stack', 'int size, unsigned long caller[8]', values, { cut: 7 * 8 })
    expect(text.split('\n')).toEqual(['<stack trace >', '=> do_work (ffffffff81000110)'])
  })
  test('user_stack ends at the first zero', () => {
    const fields = 'unsigned int tgid, unsigned long caller[8]'
    expect(ftrace('user_stack', fields, { tgid: 5, caller: [0x7f0000001000n] })).toBe('<stack trace >\n=> 7f0000001000')
  })
  test('raw_data', () => {
    expect(ftrace('raw_data', 'unsigned int id, char buf[]', { id: 26, buf: Uint8Array.of(1, 2, 255) })).toBe(
      '# 1a 01 02 ff',
    )
  })
})

describe('function_graph', () => {
  const entry = defineEvent({
    system: 'ftrace',
    name: 'funcgraph_entry',
    id: 11,
    fields: [
      { type: 'unsigned long', name: 'func' },
      { type: 'int', name: 'depth' },
    ],
  })
  const exit = defineEvent({
    system: 'ftrace',
    name: 'funcgraph_exit',
    id: 10,
    fields: [
      { type: 'unsigned long', name: 'func' },
      { type: 'int', name: 'depth' },
      { type: 'unsigned long long', name: 'calltime' },
      { type: 'unsigned long long', name: 'rettime' },
    ],
  })
  const texts = new EventTexts({
    formats: [entry, exit].map((f) => parseEventFormat('ftrace', f.text)!),
    kallsyms: KALLSYMS,
    printk: '',
    bigEndian: false,
    longSize: 8,
  })
  const record = (bytes: Uint8Array) => ({ bytes, data: 0, size: bytes.length })
  const begun = (func: bigint, depth = 0, pid = 1) => record(encodeFields(entry, { func, depth, common_pid: pid }))
  const ended = (func: bigint, duration: number, depth = 0, pid = 1) =>
    record(encodeFields(exit, { func, depth, calltime: 1000, rettime: 1000 + duration, common_pid: pid }))

  test('a function with others inside', () => {
    expect(texts.textOf(begun(WORK, 1))).toBe('             |    do_work() {')
  })
  test.each([
    [784, '  0.784 us   |  }'],
    [12345, '+ 12.345 us  |  }'],
    [123456, '! 123.456 us |  }'],
    [1234567, '# 1234.567 us |  }'],
    [2123456789, '$ 2123456 us |  }'],
  ])('the end after %d ns', (duration, text) => {
    expect(texts.textOf(ended(WORK, duration))).toBe(text)
  })
  test('a function that called nothing is one line', () => {
    expect(texts.leafText(begun(WORK), ended(WORK, 784))).toBe('  0.784 us   |  do_work();')
  })
  test('only the end of the same function in the same thread closes it', () => {
    expect(texts.isLeaf(begun(WORK), ended(WORK, 1))).toBe(true)
    expect(texts.isLeaf(begun(WORK), ended(OTHER, 1))).toBe(false)
    expect(texts.isLeaf(begun(WORK), ended(WORK, 1, 0, 2))).toBe(false)
    expect(texts.isLeaf(begun(WORK), begun(WORK))).toBe(false)
  })
  test('the value that the function returned', () => {
    const fields = 'unsigned long func, unsigned long retval, int depth, u64 calltime, u64 rettime'
    const returned = (retval: bigint): string =>
      printed('""', { event: 'ftrace:funcgraph_exit', fields, values: { retval, rettime: 100 } })
    expect(returned(16n)).toBe('  0.100 us   |  } (ret=0x10)')
    expect(returned(0xfffffffffffffff4n)).toBe('  0.100 us   |  } (ret=-12)')
  })
})

describe('damaged records', () => {
  const FIELDS: Record<string, string> = {
    funcgraph_entry: 'unsigned long func, int depth',
    funcgraph_exit: 'unsigned long func, int depth, u64 calltime, u64 rettime',
    function: 'unsigned long ip, unsigned long parent_ip',
    kernel_stack: 'int size, unsigned long caller[8]',
    raw_data: 'unsigned int id, char buf[]',
    bprint: 'unsigned long ip, const char * fmt, u32 buf[]',
  }
  test.each(Object.keys(FIELDS))('%s: any bytes of any length become a text', (name) => {
    const { source, record } = givenRecord('""', { event: `ftrace:${name}`, fields: FIELDS[name]! })
    const texts = new EventTexts({ ...source, kallsyms: KALLSYMS })
    for (let size = 0; size <= record.size; size++) {
      for (const fill of [0, 1, 0x7f, 0x80, 0xff]) {
        const bytes = record.bytes.slice()
        bytes.fill(fill, record.data + 8, record.data + size)
        const damaged = { ...record, bytes, size }
        expect(typeof texts.textOf(damaged)).toBe('string')
        expect(typeof texts.leafText(damaged, damaged)).toBe('string')
        expect(texts.isLeaf(damaged, damaged)).toBe(false)
        expect(typeof texts.flagsOf(damaged) + typeof texts.pidOf(damaged)).toBe('stringnumber')
      }
    }
  })
})

describe('symbols', () => {
  test('name, offset and module', () => {
    const symbols = symbolsOf('ffffffffc0000100 t b\t[m]\nffffffffc0000000 t a [n]\nffffffffc0000200 t c\t[m]\n')
    expect(symbols.at(0xffffffffc0000104n)).toEqual({ name: 'b', offset: 4, module: 'm' })
    expect(symbols.at(0xffffffffc0000000n)?.name).toBe('a')
    expect(symbols.at(0xffffffffc0000201n)).toBeUndefined()
    expect(symbols.at(1n)).toBeUndefined()
    expect(symbols.count).toBe(3)
  })
  test('a text that is no kallsyms has no symbols', () => {
    expect(symbolsOf('nothing\n\n: :\nzz T x\nffffffff81000000').count).toBe(0)
  })
})

describe('the line of the report', () => {
  const line = { comm: 'bash', pid: 513, cpu: 0, ts: 52101165499n, event: 'sched_wakeup', text: 'comm=x' }
  test('microseconds are rounded', () => {
    expect(formatLine(line)).toBe('            bash-513   [000]    52.101165: sched_wakeup:         comm=x')
    expect(formatLine({ ...line, ts: 52101165500n })).toContain(' 52.101166: ')
    expect(formatLine({ ...line, ts: 52999999500n })).toContain(' 53.000000: ')
  })
  test('nanoseconds and ticks', () => {
    expect(formatLine(line, { nanoseconds: true })).toContain(' [000]    52.101165499: ')
    expect(formatLine(line, { ticks: true })).toContain(' [000] 52101165499: ')
  })
  test('the state of the CPU', () => {
    expect(formatLine({ ...line, cpu: -1 })).toContain('-513   [-01]    52.')
    expect(formatLine({ ...line, comm: '漢字é' })).toMatch(/^ {8}漢字é-513 /)
    expect(formatLine({ ...line, flags: 'd..2.' })).toContain(' [000] d..2.    52.101165: ')
    const { source } = givenRecord('""', {})
    const state = (flags: number, count: number): string =>
      flagsText(source.formats[0]!, (name) => (name === 'common_flags' ? flags : count))
    expect([state(0, 0), state(1, 2), state(4 + 8, 0x12), state(8 + 16, 0), state(16, 0), state(2, 0)]).toEqual([
      '.....',
      'd..2.',
      '.Nh21',
      '..H..',
      '..s..',
      'X....',
    ])
  })
  test('long names of events are not cut', () => {
    expect(formatLine({ ...line, event: 'a_name_of_more_than_20' })).toContain(': a_name_of_more_than_20: comm=x')
  })
})
