-- Time from a buffer being done to the client taking it.
--
-- One row per round of a videobuf2 buffer.
--
-- @detail only with --full
-- @needs v4l2_buffers
-- @events vb2:vb2_buf_done vb2:vb2_dqbuf
-- @value dur ns lower Done to dequeued.
SELECT capture, done_ts AS ts, dequeued_tid AS tid, dequeued_ts - done_ts AS dur
FROM v4l2_buffers
WHERE dequeued_ts IS NOT NULL AND done_ts IS NOT NULL
