/** Calls on one line: arguments, results, signals, exits. */
import { describe, expect, test } from 'vitest'
import { readCall, readLines } from './strace-read.ts'

describe('result', () => {
  test.each([
    ['close(3) = 0', { ret: 0n, ret_text: null, error: null }],
    ['mmap(NULL, 8) = 0x7fdfc833a000', { ret: 0x7fdfc833a000n }],
    ['mmap(NULL, 8) = 0xffffffffff600000', { ret: -0xa00000n }],
    ['lseek(3, 0, SEEK_END) = 9007199254740993', { ret: 9007199254740993n }],
    ['umask(022) = 027', { ret: 0o27n }],
    ['exit_group(0)                     = ?', { ret: null, error: null, state: 'complete' }],
    ['read(3, "", 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)', { ret: null, error: 'ERESTARTSYS' }],
    ['read(3, "", 1) = ? <unavailable>', { ret: null, ret_text: '<unavailable>' }],
    ['read(3, 0x1, 1) = -1 EAGAIN (Die Ressource ist (noch) belegt)', { ret: -1n, error: 'EAGAIN' }],
    ['poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)', { ret: 0n, ret_text: 'Timeout' }],
    ['fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)', { ret: 1n, ret_text: 'flags FD_CLOEXEC' }],
    ['dup(3</a>) = 4</a b>', { ret: 4n, ret_path: '/a b', ret_text: null }],
    ['memfd_create("a", 0) = 4</memfd:a>(deleted)', { ret: 4n, ret_path: '/memfd:a', ret_text: null }],
    ['dup(3) = 4</a>(deleted) [t] <0.000012>', { ret: 4n, ret_path: '/a', ret_text: '[t]', dur: 12_000n }],
    ['dup(3) = 4</x) = 5>', { ret: 4n, ret_path: '/x) = 5' }],
    ['getpid() = 486<kwin_wayland>', { ret: 486n, ret_path: null, ret_text: 'kwin_wayland' }],
    [
      "vfork() = 3 /* 29914 in strace's PID NS */ <0.000012>",
      { ret: 29914n, ret_text: "3 /* 29914 in strace's PID NS */", dur: 12_000n },
    ],
    [
      "getpid() = 1<sh> /* 29912 in strace's PID NS */",
      { ret: 29912n, ret_path: null, ret_text: "1<sh> /* 29912 in strace's PID NS */" },
    ],
    ['close(3) = 0 (INJECTED) (DELAYED)', { ret: 0n, ret_text: '(INJECTED) (DELAYED)' }],
    ['close(3) = 0 <0.000012>', { ret: 0n, dur: 12_000n }],
    ['close(3) = 0 <1.000000012>', { dur: 1_000_000_012n }],
    ['close(3) = 0', { dur: null }],
  ])('%s', async (line, expected) => {
    expect(await readCall(line)).toMatchObject(expected)
  })
})

describe('arguments', () => {
  test.each([
    ['write(1, "a) = 5", 6) = 6', { args: '1, "a) = 5", 6', fd: 1, ret: 6n }],
    ['openat(AT_FDCWD, "<unknown>", O_RDONLY) = -1 ENOENT (No)', { args: 'AT_FDCWD, "<unknown>", O_RDONLY', fd: null }],
    ['getpid() = 1', { args: '', name: 'getpid' }],
    ['write(1</a>, "\\"\\\\"..., 9) = 9', { args: '1</a>, "\\"\\\\"..., 9', fd_path: '/a' }],
    ['kill(486, SIGTERM) = 0', { fd: null }],
    ["kill(1 /* 486 in strace's PID NS */, 0) = 0", { args: "1 /* 486 in strace's PID NS */, 0", ret: 0n }],
    ['read(19</dev/dri/card0<char 226:0>>, "", 1) = 0', { fd: 19, fd_path: '/dev/dri/card0<char 226:0>' }],
    ['close(5<UNIX-STREAM:[1->2,"/run/x"]>) = 0', { fd: 5, fd_path: 'UNIX-STREAM:[1->2,"/run/x"]' }],
    ['close(5</tmp/a->) = 0', { fd: 5, fd_path: '/tmp/a-' }],
    ['close(0x1f) = 0', { fd: 31 }],
    ['openat(0xffffff9c, 0x7ffe, 0) = 0x3', { fd: null, ret: 3n }],
    ['read(5</a>(deleted), "", 1) = 0', { fd: 5, fd_path: '/a' }],
    ['syscall_0x1b5(0x1, 0x2) = -1 ENOSYS (Function not implemented)', { name: 'syscall_0x1b5', error: 'ENOSYS' }],
    ['write(1, "\u00e9", 2) = 2', { args: '1, "\u00e9", 2' }],
  ])('%s', async (line, expected) => {
    expect(await readCall(line)).toMatchObject(expected)
  })

  test.each([
    ['ioctl(19</dev/dri/card0>, DRM_IOCTL_MODE_ATOMIC, 0x7ff) = 0', 'DRM_IOCTL_MODE_ATOMIC'],
    [
      'ioctl(19, DRM_IOCTL_AMDGPU_CTX or DRM_IOCTL_MSM_GEM_NEW, 0x7ff) = 0',
      'DRM_IOCTL_AMDGPU_CTX or DRM_IOCTL_MSM_GEM_NEW',
    ],
    [
      'ioctl(19, _IOC(_IOC_READ|_IOC_WRITE, 0x64, 0xbc, 0x38), 0x7ff) = 0',
      '_IOC(_IOC_READ|_IOC_WRITE, 0x64, 0xbc, 0x38)',
    ],
    ['ioctl(19, 0xc03864bc, 0x7ff) = 0', '0xc03864bc'],
    ['ioctl(19, 0xc03864bc /* DRM_IOCTL_MODE_ATOMIC */, 0x7ff) = 0', '0xc03864bc /* DRM_IOCTL_MODE_ATOMIC */'],
    ['ioctl(fd=19, cmd=FIONREAD, arg=[1]) = 0', 'FIONREAD'],
    ['ioctl(19, SYNC_IOC_X) = 0', 'SYNC_IOC_X'],
    ['ioctl(0x13, 0x5401, 0x7ff) = 0', '0x5401'],
    ['ioctl(19</a>(deleted), UDMABUF_CREATE, 0x7ff) = 9', 'UDMABUF_CREATE'],
    ['ioctl(19</a> [u:r:t:s0-s0:c0,c5], FIONREAD, [1]) = 0', 'FIONREAD'],
    ['ioctl(19 [t], FIONREAD, [1]) = 0', 'FIONREAD'],
  ])('request of %s', async (line, request) => {
    expect(await readCall(line)).toMatchObject({ fd: 19, request })
  })
})

test('signals and stops', async () => {
  const { signals } = await readLines(
    '5 1700000000.000001 --- SIGCHLD {si_signo=SIGCHLD, si_pid=7} ---',
    '5 1700000000.000002 --- stopped by SIGSTOP ---',
    '--- SIGRT_1 (Real-time signal 1) @ 0 (0) ---',
  )
  expect(signals).toEqual([
    { ts: 1_700_000_000_000_001_000n, tid: 5, seq: 1n, signal: 'SIGCHLD', detail: '{si_signo=SIGCHLD, si_pid=7}' },
    { ts: 1_700_000_000_000_002_000n, tid: 5, seq: 2n, signal: 'SIGSTOP', detail: 'stopped' },
    { ts: null, tid: null, seq: 3n, signal: 'SIGRT_1', detail: '(Real-time signal 1) @ 0 (0)' },
  ])
})

test('exits', async () => {
  const { exits } = await readLines(
    '5 +++ exited with 3 +++',
    '6 +++ killed by SIGSEGV (core dumped) +++',
    '+++ killed by SIGKILL +++',
  )
  expect(exits).toEqual([
    { ts: null, tid: 5, seq: 1n, status: 3, signal: null },
    { ts: null, tid: 6, seq: 2n, status: null, signal: 'SIGSEGV' },
    { ts: null, tid: null, seq: 3n, status: null, signal: 'SIGKILL' },
  ])
})

test('what is no call is skipped with a reason', async () => {
  const { calls, problems, skips } = await readLines(
    'strace: Process 5 attached with 3 threads',
    '/data/bin/strace: Process 6 detached',
    'Process 7 resumed',
    'strace: [wait(0x8004) = 7] warning',
    '5 [ Process PID=5 runs in 32 bit mode. ]',
    'close(3) = 0',
    ' > /usr/lib/libc.so.6(ppoll+0x3e) [0x10649e]',
    ' | 00000  7f 45 4c 46                                       .ELF             |',
    ' * 4 bytes in buffer 0',
    '',
  )
  expect(calls).toHaveLength(1)
  expect(problems).toEqual([])
  expect(skips).toEqual({
    'attach message': 3,
    'message of strace': 1,
    'personality message': 1,
    'stack line, kept with its call': 1,
    'data dump': 2,
    'empty line': 1,
  })
})

test('a line of something else is a problem with its number and its text', async () => {
  const { calls, problems } = await readLines('close(3) = 0', 'no\tcall\x1b[2J')
  expect(calls).toHaveLength(1)
  expect(problems).toMatchObject([{ kind: 'unparsed-line', at: 'line 2', skipped: 1 }])
  expect(problems[0]?.detail).toContain('no\\x09call\\x1b[2J')
})
