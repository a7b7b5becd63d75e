/** Recordings of the lab and of other people, in place. */
import { describe, expect, test } from 'vitest'
import { strace } from '../../parsers/strace/index.ts'
import { bytesOf, countLines, hasShared, linesAccounted, readBytes, readShared, sharedFiles } from './strace-read.ts'

const LAB = ['lab/before', 'lab/after', 'lab/small/before', 'lab/small/after', 'lab/synthetic']

const LOGS = [...sharedFiles(LAB, /\.strace\./), ...sharedFiles(['corpus/strace'], /./)]

const OTHERS = [
  ...sharedFiles(['corpus/ftrace_text'], /./),
  ...sharedFiles(LAB, /^pf-.*\.txt$|\.trace\.txt$|\.report.*\.txt$|\.dat$|\.log$|\.cmd$|\.json$|\.md$/),
  ...sharedFiles(['lab/src'], /\.c$/),
]

describe.skipIf(!hasShared)('recordings', () => {
  test('there are some', () => {
    expect(LOGS.length).toBeGreaterThan(60)
    expect(OTHERS.length).toBeGreaterThan(100)
  })

  test.each(LOGS)('%s: every line is accounted for, and recognised', async (path) => {
    const bytes = readShared(path)
    const log = await readBytes(bytes)
    expect(strace.sniff(bytes.subarray(0, 65536))).toBe(true)
    expect(linesAccounted(log)).toBe(countLines(bytes))
    const unparsed = log.problems.filter((p) => p.kind === 'unparsed-line').map((p) => p.detail)
    const foreign = path.endsWith('perfetto_basic.strace') ? 1 : 0
    expect(unparsed).toHaveLength(foreign)
  })

  test.each(OTHERS)('%s is something else', (path) => {
    expect(strace.sniff(readShared(path).subarray(0, 65536))).toBe(false)
  })

  test.each(['before', 'after'])('%s: calls and exports as a plain search finds them', async (arm) => {
    const bytes = readShared(`lab/${arm}/st-main-normal.strace.txt`)
    const text = Buffer.from(bytes).toString('latin1')
    const { calls, ready } = await readBytes(bytes)
    const found = (pattern: RegExp) => text.match(pattern)?.length ?? 0
    expect(calls).toHaveLength(found(/^\d+ +[\d.]+ \w+\(/gm))
    const exports = calls.filter((c) => c.request === 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE')
    expect(exports).toHaveLength(found(/DMA_BUF_IOCTL_EXPORT_SYNC_FILE/g))
    expect(exports.length).toBeGreaterThan(200)
    expect(exports.every((c) => c.fd_path === '/dmabuf:')).toBe(true)
    expect(ready).toHaveLength(found(/\{fd=\d+[^}]*, events=/g) + found(/ epoll_wait\(/g))
    expect(ready.filter((r) => r.revents !== null)).toHaveLength(found(/revents=/g) + found(/\{events=EPOLL/g))
  })

  test('-C: the summary counts what the log shows', async () => {
    const { calls, summary } = await readBytes(readShared('lab/after/st-C.strace.txt'))
    for (const { syscall, calls: count, errors } of summary) {
      const ended = calls.filter((c) => c.name === syscall && c.state === 'complete')
      expect([syscall, BigInt(ended.length)]).toEqual([syscall, count])
      expect(BigInt(ended.filter((c) => c.error !== null).length)).toBe(errors)
    }
  })
})

test('nothing and binary data are no log', () => {
  expect(strace.sniff(new Uint8Array(0))).toBe(false)
  expect(strace.sniff(Uint8Array.of(0x17, 0x08, 0x44, 0x74, 0x72, 0x61, 0x63, 0x69, 0x6e, 0x67))).toBe(false)
})

test('a NUL that the program printed into its log does not make it binary, padding does', () => {
  const log = (nuls: number) => bytesOf(`write(1, "a"..., 1a${'\0'.repeat(nuls)}) = 1\nclose(3) = 0\n`)
  expect([1, 8].map((nuls) => strace.sniff(log(nuls)))).toEqual([true, false])
})
