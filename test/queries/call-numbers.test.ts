/** Text with raw_syscalls beside syscalls:sys_enter_*: each call is one, and its number has a name. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rebuildDerived } from '../../src/derive.ts'
import { databaseOf } from '../open.ts'

/** Lines of trace-cmd report, one microsecond apart: `5 sys_exit: NR 16 = 0` of thread 5; `lost` is a loss. */
async function recorded(text: string) {
  const lines = text.trim().split('\n')
  const path = join(tmpdir(), `numbers-${process.pid}-${Math.random()}.txt`)
  const report = lines.map((line, i) => {
    const [, tid = '', event = ''] = /^\s*(\S+) ?(.*)$/.exec(line) ?? []
    if (tid === 'lost') return 'CPU:0 [1 EVENTS DROPPED]'
    return `            kwin-${tid.padEnd(5)} [000]     1.${String(i).padStart(6, '0')}: ${event}`
  })
  writeFileSync(path, `cpus=1\n${report.join('\n')}\n`)
  const db = await databaseOf([path, 'x'])
  rmSync(path)
  return db
}

const calls = (db: Awaited<ReturnType<typeof recorded>>) =>
  db.query('SELECT name, dur, fd, source FROM syscalls ORDER BY ts')

const ioctl = (fd: number, cmd = 0xc0086202) => ({
  raw: `sys_enter: NR 16 (${fd.toString(16)}, ${cmd.toString(16)}, 7ffe0000, 0, 1, 2)`,
  named: `sys_enter_ioctl: fd: 0x${fd.toString(16)}, cmd: 0x${cmd.toString(16)}, arg: 0x7ffe0000`,
})

test.each([
  ['raw first', true],
  ['raw last', false],
])('a call of both is one, and its number tells the architecture: %s', async (_, isRawFirst) => {
  const { raw, named } = ioctl(3)
  const both = (a: string, b: string) => (isRawFirst ? `5 ${a}\n5 ${b}` : `5 ${b}\n5 ${a}`)
  const db = await recorded(`
${both(raw, named)}
${both('sys_exit: NR 16 = 0', 'sys_exit_ioctl: 0x0')}
7 sys_enter: NR 0 (9, 7ffe, 20, 0, 0, 0)
7 sys_exit: NR 0 = 32`)
  expect(await calls(db)).toEqual([
    { name: 'ioctl', dur: 2000, fd: 3, source: 'syscalls' },
    { name: 'read', dur: 1000, fd: 9, source: 'raw_syscalls' },
  ])
  expect(await db.query('SELECT arch, bits FROM machines')).toEqual([{ arch: 'x86_64', bits: 64 }])
  expect(await db.query('SELECT number, name, pairs, is_learned FROM call_numbers')).toEqual([
    { number: 16, name: 'ioctl', pairs: 1, is_learned: true },
  ])
  expect(await db.query('SELECT * FROM problems')).toEqual([])
  db.close()
})

test('a number that several architectures have so names none of them', async () => {
  const { raw, named } = ioctl(3)
  const db = await recorded(`
5 ${raw.replace('NR 16', 'NR 29')}
5 ${named}
5 sys_exit: NR 29 = 0
5 sys_exit_ioctl: 0x0
5 sys_enter: NR 63 (9, 7ffe, 20, 0, 0, 0)`)
  expect(await db.query('SELECT name, source FROM syscalls ORDER BY ts')).toEqual([
    { name: 'ioctl', source: 'syscalls' },
    { name: 'syscall_63', source: 'raw_syscalls' },
  ])
  expect(await db.query('SELECT arch FROM machines')).toEqual([{ arch: null }])
  db.close()
})

test('without exits the order is that which most entries tell', async () => {
  // close(3) stands before read(3, ...) as well, and all its arguments are the same.
  const db = await recorded(`
5 sys_enter: NR 3 (3, 7ffe, 20, 0, 0, 0)
5 sys_enter_close: fd: 0x3
5 sys_enter: NR 0 (3, 7ffe, 20, 0, 0, 0)
5 sys_enter_read: fd: 0x3, buf: 0x7ffe, count: 0x20
5 sys_enter: NR 39 (4, 7ffe, 20, 0, 0, 0)`)
  expect(await db.query('SELECT number, name FROM call_numbers WHERE is_learned ORDER BY number')).toEqual([
    { number: 0, name: 'read' },
    { number: 3, name: 'close' },
  ])
  expect((await db.query('SELECT name FROM syscalls ORDER BY ts')).map(({ name }) => name)).toEqual([
    'close',
    'read',
    'getpid',
  ])
  db.close()
  // Two orders, each told once: neither is certain.
  const two = await recorded(`
5 sys_enter: NR 3 (3, 7ffe, 20, 0, 0, 0)
5 sys_enter_close: fd: 0x3
5 sys_enter: NR 0 (3, 7ffe, 20, 0, 0, 0)`)
  expect(await two.query('SELECT number FROM call_numbers WHERE is_learned')).toEqual([])
  two.close()
})

test('a number that is contradicted is not learned, and the recording says so', async () => {
  const { raw, named } = ioctl(3)
  const db = await recorded(`
5 ${raw}
5 ${named}
5 sys_exit: NR 16 = 0
5 ${raw}
5 ${ioctl(4).named}`)
  await db.run('DELETE FROM problems')
  for (let i = 0; i < 2; i++) await rebuildDerived(db) // as of an older version
  expect((await db.query('SELECT name FROM syscalls ORDER BY ts')).map(({ name }) => name)).toEqual([
    'syscall_16',
    'ioctl',
    'syscall_16',
    'ioctl',
  ])
  expect(await db.query('SELECT kind, place, detail FROM problems')).toEqual([
    {
      kind: 'unclear-syscall-number',
      place: 'number 16',
      detail:
        'raw_syscalls:sys_enter with this number stands beside sys_enter_*: ioctl 1 times, others with other arguments 1 times; it is counted as a call of its own',
    },
  ])
  db.close()
})

test('raw calls that are left out are told', async () => {
  const { raw, named } = ioctl(3)
  const db = await recorded(`
5 ${raw}
5 ${named}
5 sys_exit: NR 16 = 0
5 ${ioctl(4).raw}
5 sys_exit: NR 16 = 0`)
  expect(await db.query('SELECT fd, source FROM syscalls')).toEqual([{ fd: 3, source: 'syscalls' }])
  expect(await db.query('SELECT place, detail FROM problems')).toEqual([
    {
      place: 'sys_enter_ioctl',
      detail: 'was recorded 1 times, raw_syscalls:sys_enter 2 times for the same call: syscalls has the former',
    },
  ])
  db.close()
})

test('what spans a loss, or is of another thread, tells nothing', async () => {
  const { raw, named } = ioctl(3)
  const db = await recorded(`
5 ${raw}
lost
5 ${ioctl(4).named}
5 sys_exit_ioctl: 0x0
5 ${raw}
7 ${ioctl(8).named}
5 ${named}`)
  expect(await db.query('SELECT number, name, pairs FROM call_numbers')).toEqual([
    { number: 16, name: 'ioctl', pairs: 1 },
  ])
  db.close()
})

test('report -R prints the number itself, also of a call that the events name by its function', async () => {
  const db = await recorded(`
5 sys_enter: id=5 args=ARRAY[03, 00, 00, 00, 00, 00, 00, 00, ${'00, '.repeat(39)}00]
5 sys_enter_newfstat: __syscall_nr=5 fd=0x3 statbuf=0x7ffe
5 sys_exit: id=5 ret=0
5 sys_exit_newfstat: __syscall_nr=5 ret=0
5 sys_enter_ioctl: __syscall_nr=16 fd=0x3 cmd=0x1 arg=0x0
5 sys_enter: id=0 args=ARRAY[03, 00, 00, 00, 00, 00, 00, 00, ${'00, '.repeat(39)}00]`)
  expect(await db.query('SELECT name, source FROM syscalls ORDER BY ts')).toEqual([
    { name: 'newfstat', source: 'syscalls' },
    { name: 'ioctl', source: 'syscalls' },
    { name: 'read', source: 'raw_syscalls' },
  ])
  db.close()
})
