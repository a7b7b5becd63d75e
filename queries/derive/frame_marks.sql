-- Frame boundaries by every marker that the recording has.
--
-- The table frames holds those of the best one. Markers, best first: drm_vblank_event_delivered (flip events, per CRTC);
-- KWin's own Paint marks in the trace; pageflips that KWin logged (kwin perf statistics); atomic commits of the threads
-- named like connectors; (strace) reads of the DRM device that return flip events.
--
-- @needs loss_intervals drm_vblank_event_delivered print syscalls ioctl_kinds threads strace_texts calls kwin_frames
-- @from drm.drm_vblank_event_delivered ftrace.print main.kwin_frames ioctl_kinds
-- @column capture The recording: captures.capture.
-- @column rank Which marker is best: 1 before 2.
-- @column marker What was taken as the boundary.
-- @column output CRTC (crtc-0) or connector (HDMI-A-1), as the marker names it.
-- @column frame Number of the frame of this output and marker in this recording, from 1.
-- @column ts Begin of the frame in ns: the marker.
-- @column dur To the next frame of the same output in ns; NULL for the last one and where events were lost in between.
-- @column vblanks Vertical blanks since the frame before; NULL where the marker does not count them or events were lost in between.
-- @column state complete; cut (the last one); lost (events were lost in between).
WITH
  atomic AS (
    SELECT ts, tid, fd, ret FROM syscalls
    WHERE capture = getvariable('capture')
      AND ioctl_kind IN (SELECT kind FROM ioctl_kinds WHERE capture = getvariable('capture') AND name = 'DRM_IOCTL_MODE_ATOMIC')
  ),
  texts AS (SELECT id, text FROM strace_texts WHERE capture = getvariable('capture')),
  marks AS (
    SELECT 1::TINYINT AS rank, crtc, NULL::VARCHAR AS name, ts, seq::BIGINT AS seq
    FROM drm.drm_vblank_event_delivered WHERE capture = getvariable('capture')
    UNION ALL
    SELECT 2, NULL, regexp_extract(text, '^Paint \((.*)\) begin_ctx=', 1), ts, NULL
    FROM ftrace.print WHERE capture = getvariable('capture') AND text ~ '^Paint \(.*\) begin_ctx='
    UNION ALL
    SELECT 3, NULL, 'log', ts, NULL
    FROM kwin_frames WHERE capture = getvariable('capture')
    UNION ALL
    SELECT 4, NULL, t.comm, i.ts, NULL
    FROM atomic AS i
    JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = i.tid
    WHERE i.ret = 0 AND t.is_connector
    UNION ALL
    SELECT 5, NULL, coalesce(p.text, 'fd ' || c.fd), coalesce(c.end_ts, c.ts + coalesce(c.dur, 0)), NULL
    FROM store.strace_calls_ids AS c LEFT JOIN texts AS p ON p.id = c.fd_path
    WHERE c.capture = getvariable('capture') AND c.name IN (SELECT id FROM texts WHERE text = 'read')
      AND c.ret > 0 AND c.ret % 32 = 0 AND c.ts IS NOT NULL AND c.fd IN (SELECT fd FROM atomic)
  ),
  measured AS NOT MATERIALIZED (
    SELECT
      *,
      row_number() OVER along AS frame,
      lead(ts) OVER along AS end_ts,
      (seq - lag(seq) OVER along + 4294967296) % 4294967296 AS vblanks
    FROM marks
    WINDOW along AS (PARTITION BY rank, crtc, name ORDER BY ts)
  ),
  spanned AS (
    SELECT *, NULL::BOOLEAN AS is_lost, NULL::BOOLEAN AS after_lost FROM measured WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT *, lag(is_lost) OVER (PARTITION BY rank, crtc, name ORDER BY ts) FROM (
      SELECT m.*, l.until_ts > m.ts AS is_lost FROM measured AS m
      ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND coalesce(m.end_ts, -9223372036854775807) > l.since_ts
    ) WHERE getvariable('is_lossy')
  )
SELECT
  getvariable('capture') AS capture,
  rank,
  CASE rank
    WHEN 1 THEN 'drm_vblank_event_delivered'
    WHEN 2 THEN 'KWin Paint'
    WHEN 3 THEN 'KWin pageflip log'
    WHEN 4 THEN 'DRM_IOCTL_MODE_ATOMIC of the commit thread'
    ELSE 'read of flip events'
  END::ENUM('drm_vblank_event_delivered', 'KWin Paint', 'KWin pageflip log', 'DRM_IOCTL_MODE_ATOMIC of the commit thread',
    'read of flip events') AS marker,
  coalesce(name, 'crtc-' || crtc) AS output,
  frame,
  ts,
  CASE WHEN NOT coalesce(is_lost, false) THEN end_ts - ts END AS dur,
  CASE WHEN NOT coalesce(after_lost, false) THEN vblanks END AS vblanks,
  CASE WHEN end_ts IS NULL THEN 'cut' WHEN is_lost THEN 'lost' ELSE 'complete' END::ENUM('complete', 'cut', 'lost') AS state
FROM spanned
