-- Vertical blanks that a flip missed: beyond those of the usual flip (the median) of that output and recording.
--
-- One row per flip but the first, 0 where it was in time: the mean times 1000 is missed vblanks per 1000 flips. A flip that
-- is 3 vblanks late counts 3 here and once in late_flips.
--
-- @detail only with --full
-- @needs frames
-- @events drm:drm_vblank_event_delivered
-- @value missed vblanks lower Vertical blanks beyond the usual flip.
SELECT capture, ts, NULL::INTEGER AS tid,
  greatest(vblanks - median(vblanks) OVER (PARTITION BY capture, output), 0)::DOUBLE AS missed
FROM frames WHERE vblanks IS NOT NULL
