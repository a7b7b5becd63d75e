-- System calls of the chosen process per frame, by name.
--
-- One row per frame and system call that the process used in that recording, zeros included.
--
-- @detail only with --full
-- @needs syscalls members frame_marks
-- @events syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value calls count none Calls in the frame.
-- @by syscall Name of the system call.
WITH
  counted AS (
    SELECT s.capture, f.ts, s.name, count(*) AS calls
    FROM syscalls AS s
    JOIN (SELECT DISTINCT capture, coalesce(tid, -1) AS tid FROM members) AS m
      ON m.capture = s.capture AND m.tid = coalesce(s.tid, -1)
    ASOF JOIN whole_frames AS f ON f.capture = s.capture AND f.ts <= s.ts
    WHERE s.ts < f.end_ts
    GROUP BY ALL
  ),
  names AS (SELECT DISTINCT capture, name FROM counted)
SELECT f.capture, f.ts, NULL::INTEGER AS tid, n.name AS syscall, coalesce(c.calls, 0) AS calls
FROM whole_frames AS f
JOIN names AS n ON n.capture = f.capture
LEFT JOIN counted AS c ON c.capture = f.capture AND c.ts = f.ts AND c.name = n.name
