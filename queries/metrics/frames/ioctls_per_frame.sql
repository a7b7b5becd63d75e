-- ioctls of the chosen process per frame, by command.
--
-- One row per frame and command that the process used in that recording, zeros included; `(all)` counts every command. A
-- call belongs to the frame in which it was entered. Calls before the first and after the last flip are left out.
--
-- @needs ioctls members frames
-- @events syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value calls count none Calls in the frame.
-- @by command Name of the request.
WITH
  counted AS (
    SELECT i.capture, f.ts, i.name, count(*) AS calls
    FROM member_ioctls AS i
    ASOF JOIN whole_frames AS f ON f.capture = i.capture AND f.ts <= i.ts
    WHERE i.ts < f.end_ts
    GROUP BY ALL
  ),
  commands AS (SELECT DISTINCT capture, name FROM counted)
SELECT f.capture, f.ts, NULL::INTEGER AS tid, n.name AS command, coalesce(c.calls, 0) AS calls
FROM whole_frames AS f
JOIN commands AS n ON n.capture = f.capture
LEFT JOIN counted AS c ON c.capture = f.capture AND c.ts = f.ts AND c.name = n.name
UNION ALL
SELECT f.capture, f.ts, NULL, '(all)', coalesce(sum(c.calls), 0)::BIGINT
FROM whole_frames AS f
LEFT JOIN counted AS c ON c.capture = f.capture AND c.ts = f.ts
WHERE f.capture IN (SELECT capture FROM member_ioctls)
GROUP BY f.capture, f.ts
