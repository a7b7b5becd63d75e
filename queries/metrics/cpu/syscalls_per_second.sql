-- System calls of the chosen process per second, by name.
--
-- One row per whole second of the recording (the last one is cut and left out) and system call that the process used in
-- that recording, zeros included; `(all)` counts every call. Seconds in which the recorder lost events are left out.
--
-- @detail only with --full
-- @needs syscalls members whole_seconds
-- @events syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value calls rate none Calls in the second.
-- @by syscall Name of the system call.
WITH
  counted AS (
    SELECT s.capture, w.second, s.name, count(*) AS calls
    FROM syscalls AS s
    JOIN (SELECT DISTINCT capture, coalesce(tid, -1) AS tid FROM members) AS m
      ON m.capture = s.capture AND m.tid = coalesce(s.tid, -1)
    JOIN captures AS c ON c.capture = s.capture
    JOIN whole_seconds AS w ON w.capture = s.capture AND w.second = (s.ts - c.start_ts) // 1000000000
    GROUP BY ALL
  ),
  names AS (SELECT DISTINCT capture, name FROM counted)
SELECT w.capture, w.ts, NULL::INTEGER AS tid, n.name AS syscall, coalesce(c.calls, 0) AS calls
FROM whole_seconds AS w
JOIN names AS n ON n.capture = w.capture
LEFT JOIN counted AS c ON c.capture = w.capture AND c.second = w.second AND c.name = n.name
UNION ALL
SELECT w.capture, w.ts, NULL, '(all)', coalesce(sum(c.calls), 0)::BIGINT
FROM whole_seconds AS w
LEFT JOIN counted AS c ON c.capture = w.capture AND c.second = w.second
WHERE w.capture IN (SELECT capture FROM names)
GROUP BY w.capture, w.ts
