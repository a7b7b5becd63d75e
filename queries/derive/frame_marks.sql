-- Frame boundaries by every marker that the recording has.
--
-- The table frames holds those of the best one. Markers, best first: drm_vblank_event_delivered (flip events, per CRTC);
-- KWin's own Paint marks in the trace; pageflips that KWin logged (kwin perf statistics); atomic commits of the threads
-- named like connectors; (strace) reads of the DRM device that return flip events.
--
-- Marks of different outputs are never one after the other. CRTCs have numbers per card, and an event names no card, but its
-- client (drm_file): of several clients each has outputs of its own. A mark whose output is not known (a flip event that strace
-- does not print, an event without a client where several have that CRTC) is no frame's end; a frame of that card that it
-- comes in may have ended with it, so its length is not known.
--
-- @needs loss_intervals logged_flips drm_vblank_event_delivered print syscalls ioctl_kinds threads kwin_frames
-- @from drm.drm_vblank_event_delivered ftrace.print main.kwin_frames ioctl_kinds
-- @column capture The recording: captures.capture.
-- @column rank Which marker is best: 1 before 2.
-- @column marker What was taken as the boundary.
-- @column output CRTC (crtc-0; crtc-0 (client 2) where several clients have one of that number), connector (HDMI-A-1), or
--   what the reads are of (/dev/dri/card0; with the CRTC's id where these are of several); NULL where it is not known.
-- @column frame Number of the frame of this output and marker in this recording, from 1.
-- @column ts Begin of the frame in ns: the marker.
-- @column dur To the next frame of the same output in ns; NULL for the last one, and where the end is not known (lost).
-- @column vblanks Vertical blanks since the frame before; NULL where the marker does not count them or that frame is lost.
-- @column state complete; cut (the last one); lost (events were lost in between, or a mark came whose output is not known).
WITH
  atomic AS (
    SELECT ts, tid, ret FROM syscalls
    WHERE capture = getvariable('capture')
      AND ioctl_kind IN (SELECT kind FROM ioctl_kinds WHERE capture = getvariable('capture') AND name = 'DRM_IOCTL_MODE_ATOMIC')
  ),
  delivered AS (
    SELECT ts, crtc, seq, nullif(file, 0) AS file FROM drm.drm_vblank_event_delivered WHERE capture = getvariable('capture')
  ),
  clients AS (
    SELECT file, row_number() OVER (ORDER BY min(ts), file) AS client FROM delivered WHERE file IS NOT NULL GROUP BY file
  ),
  shared AS (SELECT crtc FROM delivered GROUP BY crtc HAVING count(DISTINCT file) > 1),
  reads AS (SELECT seq, ts, card, crtc FROM logged_flips WHERE capture = getvariable('capture')),
  several AS (SELECT card FROM reads GROUP BY card HAVING count(DISTINCT crtc) > 1),
  -- device: marks of which a mark without an output may be.
  marks AS (
    SELECT 1::TINYINT AS rank, 'crtc-' || d.crtc AS device,
      CASE WHEN s.crtc IS NULL THEN 'crtc-' || d.crtc ELSE 'crtc-' || d.crtc || ' (client ' || c.client || ')' END AS output,
      d.ts, d.seq::BIGINT AS seq
    FROM delivered AS d LEFT JOIN clients AS c ON c.file = d.file LEFT JOIN shared AS s ON s.crtc = d.crtc
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
    -- One mark for all events of a read that are of one output: when the first came is not known.
    SELECT DISTINCT 5, r.card, CASE WHEN s.card IS NULL THEN r.card ELSE r.card || ' crtc ' || r.crtc END, r.ts, r.seq
    FROM reads AS r LEFT JOIN several AS s ON s.card = r.card
  ),
  strays AS (SELECT rank, device, ts FROM marks WHERE output IS NULL),
  clean AS (SELECT NOT getvariable('is_lossy') AND (SELECT count(*) FROM strays) = 0 AS is_clean),
  measured AS (
    SELECT
      rank, device, output, ts,
      row_number() OVER along AS frame,
      lead(ts) OVER along AS end_ts,
      CASE WHEN rank = 1 THEN (seq - lag(seq) OVER along + 4294967296) % 4294967296 END AS vblanks
    FROM marks
    WINDOW along AS (PARTITION BY rank, output ORDER BY ts)
  ),
  spanned AS (
    SELECT *, false AS is_lost, false AS after_lost FROM measured WHERE (SELECT is_clean FROM clean)
    UNION ALL
    SELECT *, coalesce(lag(is_lost) OVER (PARTITION BY rank, output ORDER BY ts), false) FROM (
      SELECT m.*, m.output IS NULL OR coalesce(l.until_ts > m.ts, false) OR coalesce(s.ts > m.ts, false) AS is_lost
      FROM (FROM measured WHERE NOT (SELECT is_clean FROM clean)) AS m
      ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND coalesce(m.end_ts, -9223372036854775807) > l.since_ts
      ASOF LEFT JOIN strays AS s ON s.rank = m.rank AND s.device = m.device AND coalesce(m.end_ts, -9223372036854775807) > s.ts
    )
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
  output,
  frame,
  ts,
  CASE WHEN NOT is_lost THEN end_ts - ts END AS dur,
  CASE WHEN NOT after_lost THEN vblanks END AS vblanks,
  CASE WHEN end_ts IS NULL THEN 'cut' WHEN is_lost THEN 'lost' ELSE 'complete' END::ENUM('complete', 'cut', 'lost') AS state
FROM spanned
