-- What a fence cost the compositor: the four quantities of each readiness check whose fence is known.
--
-- S is the fence's signal, C the check, W the return of the poll that tells the compositor, A the next atomic commit of
-- its commit thread, P the flip event after it. Each quantity is NULL where it does not apply; a mean over slack and
-- block together means nothing. The wake latency is split by the scheduler's events of the waiting thread.
--
-- No event tells which output shows a buffer (what an atomic commit holds lies behind pointers), so A and P are known only
-- where one output alone commits and flips in the recording. Else they are NULL, and `unmatched` says why.
--
-- @needs dmabuf_checks syscalls ioctl_kinds threads frames loss_intervals sched_waking sched_wakeup sched_switch
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
-- @column output Connector of the commit, as its thread is named; NULL where commit_ts is.
-- @column commit_ts The next atomic commit that did not fail (A) in ns.
-- @column commit_lag A - max(S, C) in ns.
-- @column flip_ts The flip event after it (P) in ns.
-- @column flip_lag P - A in ns.
-- @column unmatched Why there is no commit_ts or no flip_ts; NULL where there are both. no commit thread (the recording shows
--   none); never ready (no signal was seen); several outputs; loss (events were lost in between); no flip event (none recorded);
--   end (none came any more).
WITH
  checks AS (
    SELECT *, CASE WHEN signaled_ts IS NOT NULL THEN greatest(ts, signaled_ts) END AS ready_ts FROM dmabuf_checks
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
    SELECT s.ts, t.comm AS output FROM syscalls AS s
    JOIN (FROM threads WHERE capture = getvariable('capture') AND is_connector) AS t ON t.tid = s.tid
    WHERE s.capture = getvariable('capture') AND coalesce(s.ret, 0) = 0
      AND s.ioctl_kind IN (SELECT kind FROM ioctl_kinds WHERE capture = getvariable('capture') AND name = 'DRM_IOCTL_MODE_ATOMIC')
  ),
  flips AS (FROM frames WHERE capture = getvariable('capture') AND marker = 'drm_vblank_event_delivered'),
  alone AS (
    SELECT (SELECT count(DISTINCT output) FROM commits) <= 1 AND (SELECT count(*) FROM (SELECT DISTINCT output FROM flips)) <= 1 AS is_alone
  ),
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
  committed AS (
    SELECT r.*, a.ts AS commit_ts, a.output
    FROM (SELECT *, (SELECT is_alone FROM alone) AS is_alone FROM ran) AS r
    ASOF LEFT JOIN commits AS a ON coalesce(CASE WHEN r.is_alone THEN r.ready_ts END, 9223372036854775807) <= a.ts
  ),
  flipped AS (
    SELECT c.*, p.ts AS flip_ts FROM committed AS c ASOF LEFT JOIN flips AS p ON coalesce(c.commit_ts, 9223372036854775807) <= p.ts
  ),
  exposed AS (
    SELECT *, false AS is_commit_lost, false AS is_flip_lost FROM flipped WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT f.*, coalesce(a.until_ts > f.ready_ts, false), coalesce(p.until_ts > f.commit_ts, false)
    FROM flipped AS f
    ASOF LEFT JOIN loss_intervals AS a ON a.capture = getvariable('capture') AND coalesce(f.commit_ts, -9223372036854775807) > a.since_ts
    ASOF LEFT JOIN loss_intervals AS p ON p.capture = getvariable('capture') AND coalesce(f.flip_ts, -9223372036854775807) > p.since_ts
    WHERE getvariable('is_lossy')
  ),
  matched AS (
    SELECT * REPLACE (
      CASE WHEN NOT is_commit_lost THEN commit_ts END AS commit_ts,
      CASE WHEN NOT is_commit_lost AND NOT is_flip_lost THEN flip_ts END AS flip_ts,
      CASE WHEN NOT is_commit_lost THEN output END AS output)
    FROM exposed
  )
SELECT
  getvariable('capture') AS capture,
  ts, tid, verdict, match, context, seqno, life, signaled_ts, learned_ts, slack, block, wake,
  woken_ts,
  CASE WHEN woken_ts IS NOT NULL AND run_ts <= learned_ts THEN run_ts END AS running_ts,
  woken_ts - signaled_ts AS signal_to_woken,
  CASE WHEN run_ts <= learned_ts THEN run_ts - woken_ts END AS woken_to_running,
  CASE WHEN woken_ts IS NOT NULL AND run_ts <= learned_ts THEN learned_ts - run_ts END AS running_to_return,
  output,
  commit_ts,
  commit_ts - ready_ts AS commit_lag,
  flip_ts,
  flip_ts - commit_ts AS flip_lag,
  CASE
    WHEN flip_ts IS NOT NULL THEN NULL
    WHEN (SELECT count(*) FROM commits) = 0 THEN 'no commit thread'
    WHEN ready_ts IS NULL THEN 'never ready'
    WHEN NOT is_alone THEN 'several outputs'
    WHEN is_commit_lost OR is_flip_lost THEN 'loss'
    WHEN commit_ts IS NOT NULL AND (SELECT count(*) FROM flips) = 0 THEN 'no flip event'
    ELSE 'end'
  END::ENUM('no commit thread', 'never ready', 'several outputs', 'loss', 'no flip event', 'end') AS unmatched
FROM matched
