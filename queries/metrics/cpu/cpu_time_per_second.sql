-- Running time of the chosen process per second, by thread.
--
-- One row per thread and whole second of the recording (the last one is cut and left out, and so is one with a loss in it),
-- zeros included.
--
-- @detail only with --full
-- @needs cpu_time members threads whole_seconds
-- @events sched:sched_switch
-- @value running ns lower Time that the thread ran in that second.
-- @by thread Name of the thread; (all) is the process.
WITH
  ran AS (
    SELECT c.capture, c.second, m.comm AS thread, c.running
    FROM cpu_time AS c JOIN members AS m ON m.capture = c.capture AND m.tid = c.tid
    UNION ALL
    SELECT c.capture, c.second, '(all)', c.running
    FROM cpu_time AS c JOIN members AS m ON m.capture = c.capture AND m.tid = c.tid
  ),
  summed AS (SELECT capture, second, thread, sum(running)::BIGINT AS running FROM ran GROUP BY ALL),
  names AS (SELECT DISTINCT capture, thread FROM summed)
SELECT w.capture, w.ts, NULL::INTEGER AS tid, n.thread, coalesce(r.running, 0) AS running
FROM whole_seconds AS w
JOIN names AS n ON n.capture = w.capture
LEFT JOIN summed AS r ON r.capture = w.capture AND r.second = w.second AND r.thread = n.thread
