-- Time between two flips of an output.
--
-- One row per frame that was seen from begin to end.
--
-- @needs frames
-- @events drm:drm_vblank_event_delivered|ftrace:print|syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value dur ns none Flip to flip.
SELECT capture, ts, NULL::INTEGER AS tid, dur
FROM frames
WHERE dur IS NOT NULL
