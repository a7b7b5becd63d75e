/** Lives of file descriptors in logs of a few lines. */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseOf } from '../open.ts'

const S = 1_700_000_000

/** Lines behind their second: `1 7 close(3) = 0` is thread 7 in second 1. Times come back as seconds. */
async function livesOf(columns: string, ...lines: string[]) {
  const path = join(tmpdir(), `fds-${process.pid}-${Math.random()}.strace`)
  writeFileSync(
    path,
    lines.map((line) => line.replace(/^(\S+) (\d+) /, (_, s, tid) => `${tid} ${S + Number(s)}.000000 `)).join('\n') +
      '\n',
  )
  const db = await databaseOf([path, 'x'])
  rmSync(path)
  const seconds = (name: string) => `(${name} / 1e9 - ${S})::INTEGER AS ${name}`
  const list = columns.split(' ').map((c) => (c.endsWith('_ts') ? seconds(c) : c))
  const rows = await db.query(`SELECT ${list.join(', ')} FROM fds ORDER BY process, fd, life`)
  db.close()
  return rows.map((row) => Object.values(row))
}

test('opened, used and closed: one life; the number comes again: another', async () => {
  const rows = await livesOf(
    'fd life path opened_ts opened_by closed_ts closed_by',
    '1 7 openat(AT_FDCWD, "/dev/dri/card0", O_RDWR) = 5</dev/dri/card0>',
    '2 7 ioctl(5</dev/dri/card0>, DRM_IOCTL_MODE_ATOMIC, 0x1) = 0',
    '3 7 close(5</dev/dri/card0>) = 0',
    '4 7 eventfd2(0, EFD_CLOEXEC) = 5<anon_inode:[eventfd]>',
    '5 7 close(9) = -1 EBADF (Bad file descriptor)',
  )
  expect(rows).toEqual([
    [5, 1, '/dev/dri/card0', 1, 'openat', 3, 'close'],
    [5, 2, 'anon_inode:[eventfd]', 4, 'eventfd2', null, null],
  ])
})

test('the sync_file of an EXPORT: made by it, polled, ready, closed', async () => {
  const rows = await livesOf(
    'fd path opened_ts opened_by first_ts polled_ts ready_ts closed_ts',
    '1 7 ioctl(64</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '2 7 ppoll([{fd=68<anon_inode:sync_file>, events=POLLIN}], 1, NULL, NULL, 8 <unfinished ...>',
    '4 7 <... ppoll resumed>) = 1 ([{fd=68, revents=POLLIN}])',
    '5 7 close(68<anon_inode:sync_file>) = 0',
    '6 7 ioctl(65</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '7 7 poll([{fd=68<anon_inode:sync_file>, events=POLLIN}], 1, 0) = 0 (Timeout)',
  )
  const by = 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'
  expect(rows).toEqual(
    [
      [64, 'dmabuf:', null, null, 1, null, null, null],
      [65, 'dmabuf:', null, null, 6, null, null, null],
      [68, 'anon_inode:sync_file', 1, by, 2, 2, 4, 5],
      [68, 'anon_inode:sync_file', 6, by, 7, 7, null, null],
    ].map((row) => row.map((v) => (v === 'dmabuf:' ? '/dmabuf:' : v))),
  )
})

test('numbers that arrive by message, by pipe and by dup', async () => {
  const rows = await livesOf(
    'fd path opened_ts opened_by closed_by',
    '1 7 recvmsg(11<socket:[6]>, {msg_name=NULL, msg_iov=[{iov_base="x", iov_len=1}], msg_controllen=24, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[57</dmabuf:>, 58<socket:[9]>]}], msg_flags=0}, 0) = 1',
    '2 7 pipe2([6<pipe:[1]>, 8<pipe:[1]>], O_CLOEXEC) = 0',
    '3 7 dup2(6<pipe:[1]>, 57) = 57<pipe:[1]>',
    '4 7 fcntl(8<pipe:[1]>, F_DUPFD_CLOEXEC, 3) = 9<pipe:[1]>',
    '5 7 close_range(6, 8, 0) = 0',
  )
  expect(rows).toEqual([
    [6, 'pipe:[1]', 2, 'pipe2', 'close_range'],
    [8, 'pipe:[1]', 2, 'pipe2', 'close_range'],
    [9, 'pipe:[1]', 4, 'fcntl', null],
    [11, 'socket:[6]', null, null, null],
    [57, '/dmabuf:', 1, 'recvmsg', 'dup2'],
    [57, 'pipe:[1]', 3, 'dup2', null],
    [58, 'socket:[9]', 1, 'recvmsg', null],
  ])
})

test('another path under the same number is another life, even where no close was seen', async () => {
  const rows = await livesOf(
    'fd life path first_ts',
    '1 7 write(5<anon_inode:[eventfd]>, "1", 1) = 1',
    '2 7 write(5<anon_inode:[eventfd]>, "1", 1) = 1',
    '3 7 read(5</tmp/a>, "1", 1) = 1',
    '4 7 read(5</tmp/a (deleted)>, "1", 1) = 1',
  )
  expect(rows).toEqual([
    [5, 1, 'anon_inode:[eventfd]', 1],
    [5, 2, '/tmp/a', 3],
  ])
})

test('a forked process has numbers of its own; a thread has not', async () => {
  const rows = await livesOf(
    'process fd opened_tid closed_tid',
    '1 7 openat(AT_FDCWD, "/a", O_RDONLY) = 3</a>',
    '2 7 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 8',
    '3 7 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_THREAD}, 88) = 9',
    '4 8 close(3</a>) = 0',
    '5 9 close(3</a>) = 0',
  )
  expect(rows).toEqual([
    [8, 3, null, 8],
    [null, 3, 7, 9],
  ])
})

test('ftrace: numbers and closes, no paths', async () => {
  const calls = [
    ['7', 'openat(dfd: ffffff9c, filename: 7ffe00, flags: 0, mode: 0)', '0x5'],
    ['7', 'close(fd: 5)', '0x0'],
    ['7', 'close(fd: 5)', '0xfffffffffffffff7'],
    ['7', 'signalfd4(ufd: ffffffff, user_mask: 7ffe00, sizemask: 8, flags: 0)', '0x9'],
    ['7', 'eventfd2(count: 0, flags: 0)', '0x5'],
    ['8', 'close(fd: 6)', '0x0'],
    ['8', 'openat(dfd: ffffff9c, filename: 7ffe00, flags: 0, mode: 0)', '0xfffffffffffffffe'],
  ]
  const lines = calls.flatMap(([tid, call = '', ret], i) => [
    `kwin-${tid} [000] ..... ${100 + i}.000000: sys_${call}`,
    `kwin-${tid} [000] ..... ${100 + i}.000001: sys_${call.split('(')[0]} -> ${ret}`,
  ])
  const path = join(tmpdir(), `fds-${process.pid}-traced.txt`)
  writeFileSync(path, `# tracer: nop\n#\n${lines.join('\n')}\n`)
  const db = await databaseOf([path, 'x'])
  rmSync(path)
  const rows = await db.query(`
    SELECT fd, life, path, opened_ts // 1000000000 AS opened, opened_by, closed_ts // 1000000000 AS closed, closed_by, closed_tid, source
    FROM fds ORDER BY fd, life`)
  db.close()
  expect(rows.map((row) => Object.values(row))).toEqual([
    [5, 1, null, 100, 'openat', 101, 'close', 7, 'syscalls'],
    [5, 2, null, 104, 'eventfd2', null, null, null, 'syscalls'],
    [6, 1, null, null, null, 105, 'close', 8, 'syscalls'],
  ])
})

test('a sync_file that is first used to merge it: of the export before; what the merge returned is another', async () => {
  const rows = await livesOf(
    'fd opened_by opened_seq',
    '1 7 ioctl(64</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '2 7 ioctl(68<anon_inode:sync_file>, SYNC_IOC_MERGE, 0x7ffc) = 0',
    '3 7 ioctl(69<anon_inode:sync_file>, SYNC_IOC_SET_DEADLINE, 0x7ffc) = 0',
    '4 7 ioctl(70<anon_inode:sync_file>, SYNC_IOC_MERGE, 0x7ffc) = 0',
  )
  expect(rows).toEqual([
    [64, null, null],
    [68, 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE', 1],
    [69, 'SYNC_IOC_MERGE', 2],
    [70, null, null],
  ])
})

test('two exports outstanding: the first use takes the later one, the earlier one keeps waiting', async () => {
  const rows = await livesOf(
    'fd opened_seq ready_seq',
    '1 7 ioctl(64</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '2 7 ioctl(65</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '3 7 ioctl(69<anon_inode:sync_file>, SYNC_IOC_SET_DEADLINE, 0x7ffc) = 0',
    '4 7 poll([{fd=68<anon_inode:sync_file>, events=POLLIN}], 1, 100) = 1 ([{fd=68, revents=POLLIN}])',
    '5 7 close(68<anon_inode:sync_file>) = 0',
    '6 7 close(70<anon_inode:sync_file>) = 0',
  )
  expect(rows).toEqual([
    [64, null, null],
    [65, null, null],
    [68, 1, 4],
    [69, 2, null],
    [70, null, null],
  ])
})

test('two exports first used by one poll: the lower number is the earlier one', async () => {
  const rows = await livesOf(
    'fd opened_seq',
    '1 7 ioctl(64</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '2 7 ioctl(65</dmabuf:>, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, 0x7ffc) = 0',
    '3 7 poll([{fd=69<anon_inode:sync_file>, events=POLLIN}, {fd=68<anon_inode:sync_file>, events=POLLIN}], 2, 0) = 0 (Timeout)',
  )
  expect(rows.slice(2)).toEqual([
    [68, 1],
    [69, 2],
  ])
})

test('close_range and dup2 close what was seen open, in their own process only', async () => {
  const rows = await livesOf(
    'process fd life opened_by closed_ts closed_by',
    '1 7 openat(AT_FDCWD, "/a", O_RDONLY) = 3',
    '2 7 fork() = 8',
    '3 8 close_range(3, 4294967295, 0) = 0',
    '4 8 openat(AT_FDCWD, "/b", O_RDONLY) = 4',
    '5 8 dup2(4, 1) = 1',
    '6 8 close_range(first=0x4, last=0xffffffff, flags=0) = 0',
    '7 8 close_range(4, 4294967295, 0) = 0',
    '8 8 openat(AT_FDCWD, "/c", O_RDONLY) = 4',
    '9 8 close_range(4, 4294967295, CLOSE_RANGE_CLOEXEC) = 0',
    '10 8 close_range(99999999999999999999, 4294967295, 0) = 0',
    '11 8 close_range(ff, 4294967295, 0) = 0',
  )
  expect(rows).toEqual([
    [8, 1, 1, 'dup2', null, null],
    [8, 4, 1, 'openat', 6, 'close_range'],
    [8, 4, 2, 'openat', null, null],
    [null, 3, 1, 'openat', null, null],
  ])
})

test('what makes numbers, and what only looks like it', async () => {
  const rows = await livesOf(
    'fd life path opened_by',
    '1 7 signalfd4(-1, [USR1], 8, SFD_CLOEXEC) = 3<signalfd:[USR1]>',
    '2 7 signalfd4(3<signalfd:[USR1]>, [USR1 USR2], 8, 0) = 3<signalfd:[USR1 USR2]>',
    '3 7 read(3<signalfd:[USR1 USR2]>, "", 128) = -1 EAGAIN (Resource temporarily unavailable)',
    '4 7 fcntl(3<signalfd:[USR1 USR2]>, F_DUPFD_QUERY, 4) = 0',
    '5 7 fcntl(3<signalfd:[USR1 USR2]>, 0x406, 0x4) = 4<signalfd:[USR1 USR2]>',
    '6 7 dup2(4<signalfd:[USR1 USR2]>, 4<signalfd:[USR1 USR2]>) = 4<signalfd:[USR1 USR2]>',
  )
  expect(rows).toEqual([
    [3, 1, 'signalfd:[USR1]', 'signalfd4'],
    [4, 1, 'signalfd:[USR1 USR2]', 'fcntl'],
  ])
})

test('numbers in arguments behind which strace prints more than a path', async () => {
  const message = (type: string) =>
    `recvmsg(11, {msg_control=[{cmsg_len=24, ${type}, cmsg_data=[5</memfd:a>(deleted), 6</dev/dri/card0<char 226:0>>]}], msg_flags=0}, 0) = 1`
  const rows = await livesOf(
    'fd life path opened_by',
    '1 7 socketpair(AF_UNIX, SOCK_STREAM, 0, [3<UNIX-STREAM:[1->2]>, 4<UNIX-STREAM:[2->1]>]) = 0',
    `2 7 ${message('cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS')}`,
    `3 7 ${message('cmsg_level=0x1, cmsg_type=0x1')}`,
    `4 7 ${message('cmsg_level=0x1 /* SOL_SOCKET */, cmsg_type=0x1 /* SCM_RIGHTS */')}`,
    `5 7 ${message('cmsg_level=SOL_IP, cmsg_type=0x1 /* IP_TOS */')}`,
    '6 7 pipe2([7<pipe:[5]> [a_t:s0:c1,c2], 8<pipe:[5]> [a_t:s0:c1,c2]], O_CLOEXEC) = 0',
    '7 7 pipe2([9 [a_t], 10 [a_t]], O_CLOEXEC) = 0',
  )
  expect(rows).toEqual([
    [3, 1, 'UNIX-STREAM:[1->2]', 'socketpair'],
    [4, 1, 'UNIX-STREAM:[2->1]', 'socketpair'],
    ...[5, 6].flatMap((fd) =>
      [1, 2, 3].map((life) => [fd, life, fd === 5 ? '/memfd:a' : '/dev/dri/card0<char 226:0>', 'recvmsg']),
    ),
    [7, 1, 'pipe:[5]', 'pipe2'],
    [8, 1, 'pipe:[5]', 'pipe2'],
    [9, 1, null, 'pipe2'],
    [10, 1, null, 'pipe2'],
  ])
})

test('strace -X raw: a clone that shares its numbers is told by the flag', async () => {
  const rows = await livesOf(
    'process fd closed_tid',
    '1 7 openat(0xffffff9c, "/a", 0) = 3',
    '2 7 clone(child_stack=0x7f, flags=0x3d0f00) = 8',
    '3 7 clone(child_stack=NULL, flags=0x1200011) = 9',
    '4 8 close(3) = 0',
    '5 9 close(4) = 0',
  )
  expect(rows).toEqual([
    [9, 4, 9],
    [null, 3, 8],
  ])
})
