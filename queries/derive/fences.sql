-- Lives of dma_fences.
--
-- One row per life of a (context, seqno): from dma_fence_init to dma_fence_destroy. Context and seqno are 64 bits in the
-- kernel and cut to 32 in the events, so a pair can come again: each init begins another life. Driver and timeline are
-- those that init, emit, enable_signal or signaled gave: since Linux 6.17 the other events of a signalled fence print
-- detached-driver and signaled-timeline (drivers/dma-buf/dma-fence.c). Names are ids of store.strings until the lives are
-- told apart: texts are dear to sort and to group.
--
-- @needs loss_intervals threads dma_fence_init dma_fence_emit dma_fence_enable_signal dma_fence_signaled dma_fence_destroy dma_fence_wait_start
-- @from dma_fence.dma_fence_init dma_fence.dma_fence_emit dma_fence.dma_fence_enable_signal dma_fence.dma_fence_signaled
--   dma_fence.dma_fence_wait_start dma_fence.dma_fence_destroy
-- @column capture The recording: captures.capture.
-- @column context Fence context, the lower 32 bits; never compare it between boots.
-- @column seqno Sequence number in the context, the lower 32 bits.
-- @column life Which life of that context and seqno in this recording, from 1; 0: made before it.
-- @column driver Driver that made it, e.g. videobuf2; NULL where only events after its signal were seen.
-- @column timeline Timeline of the driver; NULL as driver.
-- @column kind fence; stub (context 0: the kernel's always signalled fence); array (several fences in one).
-- @column created_ts Time of dma_fence_init in ns; NULL if it was made before the recording.
-- @column created_tid Thread that made it.
-- @column emitted_ts Time of dma_fence_emit in ns; NULL for drivers that do not call it.
-- @column enabled_ts Time of the first dma_fence_enable_signal in ns; NULL for drivers without that operation.
-- @column enabled_tid Thread that asked for the signal.
-- @column signaled_ts Time of dma_fence_signaled in ns; NULL if it was not seen.
-- @column signaled_tid Thread that was running when it was signalled (the interrupted one in an interrupt).
-- @column signaled_in Context in which it was signalled: hard irq, softirq, kworker or thread; NULL if not seen.
-- @column destroyed_ts Time of dma_fence_destroy in ns; NULL if it was not seen.
-- @column waits Number of dma_fence_wait_start: waits inside the kernel; polls do not appear here.
-- @column state signaled; unsignaled (open when the recording ends: right-censored); destroyed (without a signal);
--   partial (made before the recording, or events were lost during its life).
WITH
  marks AS NOT MATERIALIZED (
    SELECT ts, tid, driver, timeline, context, seqno, 1::TINYINT AS mark, NULL::UTINYINT AS flags
    FROM store."dma_fence.dma_fence_init" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, driver, timeline, context, seqno, 2, NULL FROM store."dma_fence.dma_fence_emit" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, driver, timeline, context, seqno, 3, common_flags
    FROM store."dma_fence.dma_fence_signaled" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, driver, timeline, context, seqno, 4, NULL
    FROM store."dma_fence.dma_fence_enable_signal" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, driver, timeline, context, seqno, 5, NULL
    FROM store."dma_fence.dma_fence_wait_start" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, driver, timeline, context, seqno, 6, NULL
    FROM store."dma_fence.dma_fence_destroy" WHERE capture = getvariable('capture')
  ),
  -- Nearly every pair is one life: made once, nothing before that, and every other mark at most once. Its row needs only
  -- least times and joins; grouping with arg_min takes ten times as long.
  pairs AS (
    SELECT context, seqno,
      min(ts) AS first_ts,
      count(*) AS marks,
      count(*) FILTER (mark = 5) AS waits,
      min(ts) FILTER (mark = 1) AS created_ts,
      min(tid) FILTER (mark = 1) AS created_tid,
      min(driver) FILTER (mark = 1) AS driver,
      min(timeline) FILTER (mark = 1) AS timeline,
      min(ts) FILTER (mark = 2) AS emitted_ts,
      min(ts) FILTER (mark = 3) AS signaled_ts,
      min(tid) FILTER (mark = 3) AS signaled_tid,
      min(flags) FILTER (mark = 3) AS signaled_flags,
      min(ts) FILTER (mark = 4) AS enabled_ts,
      min(tid) FILTER (mark = 4) AS enabled_tid,
      min(ts) FILTER (mark = 6) AS destroyed_ts
    FROM marks GROUP BY context, seqno
  ),
  counted AS (
    SELECT *, coalesce(created_ts = first_ts AND marks = waits + 1 + (emitted_ts IS NOT NULL)::INTEGER
      + (signaled_ts IS NOT NULL)::INTEGER + (enabled_ts IS NOT NULL)::INTEGER + (destroyed_ts IS NOT NULL)::INTEGER, false) AS is_single
    FROM pairs
  ),
  single AS (SELECT * EXCLUDE (first_ts, marks, is_single), 1 AS life FROM counted WHERE is_single),
  numbered AS (
    SELECT *, (count(CASE WHEN mark = 1 THEN 1 END) OVER (PARTITION BY context, seqno ORDER BY ts))::INTEGER AS life
    FROM marks WHERE (context, seqno) IN (SELECT (context, seqno) FROM counted WHERE NOT is_single)
  ),
  several AS (
    SELECT
      context, seqno, life,
      coalesce(arg_min(driver, ts) FILTER (mark <= 4), arg_min(driver, ts)) AS driver,
      coalesce(arg_min(timeline, ts) FILTER (mark <= 4), arg_min(timeline, ts)) AS timeline,
      min(ts) FILTER (mark = 1) AS created_ts,
      arg_min(tid, ts) FILTER (mark = 1) AS created_tid,
      min(ts) FILTER (mark = 2) AS emitted_ts,
      min(ts) FILTER (mark = 4) AS enabled_ts,
      arg_min(tid, ts) FILTER (mark = 4) AS enabled_tid,
      min(ts) FILTER (mark = 3) AS signaled_ts,
      arg_min(tid, ts) FILTER (mark = 3) AS signaled_tid,
      arg_min(flags, ts) FILTER (mark = 3) AS signaled_flags,
      min(ts) FILTER (mark = 6) AS destroyed_ts,
      count(*) FILTER (mark = 5) AS waits
    FROM numbered
    GROUP BY context, seqno, life
  ),
  lives AS (FROM single UNION ALL BY NAME FROM several),
  named AS NOT MATERIALIZED (
    SELECT l.* REPLACE (nullif(d.text, 'detached-driver') AS driver, nullif(t.text, 'signaled-timeline') AS timeline)
    FROM lives AS l LEFT JOIN store.strings AS d ON d.id = l.driver LEFT JOIN store.strings AS t ON t.id = l.timeline
  ),
  spanned AS (
    SELECT *, NULL::BIGINT AS until_ts FROM named WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT n.*, l.until_ts FROM named AS n
    ASOF LEFT JOIN loss_intervals AS l
      ON l.capture = getvariable('capture') AND coalesce(n.signaled_ts, n.destroyed_ts, 9223372036854775807) > l.since_ts
    WHERE getvariable('is_lossy')
  )
SELECT
  getvariable('capture') AS capture,
  context, seqno, life, driver, timeline,
  CASE
    WHEN context = 0 THEN 'stub'
    WHEN driver IN ('dma_fence_array', 'dma_fence_chain') THEN 'array'
    ELSE 'fence'
  END::ENUM('fence', 'stub', 'array') AS kind,
  created_ts, created_tid, emitted_ts, enabled_ts, enabled_tid, signaled_ts, signaled_tid,
  -- TRACE_FLAG_HARDIRQ and TRACE_FLAG_SOFTIRQ of include/linux/trace_events.h.
  CASE
    WHEN signaled_ts IS NULL THEN NULL
    WHEN signaled_flags & 8 <> 0 THEN 'hard irq'
    WHEN signaled_flags & 16 <> 0 THEN 'softirq'
    WHEN t.comm LIKE 'kworker/%' THEN 'kworker'
    ELSE 'thread'
  END::ENUM('hard irq', 'softirq', 'kworker', 'thread') AS signaled_in,
  destroyed_ts, waits,
  CASE
    WHEN created_ts IS NULL THEN 'partial'
    WHEN until_ts > created_ts THEN 'partial'
    WHEN signaled_ts IS NOT NULL THEN 'signaled'
    WHEN destroyed_ts IS NOT NULL THEN 'destroyed'
    ELSE 'unsignaled'
  END::ENUM('signaled', 'unsignaled', 'destroyed', 'partial') AS state
FROM spanned
LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = signaled_tid
