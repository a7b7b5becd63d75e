-- Waits for fences inside the kernel (dma_fence_wait_timeout).
--
-- From dma_fence_wait_start to dma_fence_wait_end of the same thread and fence: KMS commit workers and drivers. A poll
-- of a dmabuf or sync_file, an eventfd and a syncobj never appear here.
--
-- @needs fences loss_intervals dma_fence_wait_start dma_fence_wait_end
-- @from dma_fence.dma_fence_wait_start
-- @column capture The recording: captures.capture.
-- @column ts Begin of the wait in ns.
-- @column dur Length of the wait in ns; NULL where its end was not seen or events were lost in between.
-- @column tid Thread that waited.
-- @column context Context of the fence, the lower 32 bits.
-- @column seqno Sequence number of the fence, the lower 32 bits.
-- @column life Which life of that context and seqno, as in fences; NULL if none was seen.
-- @column driver Driver of the fence; NULL where only events after its signal were seen.
-- @column kind fence, stub or array, as in fences.
-- @column signaled_ts When the fence was signalled in ns; NULL if not seen.
-- @column slack begin - signal in ns where the fence was signalled before the wait began, else NULL.
-- @column block signal - begin in ns where the fence was signalled during the wait, else NULL.
-- @column wake end - signal in ns where the fence was signalled during the wait, else NULL.
WITH
  marks AS (
    SELECT ts, tid, driver, context, seqno, true AS is_start
    FROM store."dma_fence.dma_fence_wait_start" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, driver, context, seqno, false FROM store."dma_fence.dma_fence_wait_end" WHERE capture = getvariable('capture')
  ),
  paired AS (
    SELECT *, CASE WHEN NOT lead(is_start) OVER following THEN lead(ts) OVER following END AS end_ts
    FROM marks
    WINDOW following AS (PARTITION BY tid, context, seqno ORDER BY ts, is_start DESC)
  ),
  checked AS (
    SELECT p.* REPLACE (CASE WHEN l.until_ts > p.ts THEN NULL ELSE p.end_ts END AS end_ts)
    FROM paired AS p
    ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND coalesce(p.end_ts, -9223372036854775807) > l.since_ts
    WHERE is_start
  )
SELECT
  getvariable('capture') AS capture,
  w.ts,
  w.end_ts - w.ts AS dur,
  w.tid, w.context, w.seqno, f.life,
  coalesce(f.driver, nullif(d.text, 'detached-driver')) AS driver,
  coalesce(f.kind, CASE WHEN w.context = 0 THEN 'stub' ELSE 'fence' END::ENUM('fence', 'stub', 'array')) AS kind,
  f.signaled_ts,
  CASE WHEN f.signaled_ts <= w.ts THEN w.ts - f.signaled_ts END AS slack,
  CASE WHEN f.signaled_ts > w.ts AND f.signaled_ts <= w.end_ts THEN f.signaled_ts - w.ts END AS block,
  CASE WHEN f.signaled_ts > w.ts AND f.signaled_ts <= w.end_ts THEN w.end_ts - f.signaled_ts END AS wake
FROM checked AS w
ASOF LEFT JOIN (
  SELECT context, seqno, life, driver, kind, signaled_ts, coalesce(created_ts, 0) AS from_ts FROM fences
  WHERE capture = getvariable('capture') AND kind <> 'stub'
) AS f ON f.context = w.context AND f.seqno = w.seqno AND f.from_ts <= w.ts
LEFT JOIN store.strings AS d ON d.id = w.driver
