-- What reviewers ask of a producer's fences, per recording.
--
-- The producer is `getvariable('producer')`, videobuf2 by default. n is NULL where the recording does not tell, and
-- reason says why. Only fences whose creation was seen, and between whose creation and signal no event was lost. The
-- context of a signal is that of the thread that ran; in an interrupt that is the interrupted one, so the interrupt flags
-- of the event decide (fences.signaled_in). A fence that no dma_resv holds is destroyed within microseconds of its signal:
-- one destroyed within a millisecond of it was attached to nothing that anybody could wait on.
--
-- @needs fences ioctls ioctl_kinds frames v4l2_buffers member_checks fence_waits
-- @column capture The recording: captures.capture.
-- @column step Order of the rows.
-- @column fact What is counted or measured.
-- @column unit count or ns.
-- @column combine How runs are put together: sum, max or median.
-- @column is_fault Whether anything but 0 deserves a look.
-- @column n How many or how long; NULL where the recording does not tell.
-- @column reason Why n is NULL.
WITH
  mine AS (
    SELECT * FROM fences
    WHERE driver = coalesce(getvariable('producer'), 'videobuf2') AND kind = 'fence' AND state <> 'partial'
  ),
  known AS (
    SELECT
      capture, start_ts, end_ts,
      capture IN (SELECT capture FROM events WHERE system = 'dma_fence') AS is_recorded,
      capture IN (SELECT capture FROM mine) AS has_fences,
      capture IN (SELECT capture FROM ioctl_kinds) AS has_ioctls
    FROM captures
  ),
  -- Seen in the order of creation: signalled before one that was made earlier in its context.
  ordered AS (
    SELECT capture, signaled_ts < max(signaled_ts) OVER (
        PARTITION BY capture, context ORDER BY created_ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_early
    FROM mine WHERE state = 'signaled'
  ),
  stops AS (SELECT capture, ts FROM ioctls WHERE name = 'VIDIOC_STREAMOFF'),
  across AS (
    SELECT DISTINCT f.capture, f.context, f.seqno, f.life FROM mine AS f
    JOIN stops AS s ON s.capture = f.capture AND f.created_ts < s.ts
    WHERE s.ts < coalesce(f.signaled_ts, f.destroyed_ts, 9223372036854775807)
  ),
  armed AS (
    SELECT b.capture, count(*) AS buffers, count(*) FILTER (f.created_ts < b.driver_ts) AS early
    FROM v4l2_buffers AS b JOIN mine AS f ON f.capture = b.capture AND f.context = b.context AND f.seqno = b.seqno AND f.life = b.life
      AND abs(f.created_ts - b.driver_ts) < 1000000000
    WHERE b.driver_ts IS NOT NULL GROUP BY b.capture
  ),
  asked AS (
    SELECT capture, context, seqno, life FROM member_checks WHERE verdict IN ('late', 'cut', 'stuck')
    UNION SELECT capture, context, seqno, life FROM fence_waits
  ),
  ages AS (
    SELECT
      capture,
      quantile_cont(signaled_ts - created_ts, [0.5, 0.99]) AS q,
      max(signaled_ts - created_ts) AS longest,
      count(*) FILTER (signaled_in = 'hard irq') AS hard,
      count(*) FILTER (signaled_in = 'softirq') AS soft,
      count(*) FILTER (signaled_in = 'kworker') AS kworker,
      count(*) FILTER (signaled_in = 'thread') AS thread
    FROM mine WHERE state = 'signaled' GROUP BY capture
  ),
  -- Several outputs have no period in common.
  period AS (
    SELECT capture, CASE WHEN count(DISTINCT output) = 1 THEN median(dur) END AS dur,
      CASE WHEN count(DISTINCT output) > 1 THEN 'several outputs' END AS reason
    FROM frames GROUP BY capture
  ),
  faults AS (
    SELECT
      f.capture,
      count(*) FILTER (f.state IN ('unsignaled', 'destroyed')) AS never,
      max(coalesce(f.destroyed_ts, k.end_ts) - f.created_ts) FILTER (f.state IN ('unsignaled', 'destroyed')) AS oldest,
      count(*) FILTER (coalesce(f.destroyed_ts - f.signaled_ts > 1000000, f.destroyed_ts IS NULL) AND a.capture IS NULL) AS unwaited,
      count(*) FILTER (f.destroyed_ts - f.signaled_ts <= 1000000) AS unattached
    FROM mine AS f
    JOIN known AS k ON k.capture = f.capture
    LEFT JOIN asked AS a ON a.capture = f.capture AND a.context = f.context AND a.seqno = f.seqno AND a.life = f.life
    GROUP BY f.capture
  ),
  counted AS (
    SELECT
      k.*, f.never, f.oldest, f.unwaited, f.unattached,
      k.capture IN (SELECT capture FROM stops) AS has_stopped,
      coalesce(a.n, 0) AS across, coalesce(o.n, 0) AS disordered,
      CASE WHEN NOT is_recorded THEN 'not recorded' WHEN NOT has_fences THEN '-' END AS absent
    FROM known AS k
    LEFT JOIN faults AS f ON f.capture = k.capture
    LEFT JOIN (SELECT capture, count(*) AS n FROM across GROUP BY capture) AS a ON a.capture = k.capture
    LEFT JOIN (SELECT capture, count(*) AS n FROM ordered WHERE is_early GROUP BY capture) AS o ON o.capture = k.capture
  )
SELECT capture, 1 AS step, 'never signalled' AS fact, 'count' AS unit, 'sum' AS combine, true AS is_fault,
  CASE WHEN absent IS NULL THEN never END::DOUBLE AS n, absent AS reason FROM counted
UNION ALL SELECT capture, 2, 'age of the oldest of them', 'ns', 'max', true,
  CASE WHEN absent IS NULL THEN oldest END, coalesce(absent, '-') FROM counted
UNION ALL SELECT capture, 3, 'creation to signal, p50 (median of runs)', 'ns', 'median', false, q[1], coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 4, 'creation to signal, p99 (median of runs)', 'ns', 'median', false, q[2], coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 5, 'creation to signal, max', 'ns', 'max', false, longest, coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 6, 'frame period (median)', 'ns', 'median', false, dur, coalesce(period.reason, 'no frames') FROM counted LEFT JOIN period USING (capture)
UNION ALL SELECT capture, 7, 'open across STREAMOFF', 'count', 'sum', true,
  CASE WHEN absent IS NULL AND has_stopped THEN across END,
  coalesce(absent, CASE WHEN has_ioctls THEN 'no STREAMOFF seen' ELSE 'not traced' END) FROM counted
UNION ALL SELECT capture, 8, 'created before the driver had the buffer', 'count', 'sum', true,
  CASE WHEN absent IS NULL THEN early END, coalesce(absent, 'not traced') FROM counted LEFT JOIN armed USING (capture)
UNION ALL SELECT capture, 9, 'signalled in a hard irq', 'count', 'sum', false, hard, coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 10, 'signalled in a softirq', 'count', 'sum', false, soft, coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 11, 'signalled in a kworker', 'count', 'sum', false, kworker, coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 12, 'signalled in another thread', 'count', 'sum', false, thread, coalesce(absent, '-') FROM counted LEFT JOIN ages USING (capture)
UNION ALL SELECT capture, 13, 'attached but never waited on', 'count', 'sum', true,
  CASE WHEN absent IS NULL THEN unwaited END, absent FROM counted
UNION ALL SELECT capture, 14, 'signalled out of order in their context', 'count', 'sum', true,
  CASE WHEN absent IS NULL THEN disordered END, absent FROM counted
UNION ALL SELECT capture, 15, 'created but attached to nothing', 'count', 'sum', true,
  CASE WHEN absent IS NULL THEN unattached END, absent FROM counted
