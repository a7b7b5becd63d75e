-- Running time of each thread, per second of the recording.
--
-- From sched_switch: a thread runs from the switch to it until the next switch on that CPU. A stretch counts in the
-- second in which it begins. Stretches that span a loss, the open ones at the end, and those that another thread ends
-- (switches were filtered: trace-cmd -P, ingest --comm) are left out.
--
-- @needs loss_intervals captures threads sched_switch sched_wakeup
-- @from sched.sched_switch sched.sched_wakeup
-- @column capture The recording: captures.capture.
-- @column tid Thread id; the idle task is left out.
-- @column second Seconds since the recording began, from 0.
-- @column running Time that it ran in ns.
-- @column switches Times that it was switched to.
-- @column migrations Times that it ran on another CPU than before.
-- @column wakeups Times that it was woken.
WITH
  start AS (SELECT start_ts FROM captures WHERE capture = getvariable('capture')),
  stretches AS NOT MATERIALIZED (
    SELECT next_pid AS tid, cpu, ts, CASE WHEN lead(prev_pid) OVER on_cpu = next_pid THEN lead(ts) OVER on_cpu END AS end_ts
    FROM store."sched.sched_switch" WHERE capture = getvariable('capture')
    WINDOW on_cpu AS (PARTITION BY cpu ORDER BY ts)
  ),
  kept AS (
    FROM stretches WHERE tid <> 0 AND end_ts IS NOT NULL AND NOT getvariable('is_lossy')
    UNION ALL
    SELECT s.tid, s.cpu, s.ts, s.end_ts FROM stretches AS s
    ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND s.end_ts > l.since_ts
    WHERE s.tid <> 0 AND s.end_ts IS NOT NULL AND NOT coalesce(l.until_ts > s.ts, false) AND getvariable('is_lossy')
  ),
  moved AS (SELECT *, coalesce(cpu <> lag(cpu) OVER (PARTITION BY tid ORDER BY ts), false) AS is_moved FROM kept),
  ran AS (
    SELECT tid, (ts - start_ts) // 1000000000 AS second, sum(end_ts - ts)::BIGINT AS running, count(*) AS switches,
      count(*) FILTER (is_moved) AS migrations
    FROM moved, start GROUP BY ALL
  ),
  woken AS (
    SELECT pid AS tid, (ts - start_ts) // 1000000000 AS second, count(*) AS wakeups
    FROM store."sched.sched_wakeup", start WHERE capture = getvariable('capture') GROUP BY ALL
  )
SELECT
  getvariable('capture') AS capture,
  tid,
  second,
  coalesce(running, 0) AS running,
  coalesce(switches, 0) AS switches,
  coalesce(migrations, 0) AS migrations,
  coalesce(wakeups, 0) AS wakeups
FROM ran
FULL JOIN woken USING (tid, second)
