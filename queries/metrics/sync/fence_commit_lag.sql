-- Commit lag: from the buffer being known ready to the flip that shows it (P - max(S, C)).
--
-- One row per zero-timeout poll with a known fence: to the next flip event that comes after the next atomic commit of the
-- commit thread. What a viewer sees, in whole vblanks.
--
-- @needs dmabuf_checks members ioctls frames
-- @events dma_fence:dma_fence_signaled syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter drm:drm_vblank_event_delivered
-- @value lag ns lower Ready to flip.
WITH
  ready AS (
    SELECT capture, ts, tid, greatest(ts, signaled_ts) AS ready_ts FROM member_checks
    WHERE kind = 'poll' AND verdict IN ('early', 'late')
  ),
  commits AS (
    SELECT i.capture, i.ts AS commit_ts FROM member_ioctls AS i
    JOIN members AS m ON m.capture = i.capture AND m.tid = i.tid AND m.why = 'commit thread'
    WHERE i.name = 'DRM_IOCTL_MODE_ATOMIC'
  ),
  committed AS (
    SELECT r.*, c.commit_ts FROM ready AS r ASOF JOIN commits AS c ON c.capture = r.capture AND r.ready_ts <= c.commit_ts
  )
SELECT c.capture, c.ts, c.tid, f.ts - c.ready_ts AS lag
FROM committed AS c
ASOF JOIN (FROM frames WHERE marker = 'drm_vblank_event_delivered') AS f ON f.capture = c.capture AND c.commit_ts <= f.ts
