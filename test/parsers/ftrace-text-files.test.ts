/** Recordings of the lab and of other people, in place. */
import { describe, expect, test } from 'vitest'
import { ftraceText } from '../../parsers/ftrace-text/index.ts'
import { strace } from '../../parsers/strace/index.ts'
import { collect } from '../collect.ts'
import { linesAccounted, readPlain, sniffs } from './ftrace-text-read.ts'
import { countLines, hasShared, readShared, sharedFiles } from './strace-read.ts'

const LAB = ['lab/before', 'lab/after', 'lab/small/before', 'lab/small/after', 'lab/synthetic']

/** trace-cmd report -E and --stat hold no events, perf report neither. */
const NO_EVENTS = /report-(E|stat)\.txt|\/pf-/

/** Compressed as a whole: its own lines are counted in the data. */
const COMPRESSED = /catapult_compressed_atrace/

const REPORTS = sharedFiles(LAB, /\.report.*\.txt(\.gz)?$|^plain.*\.trace\.txt$/)
const TEXTS = [
  ...REPORTS.filter((path) => !NO_EVENTS.test(path)),
  ...sharedFiles(['corpus/ftrace_text'], /./),
  ...sharedFiles(['corpus/tracedat'], /\.report.*\.txt(\.gz)?$/),
]
const OTHERS = [
  ...REPORTS.filter((path) => NO_EVENTS.test(path)),
  ...sharedFiles(LAB, /\.strace\.|^pf-.*\.txt(\.gz)?$|\.dat$|\.log$|\.cmd$|\.json$|\.md$/),
  ...sharedFiles(['corpus/strace'], /./),
  ...sharedFiles(['lab/src'], /\.c$/),
]

describe.skipIf(!hasShared)('recordings', () => {
  test('there are some', () => {
    expect(TEXTS.length).toBeGreaterThan(100)
    expect(OTHERS.length).toBeGreaterThan(100)
  })

  test.each(TEXTS)('%s: recognised, and every line is accounted for', async (path) => {
    const bytes = readPlain(path)
    expect(sniffs(bytes)).toBe(true)
    expect(strace.sniff(bytes.subarray(0, 65536))).toBe(false)
    const read = await collect(ftraceText, bytes)
    if (!COMPRESSED.test(path)) expect(linesAccounted(read)).toBe(countLines(bytes))
    expect(read.problems.filter((p) => p.kind === 'unparsed-line')).toEqual([])
    expect(read.tables['ftrace_text.other']).toBeUndefined()
  })

  test.each(OTHERS)('%s is something else', (path) => {
    expect(sniffs(path.endsWith('.gz') ? readPlain(path) : readShared(path))).toBe(false)
  })

  test('compressed and decompressed by its recorder: the same rows', async () => {
    const [a, b] = await Promise.all(
      ['compressed', 'decompressed'].map((how) =>
        collect(ftraceText, readPlain(`corpus/ftrace_text/catapult_${how}_atrace.txt`)),
      ),
    )
    expect(a?.tables).toEqual(b?.tables)
  })
})
