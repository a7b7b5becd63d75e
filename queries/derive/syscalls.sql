-- System calls: entry and exit as one row.
--
-- One shape for syscalls:sys_enter_* and sys_exit_*, raw_syscalls and strace. An entry is paired with the next event of
-- the same thread if that is the exit of the same call. Raw events are left out for calls that have events of their own.
-- Durations from strace include two stops of the thread per call: count them, do not time them.
--
-- @view The rows are those of traced_calls and strace.calls, with their texts.
-- @needs traced_calls syscall_names strace_texts strace_ioctls calls
-- @column capture The recording: captures.capture.
-- @column ts Time of entry in ns; NULL where the recording has no times.
-- @column dur Entry to return in ns; NULL where the return was not seen, or events were lost in between.
-- @column tid Thread that called.
-- @column name System call, e.g. ioctl.
-- @column fd File descriptor it was called with, where the recording shows it.
-- @column ret Return value; NULL where the return was not seen.
-- @column error Name of the error, e.g. EAGAIN; NULL if it succeeded or did not return.
-- @column state complete; unfinished (no return seen); lost (events were lost between entry and return); resumed (began
--   before the recording).
-- @column source Where it was recorded: syscalls, raw_syscalls or strace.
-- @column seq strace: line of the log, joins strace.calls; NULL for others.
-- @column ioctl_kind Which ioctl: joins ioctl_kinds; NULL for other calls.
SELECT
  t.capture, t.ts, t.dur, t.tid, n.name, t.fd, t.ret,
  CASE WHEN t.ret BETWEEN -4095 AND -1 THEN coalesce(e.name, (-t.ret)::VARCHAR) END AS error,
  t.state, n.source, NULL::BIGINT AS seq, t.ioctl_kind
FROM traced_calls AS t
JOIN syscall_names AS n ON n.capture = t.capture AND n.call = t.call
LEFT JOIN reference.errnos AS e ON e.number = CASE WHEN t.ret BETWEEN -4095 AND -1 THEN -t.ret END
UNION ALL
-- What a call says is told once for all calls that say the same: texts are joined there.
SELECT
  c.capture, c.ts, c.dur, c.tid, said.name, said.fd, said.ret, said.error,
  ['complete', 'unfinished', 'resumed'][c.state % 4 + 1]::ENUM('complete', 'unfinished', 'lost', 'resumed'),
  'strace'::ENUM('syscalls', 'raw_syscalls', 'strace'), c.seq, said.kind
FROM store."strace.calls" AS c
JOIN (
  SELECT s.capture, s.content, n.text AS name, s.fd, s.ret, e.text AS error, i.kind
  FROM store."strace.contents" AS s
  LEFT JOIN strace_texts AS n ON n.capture = s.capture AND n.id = s.name
  LEFT JOIN strace_texts AS e ON e.capture = s.capture AND e.id = s.error
  LEFT JOIN strace_ioctls AS i
    ON i.capture = s.capture AND i.request = CASE WHEN n.text = 'ioctl' THEN coalesce(s.request, -1) END
    AND i.fd_path = coalesce(s.fd_path, -1)
) AS said ON said.capture = c.capture AND said.content = c.content
