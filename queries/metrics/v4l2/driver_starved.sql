-- Times in which the driver held no buffer at all while its queue was streaming.
--
-- One row per stretch, between the first buffer that it got and the last one that it finished. What a pool that is too
-- small, or a compositor that holds buffers for too long, costs the producer. A buffer whose round spans a loss counts as
-- held until it is queued again, and a stretch with a loss in it is left out.
--
-- @detail only with --full
-- @needs v4l2_buffers loss_intervals
-- @events vb2:vb2_buf_queue vb2:vb2_buf_done
-- @value dur ns lower Length of the stretch without a buffer.
WITH
  rounds AS (
    SELECT capture, owner, type, driver_ts,
      CASE WHEN state = 'partial' THEN lead(queued_ts) OVER (PARTITION BY capture, owner, type, index ORDER BY round) ELSE done_ts END AS done_ts
    FROM v4l2_buffers
  ),
  steps AS (
    SELECT capture, owner, type, driver_ts AS ts, 1 AS step FROM rounds WHERE driver_ts IS NOT NULL
    UNION ALL
    SELECT capture, owner, type, done_ts, -1 FROM rounds WHERE driver_ts IS NOT NULL AND done_ts IS NOT NULL
  ),
  held AS (
    SELECT capture, ts, sum(step) OVER along AS held, lead(ts) OVER along AS end_ts
    FROM steps
    WINDOW along AS (PARTITION BY capture, owner, type ORDER BY ts, step DESC)
  )
SELECT h.capture, h.ts, NULL::INTEGER AS tid, h.end_ts - h.ts AS dur
FROM (FROM held WHERE held = 0 AND end_ts > ts) AS h
ASOF LEFT JOIN loss_intervals AS l ON l.capture = h.capture AND h.end_ts > l.since_ts
WHERE NOT coalesce(l.until_ts > h.ts, false)
