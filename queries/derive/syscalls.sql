-- System calls: entry and exit as one row.
--
-- One shape for syscalls:sys_enter_* and sys_exit_*, raw_syscalls and strace. An entry is paired with the next event of
-- the same thread if that is the exit of the same call. Raw events are left out for calls that have events of their own.
-- Durations from strace include two stops of the thread per call: count them, do not time them.
--
-- Only numbers go through the sort. `code` is a call: twice the position of its name, for raw_syscalls -2 * number - 2;
-- 1 more for its exit. `lane` is the thread, -1 - thread for raw_syscalls.
--
-- @needs loss_intervals machines ioctl_kinds sys_enter sys_exit sys_enter_ioctl calls
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
-- @column arg Third argument of an ioctl (mostly a pointer); NULL for strace and other calls.
WITH
  numbers AS (
    SELECT number, name FROM reference.syscalls WHERE arch = (SELECT arch FROM machines WHERE capture = getvariable('capture'))
  ),
  own AS (SELECT DISTINCT name FROM store.sys_enter WHERE capture = getvariable('capture')),
  names AS (
    SELECT list(name ORDER BY name) AS names FROM (FROM own UNION SELECT name FROM store.sys_exit WHERE capture = getvariable('capture'))
  ),
  -- A request that was not recorded is -1 here.
  kinds AS (
    SELECT kind, coalesce(request, -1) AS request, printed, coalesce(fd_path, '') AS fd_path
    FROM ioctl_kinds WHERE capture = getvariable('capture')
  ),
  events AS (
    SELECT ts, tid AS lane, list_position(names, name) * 2::BIGINT AS code, fd AS value, NULL::INTEGER AS kind, NULL::UBIGINT AS arg
    FROM store.sys_enter, names WHERE capture = getvariable('capture') AND name <> 'ioctl'
    UNION ALL
    SELECT ts, tid, list_position(names, 'ioctl') * 2, (fd & 4294967295)::BIGINT, kind, arg::UBIGINT
    FROM syscalls.sys_enter_ioctl LEFT JOIN kinds ON request = coalesce((cmd & 4294967295)::BIGINT, -1), names
    WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, list_position(names, name) * 2 + 1, ret, NULL, NULL
    FROM store.sys_exit, names WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, -1 - tid, -2 * id - 2, (args[1] & 4294967295)::BIGINT,
      kind, CASE WHEN name = 'ioctl' THEN args[3] END
    FROM raw_syscalls.sys_enter LEFT JOIN numbers ON number = id
    LEFT JOIN kinds ON request = CASE WHEN name = 'ioctl' THEN coalesce((args[2] & 4294967295)::BIGINT, -1) END
    WHERE capture = getvariable('capture') AND (name IS NULL OR name NOT IN (FROM own))
    UNION ALL
    SELECT ts, -1 - tid, -2 * id - 1, ret, NULL, NULL
    FROM raw_syscalls.sys_exit LEFT JOIN numbers ON number = id
    WHERE capture = getvariable('capture') AND (name IS NULL OR name NOT IN (FROM own))
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
  ),
  named AS (
    SELECT *, CASE WHEN code > 0 THEN names[code // 2] ELSE coalesce(n.name, 'syscall_' || (code // -2 - 1)) END AS call,
      CASE WHEN code > 0 THEN lane ELSE -1 - lane END AS tid
    FROM checked CROSS JOIN names LEFT JOIN numbers AS n ON n.number = code // -2 - 1
  )
SELECT
  getvariable('capture') AS capture,
  ts,
  CASE WHEN has_exit AND NOT is_lost THEN end_ts - ts END AS dur,
  tid,
  call AS name,
  CASE WHEN code > 0 OR call IN ('ioctl', 'read', 'write', 'close')
    THEN ((value & 4294967295) - CASE WHEN value & 2147483648 <> 0 THEN 4294967296 ELSE 0 END)::INTEGER END AS fd,
  CASE WHEN has_exit AND NOT is_lost THEN end_ret END AS ret,
  CASE WHEN has_exit AND NOT is_lost AND end_ret BETWEEN -4095 AND -1 THEN coalesce(e.name, (-end_ret)::VARCHAR) END AS error,
  CASE WHEN is_lost THEN 'lost' WHEN has_exit THEN 'complete' ELSE 'unfinished' END
    ::ENUM('complete', 'unfinished', 'lost', 'resumed') AS state,
  CASE WHEN code > 0 THEN 'syscalls' ELSE 'raw_syscalls' END::ENUM('syscalls', 'raw_syscalls', 'strace') AS source,
  NULL::BIGINT AS seq,
  kind AS ioctl_kind,
  arg
FROM named
LEFT JOIN reference.errnos AS e ON e.number = -end_ret
UNION ALL
SELECT capture, ts, dur, tid, name, fd, ret, error, state::ENUM('complete', 'unfinished', 'lost', 'resumed'),
  'strace'::ENUM('syscalls', 'raw_syscalls', 'strace'), seq,
  kind, NULL
FROM strace.calls AS c
LEFT JOIN kinds AS k ON k.printed = CASE WHEN c.name = 'ioctl' THEN coalesce(c.request, '') END AND k.fd_path = coalesce(c.fd_path, '')
WHERE capture = getvariable('capture')
