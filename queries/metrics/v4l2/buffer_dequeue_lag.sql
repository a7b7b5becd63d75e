-- Time from a buffer being done to the client taking it.
--
-- One row per round of a videobuf2 buffer without a loss in between.
--
-- @detail only with --full
-- @needs v4l2_buffers loss_intervals
-- @events vb2:vb2_buf_done vb2:vb2_dqbuf
-- @value dur ns lower Done to dequeued.
SELECT b.capture, done_ts AS ts, dequeued_tid AS tid, dequeued_ts - done_ts AS dur
FROM (FROM v4l2_buffers WHERE dequeued_ts IS NOT NULL AND done_ts IS NOT NULL) AS b
ASOF LEFT JOIN loss_intervals AS l ON l.capture = b.capture AND b.dequeued_ts > l.since_ts
WHERE NOT coalesce(l.until_ts > b.done_ts, false)
