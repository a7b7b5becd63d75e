-- How the chosen process synchronises, per recording: what it asked, and how often.
--
-- @needs member_checks member_ioctls whole_frames
-- @column capture The recording: captures.capture.
-- @column polls Zero-timeout polls of a dmabuf by client transactions.
-- @column readable Of these, answered 1: no unsignalled fence.
-- @column busy Of these, answered 0.
-- @column exports EXPORT_SYNC_FILE calls.
-- @column transaction Of these, of client transactions.
-- @column framebuffer Of these, for framebuffers.
-- @column gpu Of these, of the GPU driver.
-- @column unknown Of these, of an unknown caller.
-- @column early Polls whose fence was signalled before.
-- @column late Polls whose fence was signalled after.
-- @column stuck Polls whose fence was open when the recording ended (stuck or cut).
-- @column unknown_verdicts Checks without a verdict.
-- @column explicit SYNCOBJ_EVENTFD and SYNCOBJ_TIMELINE calls: explicit synchronisation.
-- @column ioctls All ioctls.
-- @column frames Whole frames.
-- @column outside EXPORT_SYNC_FILE calls before the first or after the last flip.
-- @column late_flips Flips with more vertical blanks than the usual one (the median) of their output (frames.is_late).
-- @column flips Flips whose vertical blanks are known.
WITH
  c AS (
    SELECT
      capture,
      count(*) FILTER (kind = 'poll' AND caller = 'transaction') AS polls,
      count(*) FILTER (kind = 'poll' AND caller = 'transaction' AND answer > 0) AS readable,
      count(*) FILTER (kind = 'poll' AND caller = 'transaction' AND answer = 0) AS busy,
      count(*) FILTER (kind = 'export') AS exports,
      count(*) FILTER (kind = 'export' AND caller = 'transaction') AS transaction,
      count(*) FILTER (kind = 'export' AND caller = 'framebuffer') AS framebuffer,
      count(*) FILTER (kind = 'export' AND caller = 'gpu driver') AS gpu,
      count(*) FILTER (kind = 'export' AND caller = 'unknown') AS unknown,
      count(*) FILTER (kind = 'poll' AND verdict = 'early') AS early,
      count(*) FILTER (kind = 'poll' AND verdict = 'late') AS late,
      count(*) FILTER (kind = 'poll' AND verdict IN ('stuck', 'cut')) AS stuck,
      count(*) FILTER (verdict = 'unknown') AS unknown_verdicts
    FROM member_checks GROUP BY capture
  ),
  i AS (
    SELECT capture, count(*) AS ioctls, count(*) FILTER (name LIKE 'DRM_IOCTL_SYNCOBJ_%') AS explicit
    FROM member_ioctls GROUP BY capture
  ),
  f AS (SELECT capture, count(*) AS frames, min(ts) AS first_ts, max(end_ts) AS last_ts FROM whole_frames GROUP BY capture),
  o AS (
    SELECT k.capture, count(*) AS outside FROM member_checks AS k JOIN f USING (capture)
    WHERE k.kind = 'export' AND (k.ts < f.first_ts OR k.ts >= f.last_ts) GROUP BY k.capture
  ),
  v AS (SELECT capture, count(*) FILTER (is_late) AS late_flips, count(vblanks) AS flips FROM frames GROUP BY capture)
SELECT
  capture,
  coalesce(polls, 0) AS polls, coalesce(readable, 0) AS readable, coalesce(busy, 0) AS busy,
  coalesce(exports, 0) AS exports, coalesce(transaction, 0) AS transaction, coalesce(framebuffer, 0) AS framebuffer,
  coalesce(gpu, 0) AS gpu, coalesce(unknown, 0) AS unknown,
  coalesce(early, 0) AS early, coalesce(late, 0) AS late, coalesce(stuck, 0) AS stuck,
  coalesce(unknown_verdicts, 0) AS unknown_verdicts,
  coalesce(explicit, 0) AS explicit, coalesce(ioctls, 0) AS ioctls, coalesce(frames, 0) AS frames,
  coalesce(outside, 0) AS outside, coalesce(late_flips, 0) AS late_flips, coalesce(flips, 0) AS flips
FROM captures
LEFT JOIN c USING (capture) LEFT JOIN i USING (capture) LEFT JOIN f USING (capture)
LEFT JOIN o USING (capture) LEFT JOIN v USING (capture)
