-- One presented client buffer from the camera to the screen: done, dequeued, checked, fence, committed, flipped.
--
-- One row per check of a client's buffer whose fence is known (waits). The buffer is the one whose fence it is; without
-- fences nothing links a buffer to a check, and there is no row. Of several checks before one commit the last is shown. Where
-- several outputs are active no commit and no flip is known (waits.unmatched).
--
-- @needs waits v4l2_buffers fences
-- @from waits
-- @column capture The recording: captures.capture.
-- @column owner The videobuf2 queue; NULL where no buffer is known.
-- @column index Index of the buffer in it.
-- @column driver_ts When the driver got the buffer, in ns.
-- @column done_ts When the driver was done with it, in ns.
-- @column dequeued_ts When the client took it back, in ns.
-- @column created_ts When its fence was made, in ns.
-- @column signaled_ts When its fence was signalled, in ns.
-- @column check_ts When the compositor checked it, in ns.
-- @column learned_ts When the compositor learned that it is ready, in ns; NULL if it was at the check.
-- @column commit_ts The atomic commit, in ns.
-- @column flip_ts The flip event, in ns.
-- @column buffer_match How buffer and fence were linked (v4l2_buffers.fence_match).
-- @column fence_match How check and fence were linked (dmabuf_checks.match).
-- @column commit_match How the commit was linked: next commit after it was ready.
-- @column flip_match How the flip was linked: next flip event after the commit.
-- @column is_presented Whether it is the last check before its commit; others were replaced before they were shown. NULL where
--   its commit is not known: of several outputs, or lost.
SELECT
  w.capture,
  b.owner, b.index, b.driver_ts, b.done_ts, b.dequeued_ts,
  f.created_ts, w.signaled_ts,
  w.ts AS check_ts, w.learned_ts, w.commit_ts, w.flip_ts,
  b.fence_match AS buffer_match,
  w.match AS fence_match,
  CASE WHEN w.commit_ts IS NOT NULL THEN 'next commit' END AS commit_match,
  CASE WHEN w.flip_ts IS NOT NULL THEN 'next flip event' END AS flip_match,
  CASE WHEN w.commit_ts IS NOT NULL OR w.unmatched NOT IN ('several outputs', 'loss')
    THEN w.commit_ts IS NOT NULL AND w.ts = max(w.ts) OVER (PARTITION BY w.commit_ts) END AS is_presented
FROM waits AS w
LEFT JOIN v4l2_buffers AS b ON b.capture = w.capture AND b.context = w.context AND b.seqno = w.seqno AND b.life = w.life
LEFT JOIN fences AS f
  ON f.capture = w.capture AND f.context = w.context AND f.seqno = w.seqno AND f.life = w.life
WHERE w.capture = getvariable('capture')
