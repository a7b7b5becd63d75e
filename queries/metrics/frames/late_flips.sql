-- Flips that missed vertical blanks: later than the usual flip (the median) of that output and recording.
--
-- One row per flip and question, 1 where it was so late, else 0: the mean is the share. A recording whose usual flip
-- itself takes longer shows nothing here; vblanks_per_flip does.
--
-- @needs frames
-- @events drm:drm_vblank_event_delivered
-- @value is_late ratio lower 1 if the flip was so late, else 0.
-- @by late By how much: 1 refresh or more, or more than 1 refresh.
WITH late AS (
  SELECT capture, ts, vblanks - median(vblanks) OVER (PARTITION BY capture, output) AS excess
  FROM frames WHERE vblanks IS NOT NULL
)
SELECT capture, ts, NULL::INTEGER AS tid, '1 refresh or more' AS late, (excess > 0)::INTEGER AS is_late FROM late
UNION ALL
SELECT capture, ts, NULL, 'more than 1 refresh', (excess > 1)::INTEGER FROM late
