/** What stands before an event: thread, process, CPU, flags, time. */
import { describe, expect, test } from 'vitest'
import { readEvent, readText } from './ftrace-text-read.ts'

const EVENT = 'cpu_idle: state=0'

const HEADS: [what: string, head: string, tid: number, cpu: number, ts: bigint][] = [
  ['the kernel', '            bash-2272    [001] ...1.   611.699482: ', 2272, 1, 611_699_482_000n],
  ['the kernel with TGID', '            bash-2272    (   2272) [000] d..2.   614.829331: ', 2272, 0, 614_829_331_000n],
  [
    'the kernel with unknown TGID',
    '          <idle>-0       (-------) [001] d..2.   614.829828: ',
    0,
    1,
    614_829_828_000n,
  ],
  ['no irq-info', '          atrace-14662 [000] 50260.647576: ', 14662, 0, 50_260_647_576_000n],
  ['latency format', '    bash-2272      0...1. 16167us : ', 2272, 0, 16_167_000n],
  ['latency format, a mark', 'camclien-2569      1d..2. 16762us+: ', 2569, 1, 16_762_000n],
  ['trace-cmd report', '       trace-cmd-729   [001] d..2.    52.621871: ', 729, 1, 52_621_871_000n],
  ['trace-cmd report -t', '       trace-cmd-729   [001] d..2.    52.621870674: ', 729, 1, 52_621_870_674n],
  ['trace-cmd report -l', 'trace-cm-729     1d..2.    52.621871: ', 729, 1, 52_621_871_000n],
  ['trace-cmd report -R', '       trace-cmd-729   [001]-0x1    52.621871: ', 729, 1, 52_621_871_000n],
  ['--ts-diff', '       trace-cmd-780   [001] ...1.    52.622219: (+348)   ', 780, 1, 52_622_219_000n],
  ['--ts-diff, first line', '       trace-cmd-780   [001] ...1.    52.622219:          ', 780, 1, 52_622_219_000n],
  ['ticks', '       trace-cmd-5648  [000] d..2.1166178672713: ', 5648, 0, 1_166_178_672_713n],
  ['ticks with -R', '       trace-cmd-5648  [000]-0x11166178672713: ', 5648, 0, 1_166_178_672_713n],
  ['many CPUs', '            sshd-7       [1023] .....     1.000001: ', 7, 1023, 1_000_001_000n],
  ['a tab', '\t    bash-14840 [005]  7115.450093: ', 14840, 5, 7_115_450_093_000n],
  ['a wide time', '          chrome-1223  [000] ...1 1577664.436065: ', 1223, 0, 1_577_664_436_065_000n],
]

describe('heads', () => {
  test.each(HEADS)('%s', async (_, head, tid, cpu, ts) => {
    const row = await readEvent(head + EVENT)
    expect(row).toMatchObject({ table: 'power.cpu_idle', tid, cpu, ts, state: 0n, text: 'state=0' })
  })
})

test('a CPU that is not known, as events prints it', async () => {
  const row = await readEvent(`            bash-2272    [-01] ...1.   611.699482: ${EVENT}`)
  expect(row).toMatchObject({ table: 'power.cpu_idle', tid: 2272, cpu: null, ts: 611_699_482_000n })
})

const COMMS: [head: string, tid: number, comm: string][] = [
  ['     HDMI-A-1-2000    [001] ...1.   611.1: ', 2000, 'HDMI-A-1'],
  ['  kworker/u8:4-206    [000] .....   611.1: ', 206, 'kworker/u8:4'],
  ['   Web Content-33     [000] .....   611.1: ', 33, 'Web Content'],
  [' vivid-000-vid-c-935  [000] .....   611.1: ', 935, 'vivid-000-vid-c'],
  ['       [rcu] -1 -44   [000] .....   611.1: ', 44, '[rcu] -1 '],
]

describe('names of threads', () => {
  test.each(COMMS)('%s', async (head, tid, comm) => {
    const { tables } = await readText(head + EVENT)
    expect(tables['main.comms']).toEqual([{ tid, pid: null, comm }])
  })

  test('one row per thread, with the process where the kernel knows it', async () => {
    const { tables } = await readText(
      `           <...>-7       (-------) [000] .....   1.000001: ${EVENT}`,
      `            kwin-7       (      5) [000] .....   1.000002: ${EVENT}`,
      `            kwin-7       (      5) [000] .....   1.000003: ${EVENT}`,
      `           <...>-8       (-------) [000] .....   1.000004: ${EVENT}`,
    )
    expect(tables['main.comms']).toEqual([{ tid: 7, pid: 5, comm: 'kwin' }])
  })

  test('names that the latency format may have cut are not stored', async () => {
    const { tables } = await readText(
      `trace-cm-729     1d..2.    52.621871: ${EVENT}`,
      `    kwin-7       1d..2.    52.7: ${EVENT}`,
    )
    expect(tables['main.comms']).toEqual([{ tid: 7, pid: null, comm: 'kwin' }])
  })
})

test('the instance before the name', async () => {
  const { tables } = await readText(
    `                trace-cmd-4255  [000] d..2.   851.619061: ${EVENT}`,
    `kwinsys:        trace-cmd-4390  [000] ...1.   851.619444: ${EVENT}`,
    ` fences:        trace-cmd-4391  [000] ...1.   851.619445: ${EVENT}`,
  )
  expect(tables['power.cpu_idle']?.map((row) => row.instance)).toEqual([null, 'kwinsys', 'fences'])
  expect(tables['main.comms']?.map((row) => row.comm)).toEqual(['trace-cmd', 'trace-cmd', 'trace-cmd'])
})

test('ticks whose digits touch those of the flags', async () => {
  const { tables } = await readText(
    `       trace-cmd-5648  [000]-0x11166178672713: ${EVENT}`,
    `          <idle>-0     [001]-0x2d1166181901249: ${EVENT}`,
    `          <idle>-0     [001]-0x351166181901250: ${EVENT}`,
  )
  expect(tables['power.cpu_idle']?.map((row) => row.ts)).toEqual([1166178672713n, 1166181901249n, 1166181901250n])
})

test('what the head lines say', async () => {
  const { facts, skips } = await readText(
    '# tracer: nop',
    '#',
    '# nop latency trace v1.1.5 on 6.12.107',
    '# latency: 0 us, #2932/2932, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0 #P:2)',
    `    bash-2272      0...1. 16167us : ${EVENT}`,
  )
  expect(facts).toMatchObject({ kernel: '6.12.107', cpus: 2, clock: 'unknown', clockUnit: 'ns', resolution: 1000 })
  expect(facts.more).toMatchObject({ tracer: 'nop' })
  expect(skips).toEqual({ 'head line': 4 })
})

test.each([
  ['seconds.micros', '    52.621871', 'ns', 1000],
  ['seconds.nanos', '    52.621870674', 'ns', 1],
  ['ticks', '1166178672713', 'ticks', 1],
])('%s: the step of the clock', async (_, time, clockUnit, resolution) => {
  const { facts } = await readText('cpus=2', `       trace-cmd-729   [001] d..2.${time}: ${EVENT}`)
  expect(facts).toMatchObject({ clockUnit, resolution, recorder: 'trace-cmd', cpus: 2 })
})

test('events of the same microsecond keep their order', async () => {
  const line = (time: string): string => `    bash-7     [000] d..2.    ${time}: ${EVENT}`
  const { tables } = await readText(line('1.000001'), line('1.000001'), line('1.000002'), line('1.000001'))
  expect(tables['power.cpu_idle']?.map((row) => row.ts)).toEqual([1000001000n, 1000001001n, 1000002000n, 1000001000n])
})

test('nanoseconds are stored as they are', async () => {
  const line = `    bash-7     [000] d..2.    1.000001000: ${EVENT}`
  const { tables } = await readText(line, line)
  expect(tables['power.cpu_idle']?.map((row) => row.ts)).toEqual([1000001000n, 1000001000n])
})

test.each([
  ['[000] ...1.   ', 0],
  ['[000] d..2.   ', 0x01],
  ['[000] dNs5.   ', 0x35],
  ['[000] D.H2.   ', 0x99],
  ['[000] bnz.    ', 0xc4],
  ['  0d.h2.   ', 0x09],
  ['[000]-0x35    ', 0x35],
  ['[000]    ', null],
])('%s: flags', async (flags, common_flags) => {
  const row = await readEvent(`  bash-7   ${flags} 1.000001: dma_fence_signaled: driver=a timeline=b context=1 seqno=2`)
  expect(row).toMatchObject({ common_flags, driver: 'a', timeline: 'b', context: 1, seqno: 2 })
})

test('a thread that is called like the head of a line', async () => {
  const name = 'a-1 [0] 1.0: x:'
  const { tables } = await readText(` ${name}-77      [001] d..2.   611.699968: ${EVENT}`)
  expect(tables['main.comms']).toEqual([{ tid: 77, pid: null, comm: name }])
  expect(Object.keys(tables).filter((table) => !table.startsWith('main.'))).toHaveLength(1)
})
