-- Time a buffer spends with the driver: given to it until it is done.
--
-- One row per round of a videobuf2 buffer that began and ended in the recording, without a loss in between.
--
-- @detail only with --full
-- @needs v4l2_buffers loss_intervals
-- @events vb2:vb2_buf_queue vb2:vb2_buf_done
-- @value dur ns none Queued with the driver to done.
SELECT b.capture, driver_ts AS ts, done_tid AS tid, done_ts - driver_ts AS dur
FROM (FROM v4l2_buffers WHERE done_ts IS NOT NULL AND driver_ts IS NOT NULL) AS b
ASOF LEFT JOIN loss_intervals AS l ON l.capture = b.capture AND b.done_ts > l.since_ts
WHERE NOT coalesce(l.until_ts > b.driver_ts, false)
