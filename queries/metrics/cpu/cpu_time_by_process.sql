-- Running time per second of the chosen process, of the programs that queue V4L2 buffers, and of all processes.
--
-- One row per process and whole second of the recording (the last one is cut and left out), zeros included: 810 ms of
-- `(all processes)` are a combined CPU load of 81 %. The idle task is no process.
--
-- @detail only with --full
-- @needs process_cpu whole_seconds
-- @events sched:sched_switch
-- @value running ns lower Time that the process ran in that second.
-- @by process Name of the process; (all processes) together.
WITH
  ran AS (
    SELECT capture, process, second, running FROM process_cpu WHERE role <> 'other'
    UNION ALL
    SELECT capture, '(all processes)', second, running FROM process_cpu
  ),
  summed AS (SELECT capture, second, process, sum(running)::BIGINT AS running FROM ran GROUP BY ALL),
  names AS (SELECT DISTINCT capture, process FROM summed)
SELECT w.capture, w.ts, NULL::INTEGER AS tid, n.process, coalesce(s.running, 0) AS running
FROM whole_seconds AS w
JOIN names AS n ON n.capture = w.capture
LEFT JOIN summed AS s ON s.capture = w.capture AND s.second = w.second AND s.process = n.process
