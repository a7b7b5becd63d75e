-- What each thread did: running, runnable (woken, or preempted) and how it waited.
--
-- @needs running sched_wakeup
WITH
  stays AS (
    SELECT ts, dur, tid, comm, cpu, end_state, lead(ts) OVER (PARTITION BY tid ORDER BY ts) AS next_ts
    FROM running WHERE capture = getvariable('capture') AND tid <> 0 AND dur IS NOT NULL
  ),
  woken AS (
    SELECT s.*, CASE WHEN w.ts >= s.ts + s.dur THEN w.ts END AS woken_ts
    FROM stays AS s
    ASOF LEFT JOIN (SELECT pid AS tid, ts FROM sched.sched_wakeup WHERE capture = getvariable('capture')) AS w
      ON w.tid = s.tid AND coalesce(s.next_ts, s.ts + s.dur) >= w.ts
  ),
  states AS (
    SELECT ts, dur, tid, 'Running' AS state, cpu FROM woken
    UNION ALL
    SELECT ts + dur, coalesce(woken_ts, next_ts) - ts - dur, tid,
      CASE end_state WHEN 'R' THEN 'Runnable (preempted)' WHEN 'S' THEN 'Sleeping' WHEN 'D' THEN 'Waiting for a device' ELSE end_state END, NULL
    FROM woken WHERE next_ts IS NOT NULL
    UNION ALL
    SELECT woken_ts, next_ts - woken_ts, tid, 'Runnable', NULL FROM woken WHERE woken_ts IS NOT NULL AND next_ts IS NOT NULL
  )
SELECT 'slice' AS kind, 'Thread states' AS process, coalesce(t.comm, 'thread') || ' [' || s.tid || ']' AS track,
  NULL::INTEGER AS tid, s.ts, s.dur, s.state AS name, 'state' AS category, {'cpu': s.cpu}::JSON AS args
FROM states AS s LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = s.tid
WHERE s.dur > 0
