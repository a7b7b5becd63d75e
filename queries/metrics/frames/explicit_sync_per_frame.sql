-- Explicit synchronisation per frame: DRM_IOCTL_SYNCOBJ_* calls of the chosen process.
--
-- One row per frame, zeros included: 0 in every frame says that clients were synchronised implicitly, as far as ioctls tell.
--
-- @detail only with --full
-- @needs ioctls members frames
-- @events syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value calls count none SYNCOBJ calls in the frame.
WITH
  counted AS (
    SELECT i.capture, f.ts, count(*) AS calls
    FROM member_ioctls AS i
    ASOF JOIN whole_frames AS f ON f.capture = i.capture AND f.ts <= i.ts
    WHERE i.ts < f.end_ts AND i.name LIKE 'DRM_IOCTL_SYNCOBJ_%'
    GROUP BY ALL
  )
SELECT f.capture, f.ts, NULL::INTEGER AS tid, coalesce(c.calls, 0) AS calls
FROM whole_frames AS f
LEFT JOIN counted AS c ON c.capture = f.capture AND c.ts = f.ts
WHERE f.capture IN (SELECT capture FROM member_ioctls)
