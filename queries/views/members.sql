-- Threads that belong to the chosen process.
--
-- The process is `getvariable('process')`, kwin_wayland by default: SET VARIABLE process = 'weston'. A thread belongs to
-- it if it has that name, or the process id of such a thread, or is a commit thread (named like a connector, and
-- committing to KMS). A recording that names no thread at all (strace -p) is of one process: all its threads belong.
--
-- @kept as a table while a report is made
-- @column capture The recording: captures.capture.
-- @column tid Thread id; NULL where strace names none.
-- @column comm Its name; NULL where the recording does not tell.
-- @column why Why it belongs: name, process, commit thread, or only process recorded.
WITH
  chosen AS (SELECT capture, tid, pid FROM threads WHERE comm = left(coalesce(getvariable('process'), 'kwin_wayland'), 15)),
  connectors AS (
    SELECT DISTINCT t.capture, t.tid FROM threads AS t
    JOIN ioctls AS i ON i.capture = t.capture AND i.tid = t.tid AND i.name = 'DRM_IOCTL_MODE_ATOMIC'
    WHERE t.is_connector
      AND t.capture IN (SELECT capture FROM chosen)
  ),
  nameless AS (SELECT capture FROM captures WHERE capture NOT IN (SELECT capture FROM threads WHERE comm IS NOT NULL AND tid <> 0))
SELECT
  t.capture, t.tid, t.comm,
  CASE
    WHEN (t.capture, t.tid) IN (SELECT (capture, tid) FROM chosen) THEN 'name'
    WHEN (t.capture, t.tid) IN (SELECT (capture, tid) FROM connectors) THEN 'commit thread'
    ELSE 'process'
  END AS why
FROM threads AS t
WHERE (t.capture, t.tid) IN (SELECT (capture, tid) FROM chosen UNION SELECT (capture, tid) FROM connectors)
  OR (t.capture, t.pid) IN (SELECT (capture, pid) FROM chosen WHERE pid IS NOT NULL)
UNION ALL
SELECT DISTINCT s.capture, s.tid, NULL, 'only process recorded'
FROM strace.calls AS s
WHERE s.capture IN (SELECT capture FROM nameless)
