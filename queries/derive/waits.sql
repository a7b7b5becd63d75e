-- What a fence cost the compositor: the four quantities of each readiness check whose fence is known.
--
-- S is the fence's signal, C the check, W the return of the poll that tells the compositor, A the next atomic commit of
-- its commit thread, P the flip event after it. Each quantity is NULL where it does not apply; a mean over slack and
-- block together means nothing. The wake latency is split by the scheduler's events of the waiting thread.
--
-- @needs dmabuf_checks syscalls ioctl_kinds threads frames sched_waking sched_wakeup sched_switch
-- @from dmabuf_checks
-- @column capture The recording: captures.capture.
-- @column ts The check (C) in ns.
-- @column tid Thread that checked.
-- @column verdict early, late, stuck or cut, as in dmabuf_checks.
-- @column match How the fence was found, as in dmabuf_checks.
-- @column context Context of the fence.
-- @column seqno Sequence number of the fence.
-- @column life Which life of that context and seqno, as in fences.
-- @column signaled_ts Its signal (S) in ns.
-- @column learned_ts Return of the poll that told the thread (W) in ns; NULL of early ones.
-- @column slack C - S in ns of early ones: the fence cost nothing.
-- @column block S - C in ns of late ones: the producer gated the frame.
-- @column wake W - S in ns of late ones.
-- @column woken_ts First sched_waking (or sched_wakeup) of the thread after the signal in ns.
-- @column running_ts When the thread ran then, in ns (sched_switch).
-- @column signal_to_woken Signal to wakeup in ns.
-- @column woken_to_running Wakeup to running in ns.
-- @column running_to_return Running to the return of the poll in ns.
-- @column commit_ts The next atomic commit (A) in ns.
-- @column commit_lag A - max(S, C) in ns.
-- @column flip_ts The flip event after it (P) in ns.
-- @column flip_lag P - A in ns.
WITH
  checks AS (
    SELECT *, greatest(ts, signaled_ts) AS ready_ts FROM dmabuf_checks
    WHERE capture = getvariable('capture') AND kind = 'poll' AND caller = 'transaction' AND context IS NOT NULL
      AND verdict IN ('early', 'late', 'stuck', 'cut')
  ),
  wakeups AS (
    SELECT ts, pid FROM store."sched.sched_waking" WHERE capture = getvariable('capture') AND pid IN (SELECT tid FROM checks)
    UNION ALL
    SELECT ts, pid FROM store."sched.sched_wakeup" WHERE capture = getvariable('capture') AND pid IN (SELECT tid FROM checks)
  ),
  runs AS (
    SELECT ts, next_pid AS pid FROM store."sched.sched_switch"
    WHERE capture = getvariable('capture') AND next_pid IN (SELECT tid FROM checks)
  ),
  commits AS (
    SELECT ts FROM syscalls
    WHERE capture = getvariable('capture')
      AND ioctl_kind IN (SELECT kind FROM ioctl_kinds WHERE capture = getvariable('capture') AND name = 'DRM_IOCTL_MODE_ATOMIC')
      AND tid IN (SELECT tid FROM threads WHERE capture = getvariable('capture') AND is_connector)
  ),
  flips AS (FROM frames WHERE capture = getvariable('capture') AND marker = 'drm_vblank_event_delivered'),
  followed AS (
    SELECT c.*, w.ts AS woken_ts
    FROM checks AS c
    ASOF LEFT JOIN wakeups AS w ON w.pid = c.tid AND CASE WHEN c.verdict = 'late' THEN c.signaled_ts ELSE 9223372036854775807 END <= w.ts
  ),
  ran AS (
    SELECT f.* REPLACE (CASE WHEN f.woken_ts <= f.learned_ts THEN f.woken_ts END AS woken_ts), r.ts AS run_ts
    FROM followed AS f
    ASOF LEFT JOIN runs AS r ON r.pid = f.tid AND coalesce(f.woken_ts, 9223372036854775807) <= r.ts
  ),
  committed AS (SELECT r.*, a.ts AS commit_ts FROM ran AS r ASOF LEFT JOIN commits AS a ON coalesce(r.ready_ts, 9223372036854775807) <= a.ts)
SELECT
  getvariable('capture') AS capture,
  c.ts, c.tid, c.verdict, c.match, c.context, c.seqno, c.life, c.signaled_ts, c.learned_ts, c.slack, c.block, c.wake,
  c.woken_ts,
  CASE WHEN c.woken_ts IS NOT NULL AND c.run_ts <= c.learned_ts THEN c.run_ts END AS running_ts,
  c.woken_ts - c.signaled_ts AS signal_to_woken,
  CASE WHEN c.run_ts <= c.learned_ts THEN c.run_ts - c.woken_ts END AS woken_to_running,
  CASE WHEN c.woken_ts IS NOT NULL AND c.run_ts <= c.learned_ts THEN c.learned_ts - c.run_ts END AS running_to_return,
  c.commit_ts,
  c.commit_ts - c.ready_ts AS commit_lag,
  p.ts AS flip_ts,
  p.ts - c.commit_ts AS flip_lag
FROM committed AS c
ASOF LEFT JOIN flips AS p ON coalesce(c.commit_ts, 9223372036854775807) <= p.ts
