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
const tid = column('tid', 'INTEGER', 'Thread id; NULL where the log does not tell whose the line is.', true)
const seq = column('seq', 'BIGINT', 'Number of the line in the log, from 1; orders rows of equal or no time.')

const dur = column('dur', 'BIGINT', 'Time spent in the call in ns, as strace measured it; NULL without -T.', true)
const endTs = column(
  'end_ts',
  'BIGINT',
  'Time in ns of the line where a split call resumed; NULL if it is on one line.',
  true,
)
const name = column('name', 'TEXT', 'System call.')
const ret = column(
  'ret',
  'BIGINT',
  "Return value (a thread's number is strace's own, as tid is); NULL for ? and for a call that never returned.",
  true,
)
const content = column('content', 'INTEGER', 'What the call says: a row of contents.')

const contentColumns: readonly ColumnSpec[] = [
  name,
  column('fd', 'INTEGER', 'First argument where it is a file descriptor, or the only one polled; else NULL.', true),
  column('fd_path', 'TEXT', 'What that file descriptor is (-y, -yy), e.g. /dev/dri/card0; NULL if not printed.', true),
  column('request', 'TEXT', 'Second argument of ioctl as printed, e.g. DRM_IOCTL_MODE_ATOMIC or 0xc03864bc.', true),
  column('args', 'VARCHAR', 'All arguments as printed.'),
  ret,
  column('ret_text', 'TEXT', 'Remark behind the value: Timeout, flags, ready fds, text of the error.', true),
  column('ret_path', 'TEXT', 'What the returned file descriptor is (-y); NULL if not printed.', true),
  column('error', 'TEXT', 'Name of the error, e.g. EAGAIN or ERESTARTSYS; NULL if it succeeded.', true),
]

/** What calls say, whoever made them and whenever. A log repeats itself: a row mostly serves many calls. */
export const contents: TableSpec = {
  schema: 'strace',
  name: 'contents',
  detail: true,
  part: true,
  columns: [column('content', 'INTEGER', 'Number of the row in its recording.'), ...contentColumns],
}

/** What became of a call, by number; SPLIT is added where the log has it on several lines. */
export const STATES = ['complete', 'unfinished', 'resumed'] as const
export const SPLIT = 4

/** One row per call; a call that the log splits is one row. */
export const calls: TableSpec = {
  schema: 'strace',
  name: 'calls',
  comment:
    'System calls that strace logged. ptrace stops a thread twice per call: counts are valid, times are too long.',
  columns: [ts, dur, tid, seq, endTs, content, column('state', 'UTINYINT', 'Number of its state.')],
  view: {
    columns: [
      ts,
      dur,
      tid,
      column('seq', 'BIGINT', 'Number of the line where the call begins, from 1; unique, joins strace.ready.'),
      endTs,
      ...contentColumns,
      column(
        'state',
        'VARCHAR',
        'complete; unfinished: never returned; resumed: began before the log did, ts is NULL and end_ts its end.',
      ),
      column('was_split', 'BOOLEAN', 'Whether the log has it on several lines (<unfinished ...>, resumed).'),
    ],
    select: `SELECT t.capture, t.ts, t.dur, t.tid, t.seq, t.end_ts, c.* EXCLUDE (capture, content),
        [${STATES.map((state) => `'${state}'`).join(', ')}][t.state % ${SPLIT} + 1] AS state, t.state >= ${SPLIT} AS was_split
      FROM store.strace_calls AS t
      JOIN store.strace_contents AS c ON c.capture = t.capture AND c.content = t.content`,
    ids: `SELECT t.*, c.* EXCLUDE (capture, content)
      FROM store."strace.calls" AS t
      JOIN store."strace.contents" AS c ON c.capture = t.capture AND c.content = t.content`,
  },
}

const readyColumns: readonly ColumnSpec[] = [
  column('fd', 'INTEGER', 'File descriptor waited for; the epoll instance for epoll_wait.', true),
  column('fd_path', 'TEXT', 'What it is (-y, -yy), e.g. anon_inode:sync_file; NULL if not printed.', true),
  column('events', 'TEXT', 'Events asked for: POLLIN...; in, out or except for select; NULL for epoll_wait.', true),
  column(
    'revents',
    'TEXT',
    'Events that were there; NULL if none, if the call never returned, or if strace cut its list before (32 entries, 1 KB).',
    true,
  ),
  column('data', 'TEXT', 'The data that epoll_wait returned with the event; NULL for others.', true),
  column('timeout_ns', 'BIGINT', 'Longest wait asked for in ns; NULL: for ever, or not printed.', true),
]

export const ready: TableSpec = {
  schema: 'strace',
  name: 'ready',
  detail: true,
  comment:
    'File descriptors that poll, ppoll, select, pselect6 and epoll_wait waited for, one row each; epoll_wait: one row ' +
    'per event returned, or one if none was. strace prints at most 32 of a call, unless -v.',
  columns: [content, ...readyColumns],
  view: {
    columns: [
      ts,
      column('seq', 'BIGINT', 'seq of the call in strace.calls.'),
      tid,
      name,
      ...readyColumns,
      { ...ret, comment: 'Return value of the call; NULL for ? and for a call that never returned.' },
    ],
    select: `SELECT t.capture, t.ts, t.seq, t.tid, c.name, r.* EXCLUDE (capture, content), c.ret
      FROM store.strace_calls AS t
      JOIN (store.strace_ready AS r JOIN store.strace_contents AS c ON c.capture = r.capture AND c.content = r.content)
        ON r.capture = t.capture AND r.content = t.content`,
    ids: `SELECT t.capture, t.ts, t.dur, t.end_ts, t.seq, t.tid, c.name, r.* EXCLUDE (capture, content), c.ret
      FROM store."strace.calls" AS t
      JOIN (store."strace.ready" AS r JOIN store."strace.contents" AS c ON c.capture = r.capture AND c.content = r.content)
        ON r.capture = t.capture AND r.content = t.content`,
  },
}

export const stacks: TableSpec = {
  schema: 'strace',
  name: 'stacks',
  detail: true,
  comment: 'Frames of the stacks that strace -k printed behind calls, one row each.',
  columns: [
    column('seq', 'BIGINT', 'seq of the call in strace.calls.'),
    column('level', 'INTEGER', 'Place in the stack: 0 is the frame that made the call.'),
    column('object', 'TEXT', 'File that the code is in, e.g. /usr/lib/x86_64-linux-gnu/libkwin.so.6.'),
    column('symbol', 'TEXT', 'Function; NULL where the file names none.', true),
    column('offset', 'UBIGINT', 'Bytes behind the beginning of the function; NULL without one.', true),
    column('address', 'UBIGINT', 'Place in the file.'),
    column('source', 'TEXT', 'Source file and line (-kk); NULL if not printed.', true),
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
