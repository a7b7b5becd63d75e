-- What threads waited for: polls that slept, waits for fences inside the kernel, futexes and sleeps.
--
-- A wait is a call of those kinds that lasted over 1 us and left the CPU if switches were recorded; polls that returned
-- at once are left out.
--
-- @needs syscalls fence_waits threads running
-- @column dur Length of the wait in ns.
-- @column comm Name of the thread.
-- @column what The system call, or fence and the driver that made it.
-- @column woken_by The thread whose event woke it (sched_waking, sched_wakeup) last in the wait; NULL where that was not recorded.
-- @column capture The recording: captures.capture.
-- @column tid Thread id.
-- @column ts Begin of the wait in ns.
WITH
  slept AS (
    SELECT capture, ts, dur, tid, name AS what FROM syscalls
    WHERE dur > 1000 AND source <> 'strace' AND name IN ('poll', 'ppoll', 'select', 'pselect6', 'epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'futex', 'nanosleep', 'clock_nanosleep')
    UNION ALL
    SELECT capture, ts, dur, tid, 'fence of ' || coalesce(driver, 'an unknown driver') FROM fence_waits WHERE dur IS NOT NULL AND kind <> 'stub'
  ),
  left_cpu AS (
    SELECT s.* FROM slept AS s
    ASOF LEFT JOIN (SELECT capture, tid, ts + dur AS off_ts FROM running WHERE tid <> 0 AND dur IS NOT NULL) AS r
      ON r.capture = s.capture AND r.tid = s.tid AND s.ts <= r.off_ts
    WHERE r.off_ts <= s.ts + s.dur OR s.capture NOT IN (SELECT capture FROM running)
  ),
  wakeups AS (
    SELECT capture, ts, tid AS waker, pid AS tid FROM sched.sched_waking
    UNION ALL
    SELECT capture, ts, tid, pid FROM sched.sched_wakeup
    WHERE capture NOT IN (SELECT capture FROM sched.sched_waking)
  )
SELECT l.capture, l.ts, l.dur, l.tid, t.comm, l.what, CASE WHEN w.ts >= l.ts THEN b.comm END AS woken_by
FROM left_cpu AS l
LEFT JOIN threads AS t ON t.capture = l.capture AND t.tid = l.tid
ASOF LEFT JOIN wakeups AS w ON w.capture = l.capture AND w.tid = l.tid AND l.ts + l.dur >= w.ts
LEFT JOIN threads AS b ON b.capture = l.capture AND b.tid = w.waker
