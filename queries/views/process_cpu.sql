-- Running time of each process, per second of the recording.
--
-- The threads of the chosen process (members) are one process. Others are put together by the process id where it is
-- known (threads.pid: threads that were created during the recording); a thread whose process is not known stands alone.
--
-- @needs cpu_time members threads v4l2_buffers
-- @column capture The recording: captures.capture.
-- @column process Name of the process: of its first thread.
-- @column pid Its process id; the thread's own where the process is not known; NULL of the chosen process.
-- @column role chosen (members), client (it dequeued V4L2 buffers) or other.
-- @column second Seconds since the recording began, from 0.
-- @column running Time that its threads ran in ns; over 1 s where they ran on several CPUs.
-- @column switches Times that one of its threads was switched to.
-- @column migrations Times that a thread ran on another CPU than before.
-- @column wakeups Times that a thread was woken.
WITH
  clients AS (SELECT DISTINCT capture, dequeued_tid AS tid FROM v4l2_buffers WHERE dequeued_tid IS NOT NULL),
  known AS (
    SELECT t.capture, t.tid, t.comm, m.tid IS NOT NULL AS is_chosen,
      CASE WHEN m.tid IS NULL THEN coalesce(t.pid, t.tid) END AS pid, c.tid IS NOT NULL AS is_client
    FROM threads AS t
    LEFT JOIN (SELECT DISTINCT capture, tid FROM members) AS m ON m.capture = t.capture AND m.tid = t.tid
    LEFT JOIN clients AS c ON c.capture = t.capture AND c.tid = t.tid
  ),
  processes AS (
    SELECT capture, is_chosen, pid, arg_min(comm, tid) AS comm, bool_or(is_client) AS is_client FROM known GROUP BY ALL
  )
SELECT
  c.capture,
  CASE WHEN k.is_chosen THEN coalesce(getvariable('process'), 'kwin_wayland') ELSE coalesce(p.comm, 'thread ' || k.pid) END AS process,
  k.pid,
  CASE WHEN k.is_chosen THEN 'chosen' WHEN p.is_client THEN 'client' ELSE 'other' END AS role,
  c.second,
  sum(c.running)::BIGINT AS running,
  sum(c.switches)::BIGINT AS switches,
  sum(c.migrations)::BIGINT AS migrations,
  sum(c.wakeups)::BIGINT AS wakeups
FROM cpu_time AS c
JOIN known AS k ON k.capture = c.capture AND k.tid = c.tid
JOIN processes AS p ON p.capture = k.capture AND p.is_chosen = k.is_chosen AND p.pid IS NOT DISTINCT FROM k.pid
WHERE c.tid <> 0
GROUP BY ALL
