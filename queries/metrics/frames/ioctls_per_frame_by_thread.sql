-- ioctls of the chosen process per frame, by thread.
--
-- One row per frame and thread that made any, zeros included. The compositor's main thread and each output's commit thread
-- do different things: a sum hides that.
--
-- @detail only with --full
-- @needs ioctls members frame_marks threads
-- @events syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value calls count none Calls in the frame.
-- @by thread Name of the thread; its number where the recording names none.
WITH
  counted AS (
    SELECT i.capture, f.ts, coalesce(t.comm, 'tid ' || i.tid, 'only thread') AS thread, count(*) AS calls
    FROM member_ioctls AS i
    LEFT JOIN threads AS t ON t.capture = i.capture AND t.tid = i.tid
    ASOF JOIN whole_frames AS f ON f.capture = i.capture AND f.ts <= i.ts
    WHERE i.ts < f.end_ts
    GROUP BY ALL
  ),
  names AS (SELECT DISTINCT capture, thread FROM counted)
SELECT f.capture, f.ts, NULL::INTEGER AS tid, n.thread, coalesce(c.calls, 0) AS calls
FROM whole_frames AS f
JOIN names AS n ON n.capture = f.capture
LEFT JOIN counted AS c ON c.capture = f.capture AND c.ts = f.ts AND c.thread = n.thread
