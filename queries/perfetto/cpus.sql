-- CPUs: which thread ran on each.
--
-- @needs running
SELECT 'slice' AS kind, 'CPUs' AS process, 'CPU ' || cpu AS track, NULL::INTEGER AS tid, ts, dur,
  comm || ' [' || tid || ']' AS name, 'sched' AS category, {'tid': tid, 'end_state': end_state}::JSON AS args
FROM running WHERE capture = getvariable('capture') AND tid <> 0 AND dur IS NOT NULL
