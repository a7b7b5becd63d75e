/** Whose lines without `[pid N]` are: strace prints it only while it traces more than one thread. */
import { describe, expect, test } from 'vitest'
import { readLines } from './strace-read.ts'

/** The thread of each call, by its lines, and the thread that began alone with the last line that is its own for sure. */
async function threads(...lines: string[]) {
  const { calls, facts, problems } = await readLines(...lines)
  expect(problems).toEqual([])
  const tids = [...calls].sort((a, b) => Number(a.seq) - Number(b.seq)).map((c) => c.tid)
  return { tids, first: facts.firstThread }
}

const ALWAYS = Number.POSITIVE_INFINITY

test('[pid N] vanishes when one thread is left', async () => {
  const { calls, exits } = await readLines(
    'close(1) = 0',
    '[pid 11] close(2) = 0',
    '[pid 10] close(3) = 0',
    '[pid 11] +++ exited with 0 +++',
    'close(4) = 0',
    '+++ exited with 0 +++',
  )
  expect(calls.map((c) => c.tid)).toEqual([null, 11, 10, 10])
  expect(exits.map((e) => e.tid)).toEqual([11, 10])
})

describe('ends that -qq does not tell', () => {
  test('exit_group: the one that is left was not named', async () => {
    const { tids } = await threads('[pid 101] openat(1) = 3', '[pid 101] exit_group(0) = ?', 'openat(2) = 3')
    expect(tids).toEqual([101, 101, null])
  })

  test('exit: the other one is left', async () => {
    const lines = ['[pid 100] close(1) = 0', '[pid 101] close(1) = 0', '[pid 101] exit(0) = ?', 'close(1) = 0']
    expect((await threads(...lines)).tids).toEqual([100, 101, 101, 100])
  })

  test('each time, not only the first of equal lines', async () => {
    const thread = (tid: number) => [`[pid ${tid}] close(1) = 0`, `[pid ${tid}] exit(0) = ?`, 'close(1) = 0']
    const { tids } = await threads('[pid 100] close(1) = 0', ...[101, 102, 103].flatMap(thread))
    expect(tids).toEqual([100, ...[101, 102, 103].flatMap((tid) => [tid, tid, 100])])
  })

  test('a thread that is killed in a call', async () => {
    const { tids } = await threads(
      '[pid 100] close(1) = 0',
      '[pid 101] read(3,  <unfinished ...>',
      '[pid 100] close(1) = 0',
      '[pid 101] <... read resumed> <unfinished ...>) = ?',
      'close(2) = 0',
    )
    expect(tids).toEqual([100, 101, 100, 100])
  })

  test('exit_group ends the threads that were made in the process, not its children', async () => {
    const lines = (flags: string) => [
      '[pid 100] close(1) = 0',
      `[pid 101] clone(flags=${flags}) = 102`,
      '[pid 102] close(1) = 0',
      '[pid 101] exit_group(0) = ?',
      'close(2) = 0',
    ]
    expect((await threads(...lines('CLONE_VM|CLONE_THREAD'))).tids.at(-1)).toBe(100)
    expect((await threads(...lines('SIGCHLD'))).tids.at(-1)).toBeNull()
  })

  test.each([
    ['CLD_EXITED', 100],
    ['CLD_KILLED', 100],
    ['CLD_STOPPED', null],
  ])('SIGCHLD: %s', async (code, left) => {
    const { signals, calls } = await readLines(
      '[pid 100] close(1) = 0',
      '[pid 101] close(1) = 0',
      `--- SIGCHLD {si_signo=SIGCHLD, si_code=${code}, si_pid=101, si_uid=0} ---`,
      'close(2) = 0',
    )
    expect([...signals, ...calls.slice(2)].map((row) => row.tid)).toEqual([left, left])
  })

  test('execve by a thread that another one made: it goes on under the number of that', async () => {
    const { tids } = await threads(
      '[pid 100] clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 101',
      '[pid 101] execve("/bin/true", ["true"] <unfinished ...>',
      '[pid 100] <... futex resumed>) = ?',
      '+++ superseded by execve in pid 101 +++',
      '<... execve resumed>) = 0',
      'close(1) = 0',
    )
    expect(tids).toEqual([100, 100, 100, 100])
  })

  test('where no end was seen, nobody knows', async () => {
    expect((await threads('[pid 101] close(1) = 0', 'close(2) = 0')).tids).toEqual([101, null])
  })

  test('where +++ exited +++ is printed, it alone counts', async () => {
    const { exits, calls } = await readLines(
      '[pid 100] close(1) = 0',
      '[pid 100] exit_group(0 <unfinished ...>',
      '[pid 101] <... read resumed>) = ?',
      '[pid 100] <... exit_group resumed>) = ?',
      '[pid 101] +++ exited with 0 +++',
      '+++ exited with 0 +++',
    )
    expect(exits.map((e) => e.tid)).toEqual([101, 100])
    expect(calls.map((c) => c.tid)).toEqual([100, 101, 100])
  })
})

describe('the thread that began alone', () => {
  test('is the one that no message named', async () => {
    const { tids, first } = await threads(
      'close(1) = 0',
      'clone(flags=SIGCHLDstrace: Process 101 attached',
      ') = 101',
      '[pid 101] close(2) = 0',
      '[pid 100] close(3) = 0',
      '[pid 101] +++ exited with 0 +++',
      'close(4) = 0',
      'clone(flags=SIGCHLDstrace: Process 102 attached',
      ', tidptr=0x1) = 102',
      '[pid 102] close(5) = 0',
    )
    expect(tids).toEqual([null, null, 101, 100, 100, 100, 102])
    expect(first).toEqual({ tid: 100, until: ALWAYS })
  })

  test('goes on with a call that it began alone', async () => {
    const lines = ['close(1) = 0', 'clone(flags=SIGCHLD <unfinished ...>', '[pid 101] close(2) = 0']
    expect((await threads(...lines)).first).toBeUndefined()
    const { tids, first } = await threads(...lines, '[pid 100] <... clone resumed>) = 101')
    expect(tids).toEqual([null, 100, 101])
    expect(first).toEqual({ tid: 100, until: ALWAYS })
  })

  test('is not the only one that no call made: calls may be left out (-q -e trace=clone)', async () => {
    const { tids, first } = await threads('close(1) = 0', 'clone(flags=SIGCHLD) = 101', '[pid 102] close(2) = 0')
    expect(tids).toEqual([null, null, 102])
    expect(first).toBeUndefined()
  })

  test('is not known where numbers are those of another namespace', async () => {
    const { first } = await threads('clone(flags=CLONE_NEWPID) = 101', '[pid 101] fork() = 2', '[pid 102] close(2) = 0')
    expect(first).toBeUndefined()
  })

  test('is not known where no call that makes threads was traced', async () => {
    const { tids, first } = await threads(
      'close(1) = 0',
      '[pid 101] close(2) = 0',
      '--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=101, si_uid=0} ---',
      'close(3) = 0',
      '[pid 102] close(4) = 0',
    )
    expect(tids).toEqual([null, 101, null, 102])
    expect(first).toBeUndefined()
  })

  test('a line of whom it is not certain is not its own', async () => {
    const { tids, first } = await threads(
      'clone(flags=SIGCHLD) = 101',
      '[pid 101] close(2) = 0',
      'close(3) = 0',
      '[pid 100] close(4) = 0',
    )
    expect(tids).toEqual([null, 101, null, 100])
    expect(first).toBeUndefined()
  })

  test('does not come back after its end', async () => {
    const { first } = await threads(
      'close(1) = 0',
      '+++ exited with 0 +++',
      'clone(flags=SIGCHLDstrace: Process 201 attached',
      ') = 201',
      '[pid 200] close(1) = 0',
    )
    expect(first).toBeUndefined()
  })

  test('is the one that strace was told to attach to', async () => {
    const { tids } = await threads('strace: Process 5 attached', 'close(1) = 0')
    expect(tids).toEqual([5])
  })
})

describe('several runs in one file (2>>log)', () => {
  test('threads that strace let go do not come back', async () => {
    const { tids } = await threads(
      'strace: Process 90 attached',
      'read(0, strace: Process 90 detached',
      ' <detached ...>',
      'execve("/bin/sh", ["sh"]) = 0',
      'clone(flags=SIGCHLDstrace: Process 101 attached',
      ') = 101',
      '[pid 101] close(2) = 0',
      '[pid 101] +++ exited with 0 +++',
      'close(3) = 0',
    )
    expect(tids.filter((tid) => tid !== null)).toEqual([90, 101])
  })

  test('what a later run names is not what an earlier one was, though -qq tells no end', async () => {
    const { tids, first } = await threads(
      'close(1) = 0',
      'vfork( <unfinished ...>',
      '[pid 11] exit_group(0) = ?',
      '<... vfork resumed>) = 11',
      'exit_group(0) = ?',
      'close(2) = 0',
      'vfork( <unfinished ...>',
      '[pid 21] close(3) = 0',
      '[pid 20] <... vfork resumed>) = 21',
    )
    expect(tids.slice(0, 2)).toEqual([null, null])
    expect(first).toBeUndefined()
  })

  test('a program that begins ends what was known, where ends are not told', async () => {
    const { tids } = await threads(
      '[pid 100] clone(flags=SIGCHLD) = 101',
      '[pid 101] exit_group(0) = ?',
      'close(1) = 0',
      'execve("/bin/other", ["other"]) = 0',
      'close(2) = 0',
    )
    expect(tids).toEqual([100, 101, 100, 100, null])
  })
})
