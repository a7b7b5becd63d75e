-- File descriptors of ftrace: when each number was returned and closed. A part of fds.
--
-- A life begins with the call that returned the number (fd_makers; not signalfd, which may take an old one, nor bpf, which
-- returns other numbers too) and ends with close. Threads whose process is not known are taken for one process.
--
-- @needs fd_makers traced_calls syscall_names threads
-- @from traced_calls
-- @column capture The recording: captures.capture.
-- @column process Thread id of the first thread of its process; NULL where that is not known.
-- @column fd The number.
-- @column life Which life of that number in that process, from 1.
-- @column opened_ts Return of the call that made it, else its begin, in ns; NULL where that was not seen.
-- @column opened_by Call that made it, e.g. openat, recvmsg or DMA_BUF_IOCTL_EXPORT_SYNC_FILE; NULL where that was not seen.
-- @column opened_tid Thread that made it.
-- @column first_ts First time that it was seen in ns: made, used or closed.
-- @column closed_ts When it was closed in ns; NULL where that was not seen.
-- @column closed_by Call that closed it: close, close_range, dup2 or dup3.
-- @column closed_tid Thread that closed it.
-- @column source As in syscalls.
WITH
  names AS (
    SELECT call, name, source, name IN (FROM fd_makers) AS is_maker FROM syscall_names
    WHERE capture = getvariable('capture') AND (name = 'close' OR is_maker AND name NOT LIKE 'signalfd%' AND name <> 'bpf')
  ),
  marks AS (
    SELECT CASE WHEN is_maker THEN ts + coalesce(dur, 0) ELSE ts END AS ts, tid, CASE WHEN is_maker THEN ret ELSE fd END AS fd,
      name, source, is_maker
    FROM traced_calls AS t JOIN names AS n ON n.call = t.call
    WHERE t.capture = getvariable('capture') AND CASE WHEN is_maker THEN ret >= 0 ELSE fd >= 0 AND coalesce(ret, 0) = 0 END
  ),
  -- A close belongs to what made the number before, if that is there.
  numbered AS (
    SELECT m.*, t.pid AS process,
      row_number() OVER (PARTITION BY t.pid, fd, source ORDER BY ts, is_maker) - (NOT is_maker)::INTEGER AS stretch
    FROM marks AS m LEFT JOIN (FROM threads WHERE capture = getvariable('capture')) AS t ON t.tid = m.tid
  )
SELECT
  getvariable('capture') AS capture,
  process::INTEGER AS process,
  fd::INTEGER AS fd,
  row_number() OVER (PARTITION BY process, fd, source ORDER BY stretch) AS life,
  any_value(ts) FILTER (is_maker) AS opened_ts,
  any_value(name) FILTER (is_maker) AS opened_by,
  any_value(tid) FILTER (is_maker) AS opened_tid,
  min(ts) AS first_ts,
  any_value(ts) FILTER (NOT is_maker) AS closed_ts,
  any_value(name) FILTER (NOT is_maker) AS closed_by,
  any_value(tid) FILTER (NOT is_maker) AS closed_tid,
  source
FROM numbered
GROUP BY process, fd, source, stretch
