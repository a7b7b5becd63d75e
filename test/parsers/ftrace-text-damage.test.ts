/** Damaged texts: nothing is lost silently, nothing throws. */
import { describe, expect, test } from 'vitest'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { collect } from '../collect.ts'
import { randomNumbers } from '../random.ts'
import { linesAccounted, readPlain, readText } from './ftrace-text-read.ts'
import { bytesOf, countLines, hasShared } from './strace-read.ts'

const FILES = [
  'corpus/ftrace_text/catapult_decompressed_atrace.txt',
  'corpus/ftrace_text/tc_ftrace_syscalls.txt',
  'corpus/ftrace_text/trappy_failed_to_parse.txt',
  'lab/small/before/plain.trace.txt',
  'lab/small/after/tiny-early.report.txt',
  'lab/after/plain-latfmt.trace.txt',
  'lab/before/v-functionstack.report.txt',
  'lab/before/v-tsc.report-R.txt.gz',
  'lab/before/v-lost.report.txt.gz',
]

async function damage(whole: Uint8Array): Promise<void> {
  const next = randomNumbers(7)
  for (let round = 0; round < 6; round++) {
    const bytes = whole.slice(0, Math.floor(whole.length * (1 - round * 0.1)))
    for (let n = 0; n < 400; n++) {
      const at = next(bytes.length)
      if (next(2) === 0) bytes[at] = next(256)
      else bytes.copyWithin(at, next(bytes.length), next(bytes.length))
      if (n > 20 && next(10) === 0) break
    }
    const read = await collect(ftraceText, bytes)
    expect(linesAccounted(read)).toBe(countLines(bytes))
  }
}

describe.skipIf(!hasShared)('damage', () => {
  test.each(FILES)('%s', (path) => damage(readPlain(path).subarray(0, 200_000)))
})

const GRAPH = [
  '  611.699968 |   0)  kwin_wa-476   |               |  do_sys_poll() {',
  '  611.699969 |   0)  kwin_wa-476   | ! 100.784 us  |    dma_buf_poll(); /* ret=0x1 */',
  '  611.699970 |   0)  kwin_wa-476   |               |    /* dma_fence_signaled: driver=a timeline=b context=1 seqno=2 */',
  ' ------------------------------------------',
  ' 0)  kwin_wa-476   =>    <idle>-0   ',
  ' ------------------------------------------',
  '',
  ' 0)   ==========> |',
  ' 1) + 13.439 us   |  } /* do_sys_poll */',
  '            bash-7       [000] ...1.   1.1: #1     inner/outer(us):   10/12    ts:1581527483.343962708 count:6',
  '            bash-7       [000] ...1.   1.1: <stack trace>',
  ' => dma_fence_init <ffffffff8140a970>',
]

test.each(['-1 | ', 'a-1 => ', '/* ', ' <-', '(', '1:2:R '])(
  'a line of a million bytes of %s takes no long time',
  async (part) => {
    const filler = part.repeat(1_000_000 / part.length)
    const heads = ['            bash-7       [000] ...1.   1.1: ', ' 0) ', ' 0)   1.000 us    |  ', '']
    const start = performance.now()
    const read = await readText(...heads.map((head) => `${head}${filler}`), GRAPH[0] as string)
    expect(linesAccounted(read)).toBe(5)
    expect(performance.now() - start).toBeLessThan(5000)
  },
)

test('damage: function_graph', () => damage(bytesOf(`${GRAPH.join('\n')}\n`.repeat(100))))

test('a line that is longer than can be read', async () => {
  const line = `            bash-7       [000] ...1.   1.000001: odd: a=1 b=${'x'.repeat(3 << 20)}`
  const read = await readText(line, '            bash-7       [000] ...1.   1.000002: odd: a=2 b=3')
  expect(read.tables['ftrace_text.odd']?.map((row) => row.a)).toEqual([1n, 2n])
  expect(read.problems).toMatchObject([{ kind: 'long-line', at: 'line 1' }])
  expect(linesAccounted(read)).toBe(2)
})

test('more lines than are read at once, with stacks where rows are handed on', async () => {
  const lines = Array.from({ length: 210_000 }, (_, i) =>
    i % 7 === 0
      ? '=> dma_buf_ioctl (ffffffffaa95cf4c)'
      : `            bash-7       [000] ...1.   1.000001: kernel_stack: <stack trace>`,
  )
  const read = await collect(
    ftraceText,
    bytesOf(['cpus=1', `            bash-7       [000] ...1.   1.000001: print: a`, ...lines, ''].join('\n')),
  )
  expect(linesAccounted(read)).toBe(210_002)
  const rows = read.tables['ftrace.kernel_stack'] ?? []
  expect(rows).toHaveLength(180_000)
  expect(rows.filter((row) => String(row.text).includes('=>'))).toHaveLength(29_999)
})

test.each([
  ['raw', '30229 1 14216921265600 type: 375'],
  ['hex', '00007653 00000001 00000cee49e1703e type: 363'],
  ['nocontext-info', 'sys_enter: NR 33 (b, 1, 563a86ba39bc, 0, 7, b)'],
])('trace option %s: recognised, and what to do about it', async (_, line) => {
  const text = `# tracer: nop\n#\n# entries-in-buffer/entries-written: 2/2   #P:2\n#\n${line}\n${line}\n`
  const bytes = new TextEncoder().encode(text)
  expect(ftraceText.sniff(bytes)).toBe(true)
  const error = await collect(ftraceText, bytes).then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toMatchObject({
    message: expect.stringMatching(/^none of 2 lines is one that ftrace prints/),
    hint: expect.stringMatching(/trace options raw, hex, bin, verbose or nocontext-info/),
  })
})
