-- Vertical blanks from one flip to the next.
--
-- One row per flip but the first: 1 is every vblank, 2 is 30 fps on a 60 Hz output.
--
-- @needs frames
-- @events drm:drm_vblank_event_delivered
-- @value vblanks vblanks none Vertical blanks since the flip before.
SELECT capture, ts, NULL::INTEGER AS tid, vblanks
FROM frames
WHERE vblanks IS NOT NULL
