-- Frames that were seen from begin to end without a loss, of all outputs in one row of time.
--
-- With several outputs a frame lasts until the next flip of any of them. By the best marker of the recording, or by the
-- one that `SET VARIABLE frames = 'read of flip events'` names (frame_marks.marker).
--
-- @column capture The recording: captures.capture.
-- @column ts Begin in ns.
-- @column end_ts End in ns.
SELECT capture, ts, end_ts
FROM (
  SELECT capture, ts, state, lead(ts) OVER (PARTITION BY capture ORDER BY ts) AS end_ts FROM (
    SELECT *, min(rank) OVER (PARTITION BY capture) AS best FROM frame_marks
    WHERE coalesce(marker = getvariable('frames'), true)
  ) WHERE rank = best
)
WHERE end_ts IS NOT NULL AND state <> 'lost'
