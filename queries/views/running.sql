-- Which thread ran on which CPU, and when: one row per stay on a CPU, from sched_switch to sched_switch.
--
-- The idle task is thread 0. Where events were lost in between, or another thread ends the stay (switches were filtered),
-- dur is NULL. A switch that several buffers of a recording hold is there once (buffers).
--
-- @needs loss_intervals buffers sched_switch task_state
-- @column ts When it got the CPU in ns.
-- @column dur How long it kept it in ns; NULL at the end of the recording and across a loss.
-- @column cpu CPU.
-- @column comm Name of the thread then.
-- @column end_state How it left: R preempted, S sleeping, D waiting for a device (task_state); NULL as dur.
-- @column capture The recording: captures.capture.
-- @column tid Thread id.
WITH
  -- Only where a recording has several buffers, the table has their names.
  held AS (FROM sched.sched_switch UNION ALL BY NAME SELECT NULL::VARCHAR AS instance WHERE false),
  counted AS (
    FROM held AS h
    ANTI JOIN (SELECT capture, tid, cpu, coalesce(instance, '') AS buffer FROM buffers WHERE event = 'sched.sched_switch' AND NOT is_counted) AS b
      ON b.capture = h.capture AND b.tid = h.tid AND b.cpu = h.cpu AND b.buffer = coalesce(h.instance, '')
  ),
  switches AS (
    SELECT capture, ts, cpu, next_pid AS tid, next_comm AS comm,
      CASE WHEN lead(prev_pid) OVER on_cpu = next_pid THEN lead(ts) OVER on_cpu END AS end_ts,
      CASE WHEN lead(prev_pid) OVER on_cpu = next_pid THEN lead(prev_state) OVER on_cpu END AS prev_state
    FROM counted
    WINDOW on_cpu AS (PARTITION BY capture, cpu ORDER BY ts)
  )
SELECT s.capture, s.ts, CASE WHEN l.until_ts > s.ts THEN NULL ELSE s.end_ts - s.ts END AS dur, s.cpu, s.tid, s.comm,
  CASE WHEN l.until_ts > s.ts THEN NULL ELSE task_state(s.prev_state) END AS end_state
FROM switches AS s
ASOF LEFT JOIN loss_intervals AS l ON l.capture = s.capture AND s.end_ts > l.since_ts
