-- System calls: entry and exit as one row.
--
-- One shape for syscalls:sys_enter_* and sys_exit_*, raw_syscalls and strace. An entry is paired with the next event of
-- the same thread if that is the exit of the same call. Raw events are left out for calls that have events of their own.
-- Durations from strace include two stops of the thread per call: count them, do not time them.
--
-- @needs loss_intervals sys_enter sys_exit calls captures
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
WITH
  machine AS (
    SELECT
      CASE
        WHEN machine ~ '^i[3-6]86$' THEN 'i386'
        WHEN machine ~ '^armv?[4-8]' THEN 'arm'
        WHEN machine = 'ppc64le' THEN 'powerpc64le'
        ELSE machine
      END AS arch
    FROM captures
    WHERE capture = getvariable('capture')
  ),
  specific AS NOT MATERIALIZED (
    SELECT ts, tid, name, fd, NULL::BIGINT AS ret, true AS is_entry, 'syscalls' AS source
    FROM store.sys_enter WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, name, NULL, ret, false, 'syscalls'
    FROM store.sys_exit WHERE capture = getvariable('capture')
  ),
  names AS (
    SELECT number, name FROM reference.syscalls JOIN machine USING (arch)
    WHERE name NOT IN (SELECT DISTINCT name FROM specific WHERE is_entry)
  ),
  raw AS (
    SELECT ts, tid, id, (args[1] & 4294967295)::BIGINT AS fd, NULL::BIGINT AS ret, true AS is_entry
    FROM raw_syscalls.sys_enter WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, id, NULL, ret, false FROM raw_syscalls.sys_exit WHERE capture = getvariable('capture')
  ),
  calls AS (
    FROM specific
    UNION ALL
    SELECT ts, tid, coalesce(name, 'syscall_' || id), CASE WHEN name IN ('ioctl', 'read', 'write', 'close') THEN fd END,
      ret, is_entry, 'raw_syscalls'
    FROM raw LEFT JOIN names ON id = number
    WHERE name IS NOT NULL OR id NOT IN (SELECT number FROM reference.syscalls JOIN machine USING (arch))
  ),
  paired AS (
    SELECT
      *,
      lead(ts) OVER following AS end_ts,
      lead(ret) OVER following AS end_ret,
      coalesce(NOT lead(is_entry) OVER following AND lead(name) OVER following = name, false) AS has_exit
    FROM calls
    WINDOW following AS (PARTITION BY tid, source ORDER BY ts, is_entry DESC)
  ),
  checked AS (
    SELECT p.*, coalesce(l.until_ts > p.ts, false) AND has_exit AS is_lost
    FROM paired AS p
    ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND coalesce(p.end_ts, -9223372036854775807) > l.since_ts
    WHERE is_entry
  )
SELECT
  getvariable('capture') AS capture,
  ts,
  CASE WHEN has_exit AND NOT is_lost THEN end_ts - ts END AS dur,
  tid,
  c.name,
  ((fd & 4294967295) - CASE WHEN fd & 2147483648 <> 0 THEN 4294967296 ELSE 0 END)::INTEGER AS fd,
  CASE WHEN has_exit AND NOT is_lost THEN end_ret END AS ret,
  CASE WHEN has_exit AND NOT is_lost AND end_ret BETWEEN -4095 AND -1 THEN coalesce(e.name, (-end_ret)::VARCHAR) END AS error,
  CASE WHEN is_lost THEN 'lost' WHEN has_exit THEN 'complete' ELSE 'unfinished' END AS state,
  source,
  NULL::BIGINT AS seq
FROM checked AS c
LEFT JOIN reference.errnos AS e ON e.number = -end_ret
UNION ALL
SELECT capture, ts, dur, tid, name, fd, ret, error, state, 'strace', seq
FROM strace.calls
WHERE capture = getvariable('capture')
