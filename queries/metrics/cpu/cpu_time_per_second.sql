-- Running time of the chosen process per second, by thread.
--
-- One row per thread and whole second of the recording (the last second is cut and left out), zeros included.
--
-- @detail only with --full
-- @needs cpu_time members threads
-- @events sched:sched_switch
-- @value running ns lower Time that the thread ran in that second.
-- @by thread Name of the thread; (all) is the process.
WITH
  seconds AS (
    SELECT capture, start_ts, unnest(range((end_ts - start_ts) // 1000000000)) AS second FROM captures
    WHERE capture IN (SELECT capture FROM cpu_time)
  ),
  ran AS (
    SELECT c.capture, c.second, m.comm AS thread, c.running
    FROM cpu_time AS c JOIN members AS m ON m.capture = c.capture AND m.tid = c.tid
    UNION ALL
    SELECT c.capture, c.second, '(all)', c.running
    FROM cpu_time AS c JOIN members AS m ON m.capture = c.capture AND m.tid = c.tid
  ),
  summed AS (SELECT capture, second, thread, sum(running)::BIGINT AS running FROM ran GROUP BY ALL),
  names AS (SELECT DISTINCT capture, thread FROM summed)
SELECT s.capture, s.start_ts + s.second * 1000000000 AS ts, NULL::INTEGER AS tid, n.thread, coalesce(r.running, 0) AS running
FROM seconds AS s
JOIN names AS n ON n.capture = s.capture
LEFT JOIN summed AS r ON r.capture = s.capture AND r.second = s.second AND r.thread = n.thread
