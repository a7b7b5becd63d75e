-- Frames that KWin logged (kwin_frames), each with the flip of a trace that it is.
--
-- KWin logs the time of the flip event, which is that of the vertical blank on CLOCK_MONOTONIC in microseconds; the kernel
-- prints the same time in drm_vblank_event. Equal times are one flip, whatever clock the trace has; others have no row.
--
-- @needs kwin_frames drm_vblank_event frames
-- @column log The recording of KWin's log: kwin_frames.capture.
-- @column capture The recording of the trace: captures.capture.
-- @column output CRTC, as in frames.
-- @column frame Number of the frame that begins with this flip, as in frames.
-- @column ts Time of the flip in the trace in ns.
-- @column pageflip_ts Time of the flip in KWin's log, in ns of CLOCK_MONOTONIC.
-- @column behind How long after KWin's target it was in ns; negative before it.
-- @column rendering Begin to end of rendering in ns; NULL where the log does not tell.
SELECT k.capture AS log, f.capture, f.output, f.frame, f.ts, k.ts AS pageflip_ts, k.ts - k.target_ts AS behind,
  k.render_end_ts - k.render_start_ts AS rendering
FROM drm.drm_vblank_event AS v
JOIN kwin_frames AS k ON k.ts // 1000 = v."time" // 1000
ASOF JOIN (FROM frames WHERE marker = 'drm_vblank_event_delivered') AS f
  ON f.capture = v.capture AND f.output = 'crtc-' || v.crtc AND f.ts <= v.ts
WHERE v.ts - f.ts < 1000000
