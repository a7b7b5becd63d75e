/** What is known of system calls by their name. */
import { latin1 } from '../text/source.ts'
import type { TextIds } from '../text/text-ids.ts'

export type PollKind = 'poll' | 'ppoll' | 'select' | 'pselect' | 'epoll' | 'epoll2'

export interface Syscall {
  /** Id of the name. */
  readonly id: number
  /** The first argument is a file descriptor (or a directory's, or AT_FDCWD). */
  readonly fdFirst: boolean
  /** The second argument says what is asked. */
  readonly ioctl: boolean
  /** It waits for file descriptors. */
  readonly poll: PollKind | undefined
  /** It returns a process or thread, which --decode-pids=comm prints like a file descriptor with its path. */
  readonly returnsPid: boolean
  /** It returns a thread that it made. */
  readonly makesThread: boolean
  /** All threads of the process end with it. */
  readonly endsProcess: boolean
  /** It puts another program into the process, of which one thread is left. */
  readonly executes: boolean
  /** Unfinished calls of it, and the sum of their threads' ids: of one call it is that thread's. */
  unfinished: number
  unfinishedTids: number
}

const FD_FIRST = new Set(
  `accept accept4 bind cachestat close connect copy_file_range dup dup2 dup3 epoll_ctl epoll_ctl_old epoll_pwait
  epoll_pwait2 epoll_wait epoll_wait_old execveat faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark
  fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr file_getattr
  file_setattr finit_module flistxattr flock fremovexattr fsconfig fsetxattr fsmount fspick fstat fstat64 fstatat64
  fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getdents getdents64 getpeername getsockname getsockopt
  getxattrat inotify_add_watch inotify_rm_watch io_uring_enter io_uring_register ioctl kexec_file_load
  landlock_add_rule landlock_restrict_self linkat listen listxattrat llseek _llseek lseek mkdirat mknodat mount_setattr
  move_mount mq_getsetattr mq_notify mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
  name_to_handle_at newfstatat oldfstat open_by_handle_at open_tree open_tree_attr openat openat2 pidfd_getfd
  pidfd_send_signal pread pread64 preadv preadv2 process_madvise process_mrelease pwrite pwrite64 pwritev pwritev2
  quotactl_fd read readahead readdir readlinkat readv recv recvfrom recvmmsg recvmmsg_time64 recvmsg removexattrat
  renameat renameat2 send sendfile sendfile64 sendmmsg sendmsg sendto setns setsockopt setxattrat shutdown signalfd
  signalfd4 splice statx sync_file_range sync_file_range2 syncfs tee timerfd_gettime timerfd_gettime64
  timerfd_settime timerfd_settime64 unlinkat utimensat utimensat_time64 vmsplice write writev`.split(/\s+/),
)

const RETURNS_PID = new Set(
  'clone clone3 fork getpgid getpgrp getpid getppid getsid gettid set_tid_address setsid vfork wait4 waitid waitpid'.split(
    ' ',
  ),
)

const MAKES_THREAD = new Set(['clone', 'clone2', 'clone3', 'fork', 'vfork'])

/** poll(2), select(2), epoll_wait(2); `_time64` and `pselect6` are the kernel's names for the newer and raw forms. */
const POLLS: ReadonlyMap<string, PollKind> = new Map([
  ['poll', 'poll'],
  ['ppoll', 'ppoll'],
  ['ppoll_time64', 'ppoll'],
  ['select', 'select'],
  ['_newselect', 'select'],
  ['pselect6', 'pselect'],
  ['pselect6_time64', 'pselect'],
  ['epoll_wait', 'epoll'],
  ['epoll_pwait', 'epoll'],
  ['epoll_pwait2', 'epoll2'],
])

const describeSyscall = (id: number, name: string): Syscall => ({
  id,
  fdFirst: FD_FIRST.has(name),
  ioctl: name === 'ioctl',
  poll: POLLS.get(name),
  returnsPid: RETURNS_PID.has(name),
  makesThread: MAKES_THREAD.has(name),
  endsProcess: name === 'exit_group',
  executes: name === 'execve' || name === 'execveat',
  unfinished: 0,
  unfinishedTids: 0,
})

const SLOTS = 1 << 11
/** System calls that are remembered; more are no system calls. */
const MOST = 1000

interface Slot {
  readonly name: Uint8Array
  readonly syscall: Syscall
}

/** What is known of the system calls of a log. */
export class Syscalls {
  private readonly texts: TextIds
  private readonly slots = new Array<Slot | undefined>(SLOTS).fill(undefined)
  private count = 0

  constructor(texts: TextIds) {
    this.texts = texts
  }

  /** The one whose name is [start, end); the same object each time. */
  of(bytes: Uint8Array, start: number, end: number): Syscall {
    let hash = end - start
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
    let at = (hash ^ (hash >>> 11)) & (SLOTS - 1)
    for (let slot = this.slots[at]; slot; slot = this.slots[at]) {
      if (isSame(slot.name, bytes, start, end)) return slot.syscall
      at = (at + 1) & (SLOTS - 1)
    }
    const syscall = describeSyscall(this.texts.id(bytes, start, end), latin1(bytes, start, end))
    if (this.count++ < MOST) this.slots[at] = { name: bytes.slice(start, end), syscall }
    return syscall
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false
  return true
}
