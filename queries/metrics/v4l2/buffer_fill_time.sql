-- Time a buffer spends with the driver: given to it until it is done.
--
-- One row per round of a videobuf2 buffer that began and ended in the recording.
--
-- @detail only with --full
-- @needs v4l2_buffers
-- @events vb2:vb2_buf_queue vb2:vb2_buf_done
-- @value dur ns none Queued with the driver to done.
SELECT capture, driver_ts AS ts, done_tid AS tid, done_ts - driver_ts AS dur
FROM v4l2_buffers
WHERE done_ts IS NOT NULL AND driver_ts IS NOT NULL
