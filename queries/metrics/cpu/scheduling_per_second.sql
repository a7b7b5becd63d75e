-- Wake-ups, switches and migrations of the chosen process per second.
--
-- One row per whole second of the recording (the last one is cut and left out) and kind, zeros included. A migration is a
-- run on another CPU than the thread's run before.
--
-- @detail only with --full
-- @needs cpu_time members whole_seconds
-- @events sched:sched_switch
-- @value times rate lower How often in the second.
-- @by what wakeups, switches (to a thread of the process) or migrations.
WITH
  summed AS (
    SELECT c.capture, c.second, sum(c.wakeups) AS wakeups, sum(c.switches) AS switches, sum(c.migrations) AS migrations
    FROM cpu_time AS c JOIN members AS m ON m.capture = c.capture AND m.tid = c.tid
    GROUP BY ALL
  )
SELECT w.capture, w.ts, NULL::INTEGER AS tid, k.what, coalesce(k.times, 0)::BIGINT AS times
FROM whole_seconds AS w
LEFT JOIN summed AS s ON s.capture = w.capture AND s.second = w.second
CROSS JOIN LATERAL (
  VALUES ('wakeups', s.wakeups), ('switches', s.switches), ('migrations', s.migrations)
) AS k(what, times)
WHERE w.capture IN (SELECT capture FROM summed)
