-- ioctls of the chosen process per content frame: from one client buffer to the next.
--
-- One row per readiness check of a client's buffer that is followed by another: 30 fps content on a 60 Hz output has half
-- as many content frames as flips can come.
--
-- @detail only with --full
-- @needs ioctls members dmabuf_checks
-- @events syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter|strace
-- @value calls count none Calls until the next client buffer.
WITH
  checks AS (
    SELECT capture, ts, tid, lead(ts) OVER (PARTITION BY capture ORDER BY ts) AS end_ts FROM member_checks
    WHERE kind = 'poll' AND caller = 'transaction' AND ts IS NOT NULL
  ),
  counted AS (
    SELECT i.capture, c.ts, count(*) AS calls
    FROM member_ioctls AS i
    ASOF JOIN checks AS c ON c.capture = i.capture AND c.ts <= i.ts
    WHERE i.ts < c.end_ts
    GROUP BY ALL
  )
SELECT c.capture, c.ts, c.tid, coalesce(n.calls, 0) AS calls
FROM checks AS c
LEFT JOIN counted AS n ON n.capture = c.capture AND n.ts = c.ts
WHERE c.end_ts IS NOT NULL
