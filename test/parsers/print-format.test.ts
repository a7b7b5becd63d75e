/** Print formats: conversions, expressions and the kernel's helpers. */
import { describe, expect, test } from 'vitest'
import { type Given, printed, resultOf } from './print-record.ts'

const a = (type: string, value: number | bigint, more: Given = {}): Given => ({
  fields: `${type} a`,
  values: { a: value },
  ...more,
})

describe('conversions', () => {
  test.each([
    ['%d', 'int', -5, '-5'],
    ['%i', 'int', -5, '-5'],
    ['%u', 'int', -1, '4294967295'],
    ['%x', 'int', 255, 'ff'],
    ['%X', 'int', 255, 'FF'],
    ['%o', 'int', 8, '10'],
    ['%#x', 'int', 255, '0xff'],
    ['%#x', 'int', 0, '0'],
    ['%#o', 'int', 8, '010'],
    ['%+d', 'int', 5, '+5'],
    ['% d', 'int', 5, ' 5'],
    ['%5d|', 'int', -5, '   -5|'],
    ['%-5d|', 'int', -5, '-5   |'],
    ['%05d', 'int', -5, '-0005'],
    ['%.3d', 'int', 5, '005'],
    ['%5.3d', 'int', -5, ' -005'],
    ['%#06x', 'int', 10, '0x000a'],
    ['%c', 'int', 65, 'A'],
    ['[%c]', 'int', 0, '[]'],
    ['%hhu', 'int', 257, '1'],
    ['%hd', 'int', 65535, '-1'],
    ['%ld', 'long', -1, '-1'],
    ['%lx', 'long', -1, 'ffffffffffffffff'],
    ['%llu', 'u64', 18446744073709551615n, '18446744073709551615'],
    ['%Lx', 'u64', 18446744073709551615n, 'ffffffffffffffff'],
    ['%zu', 'u64', 7, '7'],
    ['%jd', 'long', -7, '-7'],
    ['100%% of %d', 'int', 7, '100% of 7'],
  ])('%s of %s %s is %s', (conversion, type, value, text) => {
    expect(printed(`"${conversion}", REC->a`, a(type, value))).toBe(text)
  })

  test('%lx of a 32-bit recording has 32 bits', () => {
    expect(printed('"%lx", REC->a', a('long', -1, { longSize: 4 }))).toBe('ffffffff')
  })
  test('a width and a precision from arguments', () => {
    expect(printed('"%*d|%.*s|%-*d|", 5, REC->a, 2, "abc", 3, 7', a('int', 12))).toBe('   12|ab|7  |')
  })
  test('a negative width from an argument aligns to the left', () => {
    expect(printed('"%*d|", -5, REC->a', a('int', 12))).toBe('12   |')
  })
  test.each([
    ['%5s|', '    \\xff|'],
    ['%-3s|', '\\xff  |'],
    ['%.1s|', '\\xff|'],
    ['%.0s|', '|'],
  ])('%s counts bytes that are no UTF-8, not what they are shown as', (conversion, text) => {
    const stored = Uint8Array.of(0xff, 0)
    const given = { fields: 'char a[4], __data_loc char[] b', values: { a: stored, b: stored } }
    expect(printed(`"${conversion}", __get_str(b)`, given)).toBe(text)
    expect(printed(`"${conversion}", (char *)__get_dynamic_array(b)`, given)).toBe(text)
    expect(printed(`"${conversion}", 0 ? "x" : REC->a`, given)).toBe(text)
  })
  test('a text keeps the U+FEFF that it begins with', () => {
    expect(printed('"%s", REC->a', { fields: 'char a[8]', values: { a: '\ufeffx' } })).toBe('\ufeffx')
  })
  test('a byte that is no UTF-8 is no letter', () => {
    expect(printed('"%c|%3c", REC->a, REC->a', a('u8', 0xcb))).toBe('\\xcb|  \\xcb')
  })
  test('strings of two literals and escapes', () => {
    expect(printed('"a\\t" "b\\"c\\x41\\101\\\\", REC->a', a('int', 1))).toBe('a\tb"cAA\\')
  })
  test('one newline at the end is left out', () => {
    expect(printed('"a\\n\\n"')).toBe('a\n')
  })
  test('a conversion that is not known is shown as libtraceevent shows it', () => {
    expect(printed('"%y %d", REC->a', a('int', 1))).toBe('>y< 1')
  })
})

describe('fields', () => {
  test.each(['little', 'big'] as const)('integers of every width, %s-endian', (endian) => {
    const given: Given = {
      fields: 's8 a, u16 b, int c, u64 d, short e',
      values: { a: -2, b: 0xfffe, c: -3, d: 0xfedcba9876543210n, e: -4 },
      endian,
    }
    const format = '"%d %u %d %llx %d", REC->a, REC->b, REC->c, REC->d, REC->e'
    expect(printed(format, given)).toBe('-2 65534 -3 fedcba9876543210 -4')
  })
  test.each(['little', 'big'] as const)('elements of an array, %s-endian', (endian) => {
    const given: Given = { fields: 'u16 a[3], u32 i', values: { a: [1, 2, 65535], i: 2 }, endian }
    expect(printed('"%d %d", REC->a[1], REC->a[REC->i]', given)).toBe('2 65535')
  })
  test('elements that the record does not hold are 0', () => {
    const given: Given = { fields: 'unsigned long caller[4]', values: { caller: [1, 2, 3, 4] }, cut: 16 }
    expect(printed('"%lx %lx %lx", REC->caller[0], REC->caller[1], REC->caller[2]', given)).toBe('1 2 0')
  })
  test('REC in brackets', () => {
    expect(printed('"%d", (REC)->a', a('int', 3))).toBe('3')
  })
})

describe('expressions', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['10 - 4 - 3', '3'],
    ['1 << 2 + 1', '8'],
    ['7 & 3 == 3', '1'],
    ['1 | 6 & 4', '5'],
    ['6 ^ 3 & 1', '7'],
    ['1 || 0 && 0', '1'],
    ['!5 + ~0', '-1'],
    ['-7 / 2', '-3'],
    ['-7 % 4', '-3'],
    ['5 > 3 ? 1 : 2', '1'],
    ['0 ? 1 : 0 ? 2 : 3', '3'],
    ['010 + 0x10', '24'],
    ["'A'", '65'],
    ['-1 < 1U', '0'],
    ['-1 < 1', '1'],
    ['(unsigned char)257', '1'],
    ['(s8)255', '-1'],
    ['(u16)-1', '65535'],
    ['(unsigned int)-1', '4294967295'],
    ['(unsigned long long)(int)-1 == 0xffffffffffffffffULL', '1'],
    ['(bool)4', '1'],
    ['(pid_t)-1', '-1'],
    ['(some_t)5', '5'],
    ['sizeof(int)', '4'],
    ['sizeof(unsigned long)', '8'],
    ['sizeof(void *)', '8'],
    ['sizeof(u64) * 8', '64'],
    ['__builtin_expect(!!(3), 0)', '1'],
    ['__builtin_constant_p(3)', '0'],
    ['__fswab32(0x01020304)', '67305985'],
    ['jiffies_to_msecs(12)', '12'],
    ['TIMER_SOFTIRQ', '1'],
    ['HRTIMER_MODE_REL', '1'],
    ['((ktime_t) { .tv64 = 99 }).tv64', '99'],
  ])('%s is %s', (expression, value) => {
    expect(resultOf(expression)).toBe(value)
  })

  test('long and sizeof(long) have the width of the recorded machine', () => {
    expect(resultOf('sizeof(long)', { longSize: 4 })).toBe('4')
    expect(resultOf('(unsigned long)-1', { longSize: 4 })).toBe('4294967295')
  })
  test('a negative field is smaller than zero', () => {
    expect(printed('"%s", REC->a < 0 ? "error" : "ok"', a('int', -1))).toBe('error')
  })
  test('flags masked by several bits in brackets', () => {
    expect(resultOf('REC->a & (0x4 | 0x8 | 0x10)', a('u32', 0x11))).toBe('16')
  })
  test('sizeof a field', () => {
    expect(resultOf('sizeof(REC->a)', a('u16', 1))).toBe('2')
  })
  test('a name that is not known spoils its argument only', () => {
    expect(printed('"%d age=%lu", REC->a, (jiffies - REC->a) / HZ', a('int', 3))).toBe('3 age=?jiffies')
  })
})

describe('strings', () => {
  test('character arrays end at their NUL, or at their end', () => {
    const given: Given = { fields: 'char a[4], char b[4]', values: { a: 'ab', b: 'wxyz' } }
    expect(printed('"%s %s", REC->a, REC->b', given)).toBe('ab wxyz')
  })
  test('width and precision', () => {
    const given: Given = { fields: 'char a[8]', values: { a: 'abcd' } }
    expect(printed('"%6s|%-6s|%.2s|", REC->a, REC->a, REC->a', given)).toBe('  abcd|abcd  |ab|')
  })
  test('width and precision count bytes, as in C', () => {
    const given: Given = { fields: '__data_loc char[] a', values: { a: 'é漢😀' } }
    expect(
      printed(
        '"%10s|%-10s|%11s|%.5s|%.3s", __get_str(a), __get_str(a), __get_str(a), __get_str(a), __get_str(a)',
        given,
      ),
    ).toBe(' é漢😀|é漢😀 |  é漢😀|é漢|é\\xe6')
  })
  test('a character of __get_str', () => {
    const print = '"%s", __get_str(a)[0] ? __get_str(a) : __get_str(b)'
    const of = (a: string) =>
      printed(print, { fields: '__data_loc char[] a, __data_loc char[] b', values: { a, b: 'B' } })
    expect([of('A'), of('')]).toEqual(['A', 'B'])
  })
  test.each(['little', 'big'] as const)('__get_str, __data_loc and __rel_loc, %s-endian', (endian) => {
    const given: Given = {
      fields: '__data_loc char[] a, __rel_loc char[] b',
      values: { a: 'first', b: 'second' },
      endian,
    }
    expect(printed('"%s %s", __get_str(a), __get_rel_str(b)', given)).toBe('first second')
  })
  test('the rest of the record', () => {
    const given: Given = { fields: 'char buf[]', values: { buf: 'all of it' } }
    expect(printed('"%s", REC->buf', given)).toBe('all of it')
  })
  test('bytes that are no UTF-8 are escaped', () => {
    const given: Given = { fields: 'char a[4]', values: { a: Uint8Array.of(0x41, 0xff, 0, 0) } }
    expect(printed('"%s", REC->a', given)).toBe('A\\xff')
  })
  test('a pointer is looked up among the strings of the kernel', () => {
    const printk = '0xffffffff82000010 : "a name\\n"\n'
    const given: Given = { fields: 'char * a, void * b', values: { a: 0xffffffff82000010n, b: 0x1234 }, printk }
    expect(printed('"%s %s", REC->a, REC->b', given)).toBe('a name 1234')
  })
  test('address arithmetic on __data_loc', () => {
    const given: Given = { fields: '__data_loc char[] a', values: { a: 'text' } }
    expect(printed('"%s", (char *)((void *)((char *)REC + (REC->__data_loc_a & 0xffff)))', given)).toBe('text')
  })
})

describe("the kernel's helpers", () => {
  const flags = (value: number): string =>
    printed('"%s", __print_flags(REC->a, "|", { 1, "A" }, { 2, "B" }, { 1 << 2 | 8, "CD" })', a('u32', value))
  test('__print_flags', () => {
    expect([0, 1, 3, 12, 4, 19].map(flags)).toEqual(['', 'A', 'A|B', 'CD', '0x4', 'A|B|0x10'])
  })
  test('__print_symbolic: the first name; what has none in hexadecimal', () => {
    const symbolic = (value: number): string =>
      printed('"%s", __print_symbolic(REC->a, { 0, "zero" }, { -1, "minus" }, { 0, "second" })', a('int', value))
    expect([0, -1, 16].map(symbolic)).toEqual(['zero', 'minus', '0x10'])
  })
  test('a list that ends with a null pointer', () => {
    expect(printed('"%s", __print_symbolic(REC->a, { 1, "X" }, { -1, ((void *)0) })', a('int', 1))).toBe('X')
  })
  test('__print_symbolic_u64 with a large value', () => {
    const format = '"%s", __print_symbolic_u64(REC->a, { 0x8000000000000000ULL, "top" })'
    expect(printed(format, a('u64', 0x8000000000000000n, { longSize: 4 }))).toBe('top')
  })
  test('entries whose value is not known are left out', () => {
    expect(printed('"%s", __print_symbolic(REC->a, { SOME_ENUM, "X" })', a('int', 0))).toBe('0x0')
  })
  test('__print_hex and __print_hex_str', () => {
    const given: Given = { fields: 'u8 a[4], int n', values: { a: [1, 2, 255, 4], n: 3 } }
    expect(printed('"%s %s", __print_hex(REC->a, REC->n), __print_hex_str(REC->a, 2)', given)).toBe('01 02 ff 0102')
  })
  test.each(['little', 'big'] as const)('__print_array and dynamic arrays, %s-endian', (endian) => {
    const given: Given = { fields: '__data_loc u32[] a, u16 b[2]', values: { a: [1, 70000], b: [5, 6] }, endian }
    const format =
      '"%s %s %s n=%d", __print_array(__get_dynamic_array(a), __get_dynamic_array_len(a) / 4, 4), ' +
      '__print_dynamic_array(a, sizeof(u32)), __print_array(REC->b, 2, 2), __get_dynamic_array_len(a)'
    expect(printed(format, given)).toBe('{0x1,0x11170} {0x1,0x11170} {0x5,0x6} n=8')
  })
  test('an element of a dynamic array', () => {
    const given: Given = { fields: '__data_loc u32[] a', values: { a: [1, 70000] } }
    const format = '"%d %d", ((u32 *)__get_dynamic_array(a))[1], ((u16 *)__get_dynamic_array(a))[2]'
    expect(printed(format, given)).toBe('70000 4464')
  })
  test('a count beyond the record is cut to the record', () => {
    const given: Given = { fields: 'u8 a[4], int n', values: { a: [1, 2, 3, 4], n: 0x7fffffff } }
    expect(printed('"%s", __print_hex(REC->a, REC->n)', given)).toBe('01 02 03 04 ff ff ff 7f')
  })
  test.each(['little', 'big'] as const)('__get_bitmask and __get_cpumask, %s-endian', (endian) => {
    const given: Given = {
      fields: '__data_loc unsigned long[] m, __data_loc cpumask_t m2',
      values: { m: [0x10000002fn], m2: [0x10000002fn] },
      endian,
    }
    expect(printed('"%s %s", __get_bitmask(m), __get_cpumask(m)', given)).toBe('00000001,0000002f 0-3,5,32')
  })
  test('__print_hex_dump', () => {
    const given: Given = { fields: '__data_loc u8[] a', values: { a: Buffer.from('0123456789abcdefgh') } }
    const format =
      '"%s", __print_hex_dump("p: ", DUMP_PREFIX_OFFSET, 16, 1, __get_dynamic_array(a), __get_dynamic_array_len(a), 0)'
    const lines = '\np: 00000000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66\np: 00000010: 67 68'
    expect(printed(format.replace('DUMP_PREFIX_OFFSET', '2'), given)).toBe(lines)
  })
  test('__print_hex_dump groups the bytes of each line that is long enough', () => {
    const given: Given = {
      fields: '__data_loc u8[] a',
      values: { a: Buffer.from('0123456789abcdefgh'.padEnd(19, 'i')) },
    }
    const format = '"%s", __print_hex_dump("", 0, 16, 4, __get_dynamic_array(a), __get_dynamic_array_len(a), 0)'
    expect(printed(format, given)).toBe('\n33323130 37363534 62613938 66656463\n67 68 69')
  })
  test('jbd2_dev_to_name', () => {
    expect(printed('"%s", jbd2_dev_to_name(REC->a)', a('u32', (8 << 20) | 1))).toBe('8:1')
  })
})

describe('what cannot be printed', () => {
  test.each([
    ['a function that is not known', '"%d", some_function(REC->a)'],
    ['a field that is not there', '"%d", REC->b'],
    ['too few arguments', '"%d %d", REC->a'],
    ['a broken expression', '"%d", REC->a +'],
    ['a statement expression', '"%s", ({ char *s; s; })'],
    ['no string', 'REC->a'],
    ['a division by zero', '"%d", 1 / (REC->a - REC->a)'],
    ['memory of the kernel', '"%d", *(int *)REC->a'],
    ['a bracket that is not closed', '"%d", (REC->a'],
  ])('%s lists the fields', (_, format) => {
    expect(printed(format, a('int', -7))).toBe('[FAILED TO PARSE] a=-7')
  })
  test('every kind of field in the list', () => {
    const given: Given = {
      fields: 'u32 a, unsigned long b, char c[4], u16 d[2], __data_loc char[] e, void * f, s16 g',
      values: { a: 7, b: 255, c: 'ab', d: [1, 2], e: 'text', f: 16, g: 5 },
    }
    expect(printed('no format', given)).toBe(
      '[FAILED TO PARSE] a=7 b=0xff c=ab d=ARRAY[01, 00, 02, 00] e=text f=0x10 g= 5',
    )
  })
  test('fields that the record does not hold', () => {
    expect(printed('"%d", REC->a', a('u64', 1, { cut: 4 }))).toBe('[FAILED TO PARSE] a=?')
  })
  test('a dynamic field that lies outside the record is empty', () => {
    const given: Given = { fields: '__data_loc char[] a', values: { a: 'text' }, cut: 3 }
    expect(printed('"[%s]", __get_str(a)', given)).toBe('[]')
  })
  test('expressions that are nested too deeply or too long', () => {
    const deep = `"%d", ${'('.repeat(5000)}1${')'.repeat(5000)}`
    expect(printed(deep, a('int', 1))).toBe('[FAILED TO PARSE] a=1')
    expect(printed(`"%d", ${'!'.repeat(50_000)}1`, a('int', 1))).toBe('[FAILED TO PARSE] a=1')
    expect(printed(`"%d", 1${'+1'.repeat(50_000)}`, a('int', 1))).toBe('[FAILED TO PARSE] a=1')
  })
  test('text is bounded', () => {
    expect(printed(`"${'%99999d'.repeat(200)}"${', REC->a'.repeat(200)}`, a('int', 1))).toHaveLength(64 * 1024)
  })
  test('random formats and records never throw', () => {
    const parts = [
      '"',
      '%s',
      '%d',
      '%*p',
      'REC->a',
      '->',
      '(',
      ')',
      ',',
      '__print_flags(',
      '{',
      '}',
      '1',
      '?',
      ':',
      '*',
    ]
    parts.push('[', ']', '__get_str(a)', '__get_dynamic_array(a)', '(int *)', '"x"', '+', '&', 'sizeof(', '%pI4')
    let seed = 1
    const next = (bound: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return Math.floor((seed / 2 ** 32) * bound)
    }
    for (let i = 0; i < 3000; i++) {
      const format = Array.from({ length: 1 + next(12) }, () => parts[next(parts.length)]).join(next(2) ? ' ' : '')
      const given: Given = { fields: '__data_loc u8[] a', values: { a: [next(256), next(256)] }, cut: next(4) }
      expect(typeof printed(`"%s %d" , ${format}`, given)).toBe('string')
    }
  })
})
