-- Ready to flip: from the buffer being known ready to the flip that shows it (P - max(S, C)).
--
-- One row per zero-timeout poll with a known fence: to the flip event after the next atomic commit of the commit thread.
-- What a viewer sees, in whole vblanks.
--
-- @detail only with --full
-- @needs waits members
-- @events dma_fence:dma_fence_signaled syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter drm:drm_vblank_event_delivered
-- @value lag ns lower Ready to flip.
SELECT w.capture, w.ts, w.tid, w.commit_lag + w.flip_lag AS lag
FROM waits AS w
JOIN members AS m ON m.capture = w.capture AND m.tid = w.tid
WHERE w.flip_lag IS NOT NULL
