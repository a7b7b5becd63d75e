/** What poll, select and epoll_wait waited for. */
import { expect, test } from 'vitest'
import { readCall, readLines } from './strace-read.ts'

test('poll: which are ready', async () => {
  const { ready } = await readLines(
    '7 1700000000.000001 poll([{fd=3</dmabuf:>, events=POLLIN}, {fd=-1}, {fd=5, events=POLLIN|POLLOUT}], 3, 1500) = 1 ([{fd=5, revents=POLLOUT}])',
  )
  const common = {
    ts: 1_700_000_000_000_001_000n,
    seq: 1n,
    tid: 7,
    name: 'poll',
    data: null,
    timeout_ns: 1_500_000_000n,
    ret: 1n,
  }
  expect(ready).toEqual([
    { ...common, fd: 3, fd_path: '/dmabuf:', events: 'POLLIN', revents: null },
    { ...common, fd: 5, fd_path: null, events: 'POLLIN|POLLOUT', revents: 'POLLOUT' },
  ])
})

test.each([
  ['poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)', { timeout_ns: 0n, ret: 0n, revents: null }],
  ['poll([{fd=3, events=POLLIN}], 1, -1) = -1 EINTR (Interrupted)', { timeout_ns: null, ret: -1n, revents: null }],
  ['ppoll([{fd=3, events=POLLIN}], 1, NULL, NULL, 8) = ? ERESTARTNOHAND (..)', { timeout_ns: null, ret: null }],
  [
    'ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=1, tv_nsec=5}, NULL, 8) = 1 ([{fd=3, revents=POLLIN}], left {tv_sec=0, tv_nsec=9})',
    { timeout_ns: 1_000_000_005n, ret: 1n, revents: 'POLLIN' },
  ],
  [
    'poll([{fd=3, events=0x1}], 1, 7) = 1 ([{fd=3, revents=0x1}])',
    { events: '0x1', revents: '0x1', timeout_ns: 7_000_000n },
  ],
  ['poll(fds=[{fd=3, events=POLLIN}], nfds=1, timeout=7) = 0 (Timeout)', { events: 'POLLIN', timeout_ns: 7_000_000n }],
])('%s', async (line, expected) => {
  expect((await readLines(line)).ready).toMatchObject([{ fd: 3, ...expected }])
})

test('the fd of a call that polls one', async () => {
  expect(await readCall('poll([{fd=66</dmabuf:>, events=POLLIN}], 1, 0) = 0 (Timeout)')).toMatchObject({
    fd: 66,
    fd_path: '/dmabuf:',
  })
  expect(await readCall('poll([{fd=6, events=POLLIN}, {fd=7, events=POLLIN}], 2, 0) = 0 (Timeout)')).toMatchObject({
    fd: null,
  })
})

test('a split poll, and one that never returns', async () => {
  const { ready } = await readLines(
    '1 ppoll([{fd=3<anon_inode:sync_file>, events=POLLIN}], 1, NULL, NULL, 8 <unfinished ...>',
    '1 <... ppoll resumed>) = 1 ([{fd=3, revents=POLLIN}])',
    '1 poll([{fd=4, events=POLLIN}], 1, 5 <unfinished ...>',
  )
  expect(ready).toMatchObject([
    { seq: 1n, fd: 3, fd_path: 'anon_inode:sync_file', revents: 'POLLIN', ret: 1n },
    { seq: 3n, fd: 4, revents: null, timeout_ns: 5_000_000n, ret: null },
  ])
})

test('select', async () => {
  const { ready } = await readLines(
    'pselect6(9, [3</a]b> 4], [5], NULL, {tv_sec=0, tv_nsec=9}, {NULL, 8}) = 2 (in [4], out [5], left {tv_sec=0, tv_nsec=1})',
    'select(4, [3], NULL, NULL, {tv_sec=0, tv_usec=9}) = 0 (Timeout)',
  )
  expect(ready).toMatchObject([
    { fd: 3, fd_path: '/a]b', events: 'in', revents: null, timeout_ns: 9n },
    { fd: 4, events: 'in', revents: 'in', ret: 2n },
    { fd: 5, events: 'out', revents: 'out' },
    { fd: 3, events: 'in', revents: null, timeout_ns: 9000n, ret: 0n },
  ])
})

test('what strace prints behind file descriptors: (deleted) from 5.19 on, [context] of --secontext', async () => {
  const { ready } = await readLines(
    'poll([{fd=3</memfd:a->(deleted), events=POLLIN}, {fd=4 [tmpfs_t], events=POLLIN}], 2, 7) = 1 ([{fd=4, revents=POLLIN}])',
    'select(12, [5</a>(deleted) 6</b>(deleted) [u:r:t:s0] 9 [t]], [7 [t]], NULL, NULL) = 2 (in [9], out [7])',
    'epoll_wait(12</e>(deleted) [t], [{events=EPOLLIN, data=1}], 32, 5) = 1',
  )
  expect(ready).toMatchObject([
    { fd: 3, fd_path: '/memfd:a-', events: 'POLLIN', revents: null, timeout_ns: 7_000_000n },
    { fd: 4, fd_path: null, events: 'POLLIN', revents: 'POLLIN' },
    { fd: 5, fd_path: '/a', revents: null },
    { fd: 6, fd_path: '/b', revents: null },
    { fd: 9, revents: 'in' },
    { fd: 7, revents: 'out' },
    { fd: 12, fd_path: '/e', revents: 'EPOLLIN', data: '1', timeout_ns: 5_000_000n },
  ])
})

test('poll: an answer is for the entry that asked for it, where a file descriptor has two', async () => {
  const polled = '{fd=3, events=POLLIN}, {fd=3, events=POLLOUT}'
  const { ready } = await readLines(
    `poll([${polled}], 2, -1) = 1 ([{fd=3, revents=POLLOUT}])`,
    `poll([${polled}], 2, -1) = 2 ([{fd=3, revents=POLLIN|POLLHUP}, {fd=3, revents=POLLHUP}])`,
    'poll([{fd=3, events=0x1}], 1, -1) = 1 ([{fd=3, revents=0x11}])',
  )
  expect(ready.map((r) => r.revents)).toEqual([null, 'POLLOUT', 'POLLIN|POLLHUP', 'POLLHUP', '0x11'])
})

test.each([
  ['POLLIN', 'POLLOUT', 'POLLHUP|POLLERR|POLLNVAL', ['POLLHUP|POLLERR|POLLNVAL', 'POLLOUT']],
  ['0', 'POLLIN', 'POLLIN', [null, 'POLLIN']],
  ['0x1', '0x4', '0x14', [null, '0x14']],
  ['0x1 /* POLLIN */', '0x4 /* POLLOUT */', '0x4 /* POLLOUT */', [null, '0x4 /* POLLOUT */']],
  ['POLLIN', 'POLLIN|0x4000', 'POLLIN|0x4000', [null, 'POLLIN|0x4000']],
  ['POLLIN', 'POLLIN', 'POLLOUT|POLL_BUSY_LOOP', ['POLLOUT|POLL_BUSY_LOOP', null]],
])('poll: entries of one fd that ask for %s and %s, answered by %s', async (first, second, answer, expected) => {
  const another = '{fd=4, revents=POLLIN}'
  const more = expected.includes('POLLOUT') ? '{fd=3, revents=POLLOUT}, ' : ''
  const { ready } = await readLines(
    `poll([{fd=3, events=${first}}, {fd=3, events=${second}}, {fd=4, events=POLLIN}], 3, -1) = 2 ([{fd=3, revents=${answer}}, ${more}${another}])`,
  )
  expect(ready.map((r) => r.revents)).toEqual([...expected, 'POLLIN'])
})

test('poll: answers of entries that strace did not print change nothing', async () => {
  const polled = '{fd=3, events=POLLIN}, {fd=3, events=POLLOUT}, ...'
  const { ready } = await readLines(
    `poll([${polled}], 9, -1) = 2 ([{fd=3, revents=POLLOUT}, {fd=9, revents=POLLIN}, ...])`,
  )
  expect(ready.map((r) => r.revents)).toEqual([null, 'POLLOUT'])
})

test('-e raw=epoll_wait', async () => {
  const { ready } = await readLines('epoll_wait(0xc, 0x7ffe, 0x20, 0xffffffff) = 0x1')
  expect(ready).toMatchObject([{ fd: 12, revents: null, timeout_ns: null }])
})

test('epoll_wait: a row per event, or one for none', async () => {
  const { ready } = await readLines(
    'epoll_wait(12<anon_inode:[eventpoll]>, [{events=EPOLLIN, data=0x55}, {events=EPOLLOUT|EPOLLHUP, data={u32=1, u64=2}}], 32, -1) = 2',
    'epoll_pwait2(12, [], 32, {tv_sec=1, tv_nsec=0}, NULL, 8) = 0',
  )
  expect(ready).toMatchObject([
    { fd: 12, fd_path: 'anon_inode:[eventpoll]', events: null, revents: 'EPOLLIN', data: '0x55', timeout_ns: null },
    { fd: 12, revents: 'EPOLLOUT|EPOLLHUP', data: '{u32=1, u64=2}', ret: 2n },
    { fd: 12, revents: null, data: null, timeout_ns: 1_000_000_000n, ret: 0n },
  ])
})
