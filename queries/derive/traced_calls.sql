-- System calls of ftrace: entry and exit as one row, in numbers only. The view syscalls is made of these and strace.calls.
--
-- An entry is paired with the next event of the same thread if that is the exit of the same call. Raw events are left
-- out for calls that have events of their own.
--
-- Only numbers go through the sort. `code` is twice the number of a call, 1 more for its exit. `lane` is the thread,
-- -1 - thread for raw_syscalls.
--
-- @needs loss_intervals syscall_names ioctl_kinds sys_enter sys_exit sys_enter_ioctl
-- @with sys_enter sys_exit
-- @from syscalls.sys_enter_* raw_syscalls.sys_enter
-- @column capture The recording: captures.capture.
-- @column ts Time of entry in ns.
-- @column dur Entry to return in ns; NULL where the return was not seen, or events were lost in between.
-- @column tid Thread that called.
-- @column call Which system call: joins syscall_names.
-- @column fd File descriptor it was called with, where the recording shows it.
-- @column ret Return value; NULL where the return was not seen.
-- @column state complete; unfinished (no return seen); lost (events were lost between entry and return).
-- @column ioctl_kind Which ioctl: joins ioctl_kinds; NULL for other calls.
WITH
  names AS (SELECT call, name, source, number FROM syscall_names WHERE capture = getvariable('capture')),
  own AS (SELECT name, call * 2 AS code FROM names WHERE source = 'syscalls'),
  raw AS (SELECT number, call * 2 AS code, name FROM names WHERE source = 'raw_syscalls'),
  -- A request that was not recorded is -1 here.
  kinds AS (
    SELECT kind, coalesce(request, -1) AS request FROM ioctl_kinds WHERE capture = getvariable('capture') AND printed IS NULL
  ),
  events AS (
    SELECT ts, tid AS lane, code, fd AS value, NULL::INTEGER AS kind
    FROM sys_enter AS e JOIN own AS n ON n.name = e.name WHERE e.name <> 'ioctl'
    UNION ALL
    SELECT ts, tid, code, (fd & 4294967295)::BIGINT, kind
    FROM store."syscalls.sys_enter_ioctl" LEFT JOIN kinds ON request = coalesce((cmd & 4294967295)::BIGINT, -1),
      (FROM own WHERE name = 'ioctl')
    WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, code + 1, ret, NULL FROM sys_exit AS e JOIN own AS n ON n.name = e.name
    UNION ALL
    SELECT ts, -1 - tid, code, CASE WHEN name IN ('ioctl', 'read', 'write', 'close') THEN ("args[0]" & 4294967295)::BIGINT END,
      kind
    FROM store."raw_syscalls.sys_enter" JOIN raw ON number = id
    LEFT JOIN kinds ON request = CASE WHEN name = 'ioctl' THEN coalesce(("args[1]" & 4294967295)::BIGINT, -1) END
    WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, -1 - tid, code + 1, ret, NULL FROM store."raw_syscalls.sys_exit" JOIN raw ON number = id
    WHERE capture = getvariable('capture')
  ),
  paired AS NOT MATERIALIZED (
    SELECT
      *,
      lead(ts) OVER following AS end_ts,
      lead(value) OVER following AS end_ret,
      coalesce(lead(code) OVER following = code + 1, false) AS has_exit
    FROM events
    WINDOW following AS (PARTITION BY lane ORDER BY ts, code & 1 = 1)
  ),
  checked AS (
    SELECT *, false AS is_lost FROM paired WHERE code & 1 = 0 AND NOT getvariable('is_lossy')
    UNION ALL
    SELECT p.*, coalesce(l.until_ts > p.ts, false) AND has_exit
    FROM paired AS p
    ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND coalesce(p.end_ts, -9223372036854775807) > l.since_ts
    WHERE code & 1 = 0 AND getvariable('is_lossy')
  )
SELECT
  getvariable('capture') AS capture,
  ts,
  CASE WHEN has_exit AND NOT is_lost THEN end_ts - ts END AS dur,
  CASE WHEN lane < 0 THEN -1 - lane ELSE lane END AS tid,
  (code >> 1)::INTEGER AS call,
  ((value & 4294967295) - CASE WHEN value & 2147483648 <> 0 THEN 4294967296 ELSE 0 END)::INTEGER AS fd,
  CASE WHEN has_exit AND NOT is_lost THEN end_ret END AS ret,
  CASE WHEN is_lost THEN 'lost' WHEN has_exit THEN 'complete' ELSE 'unfinished' END
    ::ENUM('complete', 'unfinished', 'lost', 'resumed') AS state,
  kind AS ioctl_kind
FROM checked
