/** Calls on several lines. */
import { expect, test } from 'vitest'
import { linesAccounted, readLines } from './strace-read.ts'

const S = 1_000_000_000n

test('unfinished and resumed are one call, written when it ends', async () => {
  const { calls, skips } = await readLines(
    '1 1700000000.000000 read(3,  <unfinished ...>',
    '2 1700000001.000000 close(4) = 0',
    '1 1700000002.000000 <... read resumed>"x", 10) = 1 <2.000000>',
  )
  expect(calls).toMatchObject([
    { name: 'close', seq: 2n, was_split: 0, end_ts: null },
    { name: 'read', tid: 1, seq: 1n, was_split: 1, args: '3, "x", 10', fd: 3, ret: 1n, state: 'complete' },
  ])
  expect(calls[1]).toMatchObject({ ts: 1_700_000_000n * S, end_ts: 1_700_000_002n * S, dur: 2n * S })
  expect(skips).toEqual({ 'resumed line, joined with its call': 1 })
})

test('without -T the time between the lines is not the duration', async () => {
  const { calls } = await readLines(
    '1 1700000000.000000 close(3 <unfinished ...>',
    '1 1700000002.000000 <... close resumed>) = 0',
  )
  expect(calls).toMatchObject([{ dur: null, end_ts: 1_700_000_002n * S }])
})

test.each([
  ['<... poll resumed>) = 1', '[], 0, 5'],
  ['<... poll resumed> ) = 1', '[], 0, 5'],
  ['<... poll resumed>)       = 1', '[], 0, 5'],
])('spelling %s', async (resumed, args) => {
  const { calls } = await readLines('1 poll([], 0, 5 <unfinished ...>', `1 ${resumed}`)
  expect(calls).toMatchObject([{ args: args === '[], 0, 5' ? expect.stringMatching(/^\[\], 0, 5 ?$/) : args, ret: 1n }])
})

test('resumed and unfinished again', async () => {
  const { calls } = await readLines(
    '1 epoll_wait(4, <unfinished ...>',
    '1 <... epoll_wait resumed> {}, 64, 100 <unfinished ...>',
    '1 <... epoll_wait resumed> {}, 64, 100) = 1',
  )
  expect(calls).toMatchObject([{ args: '4, {}, 64, 100', ret: 1n, seq: 1n }])
})

test('restart_syscall', async () => {
  const { calls } = await readLines(
    '1 restart_syscall(<... resuming interrupted poll ...> <unfinished ...>',
    '1 <... restart_syscall resumed>) = 0',
    '1 restart_syscall(<... resuming interrupted futex ...>) = -1 ETIMEDOUT (Timed out)',
  )
  expect(calls).toMatchObject([
    { name: 'restart_syscall', args: '<... resuming interrupted poll ...>', ret: 0n },
    { args: '<... resuming interrupted futex ...>', error: 'ETIMEDOUT' },
  ])
})

test('calls that never return', async () => {
  const { calls } = await readLines(
    '1 read(3,  <unfinished ...>',
    '2 read(4,  <unfinished ...>',
    '3 exit(0 <unfinished ...>',
    '4 read(5, <unfinished ...>) = ?',
    '1 +++ killed by SIGKILL +++',
    '2 read(6, <detached ...>',
  )
  expect(calls.map((c) => [c.tid, c.args, c.state, c.ret])).toEqual([
    [4, '5,', 'unfinished', null],
    [1, '3, ', 'unfinished', null],
    [2, '4, ', 'unfinished', null],
    [2, '6,', 'unfinished', null],
    [3, '0', 'unfinished', null],
  ])
})

test('a call that began before the log has no start', async () => {
  const { calls } = await readLines('1 1700000002.000000 <... futex resumed>) = 0 <9.000000>')
  expect(calls).toMatchObject([
    { name: 'futex', args: '', state: 'resumed', ts: null, end_ts: 1_700_000_002n * S, dur: 9n * S, seq: 1n },
  ])
})

test('a call begins without [pid N] and ends with it, and the reverse', async () => {
  const { calls } = await readLines(
    'clone(flags=SIGCHLD <unfinished ...>',
    '[pid 11] close(1 <unfinished ...>',
    '[pid 10] <... clone resumed>) = 11',
    '[pid 10] +++ exited with 0 +++',
    '<... close resumed>) = 0',
  )
  expect(calls.map((c) => [c.name, c.tid, c.state])).toEqual([
    ['clone', 10, 'complete'],
    ['close', 11, 'complete'],
  ])
})

test('execve by another thread goes on under the first one', async () => {
  const { calls, skips } = await readLines(
    '10 futex(0x1, FUTEX_WAIT <unfinished ...>',
    '11 execve("/bin/x", ["x"], 0x1 <pid changed to 10 ...>',
    '10 +++ superseded by execve in pid 11 +++',
    '10 <... execve resumed>) = 0',
  )
  expect(calls.map((c) => [c.name, c.tid, c.state])).toEqual([
    ['futex', 10, 'unfinished'],
    ['execve', 10, 'complete'],
  ])
  expect(skips).toMatchObject({ 'thread superseded by execve': 1 })
})

test('a message of strace inside of a call', async () => {
  const log = await readLines(
    'clone(child_stack=NULL, flags=SIGCHLDstrace: Process 11 attached',
    ', child_tidptr=0x7f) = 11',
    'clone(flags=SIGCHLD/usr/bin/strace: Process 12 attached',
    ' <unfinished ...>',
    '[pid 10] <... clone resumed>) = 12',
  )
  expect(log.calls).toMatchObject([
    { args: 'child_stack=NULL, flags=SIGCHLD, child_tidptr=0x7f', ret: 11n, seq: 1n },
    { args: 'flags=SIGCHLD', ret: 12n, seq: 3n },
  ])
  expect(log.problems).toEqual([])
  expect(linesAccounted(log)).toBe(5)
})

test('messages inside of calls as strace before 4.11 prints them', async () => {
  const log = await readLines(
    'clone(Process 11 attached (waiting for parent)',
    'Process 11 resumed (parent 10 ready)',
    'child_stack=0, flags=SIGCHLD) = 11',
    '[pid 10] clone(flags=CLONE_THREADProcess 12 attached',
    ', parent_tidptr=0x7f) = 12',
    '[pid 10] wait4(-1, Process 10 suspended',
    ' <unfinished ...>',
    '[pid 12] write(1, "Process 13 attached", 19Process 14 attached',
    ') = 19',
    '[pid 10] <... wait4 resumed> NULL, 0, NULL) = 11',
    ...[10, 12, 14].map((tid) => `[pid ${tid}] +++ exited with 0 +++`),
    'close(3) = 0',
  )
  expect(log.calls.map((c) => [c.tid, c.args])).toEqual([
    [null, 'child_stack=0, flags=SIGCHLD'],
    [10, 'flags=CLONE_THREAD, parent_tidptr=0x7f'],
    [12, '1, "Process 13 attached", 19'],
    [10, '-1, NULL, 0, NULL'],
    // Of the threads that were attached only this one is left.
    [11, '3'],
  ])
  expect(log.problems).toEqual([])
  expect(linesAccounted(log)).toBe(14)
})

test('output of the traced program inside of a call and before one', async () => {
  const log = await readLines(
    'write(1, "a\\nb\\n", 4a',
    'b',
    ') = 4',
    '[pid 11] write(1, "c", 1 <unfinished ...>',
    'c[pid 11] <... write resumed>) = 1',
  )
  expect(log.calls).toMatchObject([
    { name: 'write', ret: 4n, seq: 1n },
    { name: 'write', ret: 1n, seq: 4n },
  ])
  expect(linesAccounted(log)).toBe(5)
})

test.each(['<Cannot restart pid 1 with ptrace(PTRACE_SYSCALL): No such process>', '<ptrace(SYSCALL):No such process>'])(
  'a thread that cannot be restarted: %s',
  async (mark) => {
    const { calls, problems } = await readLines(`1 poll([], 0, 5 ${mark}`, '2 close(3) = 0')
    expect(calls).toMatchObject([
      { name: 'close', state: 'complete' },
      { name: 'poll', args: '[], 0, 5', ret: null },
    ])
    expect(problems).toEqual([])
  },
)

test('a stack behind a call that is cut by detaching', async () => {
  const { calls, skips } = await readLines(
    '1 poll([], 0, 5 > /lib/libc.so.6(+0x0) [0x9cefe]',
    ' > /lib/libc.so.6(+0x0) [0x9]',
  )
  expect(calls).toMatchObject([{ args: '[], 0, 5', state: 'unfinished' }])
  expect(skips).toEqual({ 'stack line': 1 })
})
