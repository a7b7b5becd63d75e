-- Time between two flips of an output.
--
-- One row per frame that was seen from begin to end. Several outputs of a recording are told apart: each has its own rate.
--
-- @needs frames outputs
-- @events drm:drm_vblank_event_delivered|ftrace:print|syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value dur ns none Flip to flip.
-- @by output The output where the recording shows several, else NULL.
SELECT f.capture, f.ts, NULL::INTEGER AS tid, CASE WHEN o.outputs > 1 THEN f.output END AS output, f.dur
FROM frames AS f
JOIN outputs AS o ON o.capture = f.capture AND o.output = f.output
WHERE f.dur IS NOT NULL
