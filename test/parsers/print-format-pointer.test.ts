/** The conversions of %p. */
import { describe, expect, test } from 'vitest'
import { type Given, printed } from './print-record.ts'

const KALLSYMS = `0000000000000000 A fixed_percpu_data
ffffffff81000000 T _stext
ffffffff81000100 t do_work
ffffffff81000200 T last_one
ffffffffc0000000 t module_function\t[mod]
ffffffffc0000100 t $a
ffffffffc0000200 t module_end\t[mod]
`

const at = (address: bigint): Given => ({ fields: 'void * a', values: { a: address }, kallsyms: KALLSYMS })

describe('symbols', () => {
  test.each([
    ['%pS', 0xffffffff8100011fn, 'do_work+0x1f'],
    ['%ps', 0xffffffff8100011fn, 'do_work'],
    ['%pF', 0xffffffff81000100n, 'do_work+0x0'],
    ['%pf', 0xffffffff81000100n, 'do_work'],
    ['%pB', 0xffffffff81000201n, 'last_one+0x1'],
    ['%pS', 0xffffffffc0000150n, 'module_function+0x150'],
    ['%pS', 0x7f0000001000n, '0x7f0000001000'],
    ['%ps', 0xffffffffd0000000n, '0xffffffffd0000000'],
  ])('%s of 0x%x is %s', (conversion, address, text) => {
    expect(printed(`"${conversion}", (void *)REC->a`, at(address))).toBe(text)
  })
  test('a symbol in a 32-bit recording', () => {
    const given: Given = { fields: 'void * a', values: { a: 0xc0008010 }, longSize: 4, kallsyms: 'c0008000 T start\n' }
    expect(printed('"%pS", REC->a', { ...given, kallsyms: 'c0008000 T start\nc0009000 T next\n' })).toBe('start+0x10')
  })
})

describe('addresses', () => {
  test('%p is hexadecimal as trace-cmd prints it, and (nil)', () => {
    expect(printed('"%p %p", REC->a, (void *)0', at(0xffff888100001000n))).toBe('0xffff888100001000 (nil)')
  })
  test('%px and %pK are like %p', () => {
    expect(printed('"%px %pK", REC->a, REC->a', at(16n))).toBe('0x10 0x10')
  })
})

describe('what lies in the record', () => {
  const given: Given = {
    fields: 'u64 a, u32 b, u8 c[4]',
    values: { a: 0x1234567890n, b: 0xb231564e, c: [0x41, 1, 0x7f, 0x20] },
  }
  test.each([
    ['%pa', '&REC->a', '0x0000001234567890'],
    ['%pap', '&REC->a', '0x0000001234567890'],
    ['%pad', '&REC->b', '0xb231564e'],
    ['%p4cc', '&REC->b', 'NV12 big-endian (0xb231564e)'],
    ['%p4cc', 'REC->c', 'A..  little-endian (0x207f0141)'],
    ['%pad', 'REC->a', '0x1234567890'],
  ])('%s of %s is %s', (conversion, argument, text) => {
    expect(printed(`"${conversion}|", ${argument}`, given)).toBe(`${text}|`)
  })
  test.each(['%p', '%px', '%ptT', '%pGp', '%lx', '%d'])('%s of its address lists the fields', (conversion) => {
    expect(printed(`"${conversion}", &REC->a`, given)).toMatch(/^\[FAILED TO PARSE\] a=78187493520 /)
  })
})

describe('hardware and network addresses', () => {
  const given: Given = {
    fields: 'u8 mac[6], u8 v4[4], u8 v6[16], u8 id[16]',
    values: {
      mac: [0, 1, 2, 0xaa, 0xbb, 0xff],
      v4: [192, 168, 0, 1],
      v6: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      id: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    },
  }
  test.each([
    ['%pM', 'mac', '00:01:02:aa:bb:ff'],
    ['%pMR', 'mac', 'ff:bb:aa:02:01:00'],
    ['%pMF', 'mac', '00-01-02-aa-bb-ff'],
    ['%pm', 'mac', '000102aabbff'],
    ['%pI4', 'v4', '192.168.0.1'],
    ['%pi4', 'v4', '192.168.000.001'],
    ['%pI4l', 'v4', '1.0.168.192'],
    ['%pI6', 'v6', '2001:0db8:0000:0000:0000:0000:0000:0001'],
    ['%pi6', 'v6', '20010db8000000000000000000000001'],
    ['%pI6c', 'v6', '2001:db8::1'],
    ['%pU', 'id', '00010203-0405-0607-0809-0a0b0c0d0e0f'],
    ['%pUl', 'id', '03020100-0504-0706-0809-0a0b0c0d0e0f'],
    ['%pUB', 'id', '00010203-0405-0607-0809-0A0B0C0D0E0F'],
  ])('%s of %s is %s', (conversion, field, text) => {
    expect(printed(`"${conversion}", REC->${field}`, given)).toBe(text)
  })
  test.each([
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '::1'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], '::'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1], '::ffff:10.0.0.1'],
    [[0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7], '1:0:2:3:4:5:6:7'],
    [[0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 7], '1:0:0:3::7'],
  ])('%%pI6c of %j is %s', (v6, text) => {
    expect(printed('"%pI6c", REC->a', { fields: 'u8 a[16]', values: { a: v6 } })).toBe(text)
  })
  test('%pISpc of a socket address in a dynamic field', () => {
    const v4 = Uint8Array.of(2, 0, 0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    const v6 = Uint8Array.of(10, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    const two: Given = { fields: '__data_loc u8[] a, __data_loc u8[] b', values: { a: v4, b: v6 } }
    expect(printed('"%pISpc %pISpc", __get_sockaddr(a), __get_sockaddr(b)', two)).toBe('127.0.0.1:8080 [::1]:80')
  })
  test('an address of the wrong size lists the fields', () => {
    expect(printed('"%pM", REC->a', { fields: 'u8 a[4]', values: { a: [1, 2, 3, 4] } })).toContain('[FAILED TO PARSE]')
  })
})

describe('raw data', () => {
  const given: Given = { fields: '__data_loc u8[] d, u8 a[4]', values: { d: [1, 2, 0xff], a: [5, 6, 7, 8] } }
  test.each([
    ['%*ph', '01 02 ff'],
    ['%*phC', '01:02:ff'],
    ['%*phD', '01-02-ff'],
    ['%*phN', '0102ff'],
  ])('%s is %s', (conversion, text) => {
    expect(printed(`"${conversion}", __get_dynamic_array_len(d), __get_dynamic_array(d)`, given)).toBe(text)
  })
  test('a fixed array, as many bytes as the width says: one without a width, none for a length of 0', () => {
    expect(printed('"%2ph", REC->a', given)).toBe('05 06')
    expect(printed('"[%ph] [%*ph]", REC->a, 0, REC->a', given)).toBe('[05] []')
  })
  test('%*pb and %*pbl', () => {
    const mask: Given = { fields: '__data_loc unsigned long[] m', values: { m: [0x1fn] } }
    expect(printed('"%*pbl %*pb", 64, __get_dynamic_array(m), 32, __get_dynamic_array(m)', mask)).toBe('0-4 0000001f')
  })
})
