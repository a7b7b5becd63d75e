-- Vertical blanks from one flip to the next.
--
-- One row per flip but the first: 1 is every vblank, 2 is 30 fps on a 60 Hz output. Several outputs of a recording are told
-- apart.
--
-- @needs frames outputs
-- @events drm:drm_vblank_event_delivered
-- @value vblanks vblanks none Vertical blanks since the flip before.
-- @by output The output where the recording shows several, else NULL.
SELECT f.capture, f.ts, NULL::INTEGER AS tid, CASE WHEN o.outputs > 1 THEN f.output END AS output, f.vblanks
FROM frames AS f
JOIN outputs AS o ON o.capture = f.capture AND o.output = f.output
WHERE f.vblanks IS NOT NULL
