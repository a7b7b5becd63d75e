-- Times in which the driver held no buffer at all while its queue was streaming.
--
-- One row per stretch, between the first buffer that it got and the last one that it finished. What a pool that is too
-- small, or a compositor that holds buffers for too long, costs the producer.
--
-- @detail only with --full
-- @needs v4l2_buffers
-- @events vb2:vb2_buf_queue vb2:vb2_buf_done
-- @value dur ns lower Length of the stretch without a buffer.
WITH
  steps AS (
    SELECT capture, owner, type, driver_ts AS ts, 1 AS step FROM v4l2_buffers WHERE driver_ts IS NOT NULL
    UNION ALL
    SELECT capture, owner, type, done_ts, -1 FROM v4l2_buffers WHERE driver_ts IS NOT NULL AND done_ts IS NOT NULL
  ),
  held AS (
    SELECT capture, ts, sum(step) OVER along AS held, lead(ts) OVER along AS end_ts
    FROM steps
    WINDOW along AS (PARTITION BY capture, owner, type ORDER BY ts, step DESC)
  )
SELECT capture, ts, NULL::INTEGER AS tid, end_ts - ts AS dur
FROM held
WHERE held = 0 AND end_ts > ts
