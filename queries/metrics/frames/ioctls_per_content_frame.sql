-- ioctls of the chosen process per content frame, by command: from one client buffer to the next.
--
-- One row per readiness check of a client's buffer that is followed by another, and command that the process used then,
-- zeros included; `(all)` counts every command. 30 fps content on a 60 Hz output has half as many content frames as flips
-- can come.
--
-- @detail only with --full
-- @needs ioctls members dmabuf_checks
-- @events syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter|strace
-- @value calls count none Calls until the next client buffer.
-- @by command Name of the request.
WITH
  checks AS (
    SELECT capture, ts, tid, lead(ts) OVER (PARTITION BY capture ORDER BY ts) AS end_ts FROM member_checks
    WHERE kind = 'poll' AND caller = 'transaction' AND ts IS NOT NULL
  ),
  whole AS (FROM checks WHERE end_ts IS NOT NULL),
  counted AS (
    SELECT i.capture, c.ts, i.name, count(*) AS calls
    FROM member_ioctls AS i
    ASOF JOIN checks AS c ON c.capture = i.capture AND c.ts <= i.ts
    WHERE i.ts < c.end_ts
    GROUP BY ALL
  ),
  commands AS (SELECT DISTINCT capture, name FROM counted)
SELECT w.capture, w.ts, w.tid, k.name AS command, coalesce(n.calls, 0) AS calls
FROM whole AS w
JOIN commands AS k ON k.capture = w.capture
LEFT JOIN counted AS n ON n.capture = w.capture AND n.ts = w.ts AND n.name = k.name
UNION ALL
SELECT w.capture, w.ts, w.tid, '(all)', coalesce(sum(n.calls), 0)::BIGINT
FROM whole AS w
LEFT JOIN counted AS n ON n.capture = w.capture AND n.ts = w.ts
GROUP BY ALL
