/** The tables of an strace log. */
import type { ColumnSpec, TableSpec } from '../../src/schema.ts'

const column = (name: string, type: ColumnSpec['type'], comment: string, nullable = false): ColumnSpec => ({
  name,
  type,
  comment,
  ...(nullable ? { nullable } : {}),
})

const ts = column(
  'ts',
  'BIGINT',
  'Time in ns: since 1970 (-ttt), since midnight (-t, -tt), since the first line (-r); NULL without time stamps.',
  true,
)
const tid = column('tid', 'INTEGER', 'Thread id; NULL where the line names none (one thread, or one file each).', true)
const seq = column('seq', 'BIGINT', 'Number of the line in the log, from 1; orders rows of equal or no time.')

/** One row per call; a call that the log splits is one row. */
export const calls: TableSpec = {
  schema: 'strace',
  name: 'calls',
  comment:
    'System calls that strace logged. ptrace stops a thread twice per call: counts are valid, times are too long.',
  columns: [
    ts,
    column('dur', 'BIGINT', 'Time spent in the call in ns, as strace measured it; NULL without -T.', true),
    tid,
    column('seq', 'BIGINT', 'Number of the line where the call begins, from 1; unique, joins strace.ready.'),
    column('end_ts', 'BIGINT', 'Time in ns of the line where a split call resumed; NULL if it is on one line.', true),
    column('name', 'TEXT', 'System call.'),
    column('fd', 'INTEGER', 'First argument where it is a file descriptor, or the only one polled; else NULL.', true),
    column(
      'fd_path',
      'TEXT',
      'What that file descriptor is (-y, -yy), e.g. /dev/dri/card0; NULL if not printed.',
      true,
    ),
    column('request', 'TEXT', 'Second argument of ioctl as printed, e.g. DRM_IOCTL_MODE_ATOMIC or 0xc03864bc.', true),
    column('args', 'TEXT', 'All arguments as printed.'),
    column('ret', 'BIGINT', 'Return value; NULL for ? and for a call that never returned.', true),
    column('ret_text', 'TEXT', 'Remark behind the value: Timeout, flags, ready fds, text of the error.', true),
    column('ret_path', 'TEXT', 'What the returned file descriptor is (-y); NULL if not printed.', true),
    column('error', 'TEXT', 'Name of the error, e.g. EAGAIN or ERESTARTSYS; NULL if it succeeded.', true),
    column(
      'state',
      'TEXT',
      'complete; unfinished: never returned; resumed: began before the log did, ts is NULL and end_ts its end.',
    ),
    column('was_split', 'BOOLEAN', 'Whether the log has it on several lines (<unfinished ...>, resumed).'),
  ],
}

export const ready: TableSpec = {
  schema: 'strace',
  name: 'ready',
  detail: true,
  comment:
    'File descriptors that poll, ppoll, select, pselect6 and epoll_wait waited for, one row each; epoll_wait: one row ' +
    'per event returned, or one if none was. strace prints at most 32 of a call, unless -v.',
  columns: [
    ts,
    column('seq', 'BIGINT', 'seq of the call in strace.calls.'),
    tid,
    column('name', 'TEXT', 'System call.'),
    column('fd', 'INTEGER', 'File descriptor waited for; the epoll instance for epoll_wait.', true),
    column('fd_path', 'TEXT', 'What it is (-y, -yy), e.g. anon_inode:sync_file; NULL if not printed.', true),
    column('events', 'TEXT', 'Events asked for: POLLIN...; in, out or except for select; NULL for epoll_wait.', true),
    column('revents', 'TEXT', 'Events that were there; NULL if none, or if the call never returned.', true),
    column('data', 'TEXT', 'The data that epoll_wait returned with the event; NULL for others.', true),
    column('timeout_ns', 'BIGINT', 'Longest wait asked for in ns; NULL: for ever, or not printed.', true),
    column('ret', 'BIGINT', 'Return value of the call; NULL for ? and for a call that never returned.', true),
  ],
}

export const signals: TableSpec = {
  schema: 'strace',
  name: 'signals',
  comment: 'Signals that were delivered to traced threads, and stops by signals.',
  columns: [
    ts,
    tid,
    seq,
    column('signal', 'TEXT', 'Name of the signal, e.g. SIGCHLD.'),
    column('detail', 'VARCHAR', 'What strace prints of it, e.g. its siginfo; stopped by a signal: stopped.'),
  ],
}

export const exits: TableSpec = {
  schema: 'strace',
  name: 'exits',
  comment: 'Ends of traced threads and processes.',
  columns: [
    ts,
    tid,
    seq,
    column('status', 'INTEGER', 'Exit status; NULL if killed by a signal.', true),
    column('signal', 'TEXT', 'Signal that killed it; NULL if it exited.', true),
  ],
}
