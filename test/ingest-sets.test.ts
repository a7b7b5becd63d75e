/** Folders, and the sets of files that strace -ff writes: which recordings they are, and that a set is the sum of its parts. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { strace } from '../parsers/strace/index.ts'
import { findRecordings } from '../src/find-recordings.ts'
import { openInput } from '../src/input.ts'
import { databaseOf } from './open.ts'
import { linesAccounted, readBytes, sharedFiles } from './parsers/strace-read.ts'
import { inFolder, run } from './run.ts'

const SAMPLE = resolve(import.meta.dirname, '../samples/trace-dat/before.dat')
const SHARED = resolve(import.meta.dirname, '../../shared')

/** A set of three threads, the last of which ended before it was traced. */
const SET: Record<string, string> = {
  'st.9':
    '10.000200 close(3) = 0\n10.000400 close(4) = 0\n > /lib/libc.so(close+0x1) [0x2]\n > /bin/x(main+0x3) [0x4]\n',
  'st.101': '10.000100 read(3, "", 1) = 0\n10.000300 read(3, "", 1) = 0\n10.000500 +++ exited with 0 +++\n',
  'st.1000': '',
}

const write = (folder: string, files: Record<string, string | Uint8Array>) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
}

/** What the files become: each recording's name in the folder, and the threads of a set. */
const found = async (folder: string, ...names: string[]) =>
  (await findRecordings(names.map((name) => join(folder, name)))).map(({ path, parts }) =>
    [path.slice(folder.length + 1), ...(parts ?? []).map((part) => part.tid)].join(' '),
  )

/** The merged log. */
async function merged(folder: string, stem: string): Promise<{ text: string; problems: string[] }> {
  const [recording] = await findRecordings([join(folder, stem)])
  const input = await openInput(recording ?? '')
  const text = Buffer.from(input.read(0, input.size)).toString()
  input.close()
  return { text, problems: input.problems.map((p) => p.kind) }
}

describe('what is a recording', () => {
  test('a set, given as folder, stem and files', () =>
    inFolder(async (folder) => {
      write(folder, SET)
      const set = 'st.* 9 101 1000'
      expect(await found(folder, '')).toEqual([set])
      expect(await found(folder, 'st')).toEqual([set])
      expect(await found(folder, 'st.1000', 'st.101', 'st.9')).toEqual([set])
      expect(await found(folder, 'st.9')).toEqual(['st.9'])
    }))

  test('numbered logs with thread ids are recordings of their own', () =>
    inFolder(async (folder) => {
      const log = '486   10.000100 close(3) = 0\n'
      write(folder, { 'run.10': log, 'run.1': log, 'run.2': log })
      expect(await found(folder, '')).toEqual(['run.1', 'run.2', 'run.10'])
      expect(await found(folder, 'run.10', 'run.2')).toEqual(['run.10', 'run.2'])
    }))

  test('one thread, given as stem', () =>
    inFolder(async (folder) => {
      write(folder, { 'st.9': SET['st.9'] ?? '' })
      expect(await found(folder, 'st')).toEqual(['st.* 9'])
      expect(await found(folder, 'other')).toEqual(['other'])
    }))

  test('the same thread twice is refused', () =>
    inFolder(async (folder) => {
      write(folder, { ...SET, 'st.9.gz': gzipSync(SET['st.9'] ?? '') })
      await expect(findRecordings([folder])).rejects.toThrow(/is the same thread of the same recording as .*st\.9$/)
    }))
})

describe('merging', () => {
  // The times of -t are whole seconds: the order is the same.
  test.each(['', '10:00:01 '])('execve() by another thread than the first, times "%s"', (t) =>
    inFolder(async (folder) => {
      const execve = 'execve("/bin/x", ["x"], 0x7ffd /* 39 vars */'
      write(folder, {
        'st.1': `${t}read(3,  <unfinished ...>) = ?\n${t}+++ superseded by execve in pid 3 +++\n${t}<... execve resumed>) = 0\n`,
        'st.2': `${t}close(2) = 0\n${t}+++ exited with 0 +++\n`,
        'st.3': `${t}close(3) = 0\n${t}${execve} <pid changed to 1 ...>\n`,
      })
      const { text } = await merged(folder, 'st')
      const order = ['read', 'close(3', 'execve("', 'execve in', 'execve resumed', 'close(2']
      expect(text.match(/read|close.[23]|execve(?:\("| in| resumed)/g)).toEqual(order)
      const { calls } = await readBytes(new Uint8Array(Buffer.from(text)))
      expect(calls.filter(({ name }) => name === 'execve')).toMatchObject([{ tid: 1, ret: 0n, args: execve.slice(7) }])
    }),
  )

  test('by time, the thread before each line, stacks behind their calls', () =>
    inFolder(async (folder) => {
      write(folder, SET)
      const { text, problems } = await merged(folder, 'st')
      expect(text.split('\n')).toEqual([
        '101   10.000100 read(3, "", 1) = 0',
        '9     10.000200 close(3) = 0',
        '101   10.000300 read(3, "", 1) = 0',
        '9     10.000400 close(4) = 0',
        ' > /lib/libc.so(close+0x1) [0x2]',
        ' > /bin/x(main+0x3) [0x4]',
        '101   10.000500 +++ exited with 0 +++',
        '',
      ])
      expect(problems).toEqual([])
    }))

  test('without times: one thread after the other', () =>
    inFolder(async (folder) => {
      write(folder, { 'st.7': 'close(3) = 0\nclose(4) = 0', 'st.10': 'close(5) = 0\n' })
      expect((await merged(folder, 'st')).text).toBe('7     close(3) = 0\n7     close(4) = 0\n10    close(5) = 0\n')
    }))

  test('over midnight: a thread that began after it comes last', () =>
    inFolder(async (folder) => {
      write(folder, {
        'st.1': '23:59:58 close(3) = 0\n00:00:02 close(4) = 0\n',
        'st.2': '00:00:01 close(5) = 0\n00:00:03 close(6) = 0\n',
      })
      const { text } = await merged(folder, 'st')
      expect(text.match(/close\(./g)).toEqual(['close(3', 'close(5', 'close(4', 'close(6'])
    }))

  test('-r: a problem says that the order is not known', () =>
    inFolder(async (folder) => {
      write(folder, { 'st.1': '     0.000000 close(3) = 0\n', 'st.2': '     0.000010 close(4) = 0\n' })
      expect((await merged(folder, 'st')).problems).toEqual(['relative-times-of-threads'])
    }))

  test('many threads and lines', () =>
    inFolder(async (folder) => {
      const lines = Array.from({ length: 20_000 }, (_, i) => `1700000000.${String(i).padStart(6, '0')} close(${i}) = 0`)
      const files = Array.from({ length: 100 }, (_, tid) => lines.filter((_, i) => (i * i + 3 * i) % 100 === tid))
      write(folder, Object.fromEntries(files.map((part, tid) => [`st.${tid + 1}`, part.map((l) => `${l}\n`).join('')])))
      const { text } = await merged(folder, 'st')
      expect(
        text
          .replace(/^\d+ +/gm, '')
          .trimEnd()
          .split('\n'),
      ).toEqual(lines)
    }))

  const sets = sharedFiles(['lab/before', 'lab/after'], /st-ff\.strace\.\d+$/)
  test.skipIf(sets.length === 0).each(['before', 'after'])('lab, %s: the sum of the parts', async (arm) => {
    const parts = sets.filter((path) => path.startsWith(`lab/${arm}/`))
    const counts: Record<string, number> = {}
    for (const path of parts) {
      const { calls } = await readBytes(new Uint8Array(readFileSync(join(SHARED, path))))
      const tid = path.split('.').at(-1)
      for (const { name, state } of calls)
        counts[`${tid} ${name} ${state}`] = (counts[`${tid} ${name} ${state}`] ?? 0) + 1
    }
    const { text } = await merged(join(SHARED, 'lab', arm), 'st-ff.strace')
    const log = await readBytes(new Uint8Array(Buffer.from(text)))
    const together: Record<string, number> = {}
    for (const { tid, name, state } of log.calls)
      together[`${tid} ${name} ${state}`] = (together[`${tid} ${name} ${state}`] ?? 0) + 1
    expect(parts.length).toBeGreaterThan(10)
    expect(together).toEqual(counts)
    expect(linesAccounted(log)).toBe(text.split('\n').length - 1)
    expect(log.problems).toEqual([])
    const times = log.calls.map((call) => call.ts as bigint)
    expect(times.every((ts, i) => i === 0 || ts >= (times[i - 1] as bigint))).toBe(true)
  })
})

describe('ingest', () => {
  test('a set is one capture, known again by its content, however it is given', () =>
    inFolder(async (folder) => {
      write(folder, SET)
      const db = join(folder, 'x.duckdb')
      const { code, err } = await run(['ingest', join(folder, 'st'), '--db', db])
      expect([code, err]).toEqual([0, expect.stringMatching(/st\.\*: capture 1, st run 1: 5 events/)])
      const again = await run([
        'ingest',
        join(folder, 'st.9'),
        join(folder, 'st.101'),
        join(folder, 'st.1000'),
        '--db',
        db,
      ])
      expect(again.err).toMatch(/known already as capture 1/)
    }))

  test('compressed parts; bytes are those of the files', () =>
    inFolder(async (folder) => {
      const packed = [gzipSync(SET['st.9'] ?? ''), gzipSync(SET['st.101'] ?? '')] as const
      write(folder, { 'st.9.gz': packed[0], 'st.101.gz': packed[1] })
      const [recording] = await findRecordings([folder])
      const input = await openInput(recording ?? '')
      expect([input.bytes, input.facts]).toEqual([packed[0].length + packed[1].length, { parts: 2 }])
      expect(strace.sniff(input.read(0, input.size))).toBe(true)
      input.close()
    }))

  test('a folder: every recording in it; the other files are named', () =>
    inFolder(async (folder) => {
      write(folder, {
        ...SET,
        'notes.txt': 'hello\n',
        'log.xz': 'no xz',
        nothing: '',
        'before.gz': gzipSync(readFileSync(SAMPLE)),
      })
      copyFileSync(SAMPLE, join(folder, 'copy.dat'))
      const { code, err } = await run(['ingest', folder, '--label', 'x', '--run', '4', '--db', ':memory:'])
      expect(code).toBe(0)
      expect(err.replaceAll(`${folder}/`, '')).toMatch(
        /^skipped, is no recording: log.xz, notes.txt\nskipped, is empty: nothing\nbefore.gz: capture 1, x run 4: .*\ncopy.dat: capture 2, x run 5: .*\nst\.\*: capture 3, x run 6: /,
      )
    }))

  test('a folder without recordings', () =>
    inFolder(async (folder) => {
      write(folder, { 'notes.txt': 'hello\n' })
      const { code, err } = await run(['ingest', folder, '--db', ':memory:'])
      expect(code).toBe(1)
      expect(err).toMatch(
        /holds no recording that tracealyze knows \(1 files\)\nhint: known are: trace-dat, kwin-perf, strace/,
      )
    }))

  test('a compressed recording gives the rows of the recording; cut, what was unpacked and a problem', () =>
    inFolder(async (folder) => {
      const log = readFileSync(resolve(import.meta.dirname, '../samples/strace/before.strace'))
      const packed = gzipSync(log)
      write(folder, { log, 'log.gz': packed, 'cut.gz': packed.subarray(0, packed.length / 2) })
      const { query } = await databaseOf(...['log', 'log.gz', 'cut.gz'].map((f) => [join(folder, f), f] as const))
      const [plain, whole, cut] = await query('SELECT events, skipped, bytes FROM captures ORDER BY capture')
      expect(whole).toEqual({ ...plain, bytes: packed.length })
      expect(cut?.events).toBeGreaterThan(10)
      expect(cut?.events).toBeLessThan(Number(plain?.events))
      expect(await query("SELECT capture, kind FROM problems WHERE kind LIKE 'compressed%'")).toEqual([
        { capture: 3, kind: 'compressed-data-cut' },
      ])
    }))

  test('--strict refuses cut compressed data', () =>
    inFolder(async (folder) => {
      write(folder, { 'cut.gz': gzipSync(SET['st.101'] ?? '').subarray(0, -3) })
      const { code, err } = await run(['ingest', join(folder, 'cut.gz'), '--strict', '--db', ':memory:'])
      expect(code).toBe(1)
      expect(err).toMatch(
        /cut\.gz:\+0x.*compressed-data-cut: the gzip data cannot be unpacked to its end: it ends early/,
      )
    }))
})
