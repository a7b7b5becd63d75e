-- System calls of each thread, ioctls under the name of their request.
--
-- @needs calls
SELECT 'slice' AS kind, NULL AS process, coalesce(comm, 'thread') AS track, coalesce(tid, 0) AS tid, ts, dur, call AS name, 'syscall' AS category,
  {'fd': fd, 'ret': ret, 'error': error, 'state': state}::JSON AS args
FROM calls WHERE capture = getvariable('capture') AND ts IS NOT NULL AND dur IS NOT NULL
