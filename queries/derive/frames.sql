-- Frames of each output, from one flip to the next.
--
-- The best marker that the recording has is used for all of it: drm_vblank_event_delivered (flip events, per CRTC), then
-- KWin's own Paint marks in the trace, then atomic commits of the threads that are named like connectors, then (strace)
-- reads of the DRM device that return flip events.
--
-- @needs loss_intervals drm_vblank_event_delivered print ioctls threads calls
-- @column capture The recording: captures.capture.
-- @column output CRTC (crtc-0) or connector (HDMI-A-1), as the marker names it.
-- @column frame Number of the frame of this output in this recording, from 1.
-- @column ts Begin of the frame in ns: the marker.
-- @column dur To the next frame of the same output in ns; NULL for the last one and where events were lost in between.
-- @column marker What was taken as the boundary.
-- @column vblanks Vertical blanks since the frame before; NULL where the marker does not count them.
-- @column state complete; cut (the last one); lost (events were lost in between).
WITH
  marks AS (
    SELECT 1 AS rank, 'drm_vblank_event_delivered' AS marker, 'crtc-' || crtc AS output, ts, seq::BIGINT AS seq
    FROM drm.drm_vblank_event_delivered WHERE capture = getvariable('capture')
    UNION ALL
    SELECT 2, 'KWin Paint', regexp_extract(text, '^Paint \((.*)\) begin_ctx=', 1), ts, NULL
    FROM ftrace.print WHERE capture = getvariable('capture') AND text ~ '^Paint \(.*\) begin_ctx='
    UNION ALL
    SELECT 3, 'DRM_IOCTL_MODE_ATOMIC of the commit thread', t.comm, i.ts, NULL
    FROM ioctls AS i
    JOIN threads AS t USING (capture, tid)
    WHERE i.capture = getvariable('capture') AND i.name = 'DRM_IOCTL_MODE_ATOMIC' AND i.ret = 0
      AND t.comm ~ '^(Virtual|HDMI-[AB]|DP|eDP|DVI-[ADI]|LVDS|DSI|DPI|VGA|SPI|USB|TV|DIN|Composite|SVIDEO|Component|Unknown)-[0-9]+$'
    UNION ALL
    SELECT 4, 'read of flip events', coalesce(c.fd_path, 'fd ' || c.fd), c.ts + coalesce(c.dur, 0), NULL
    FROM strace.calls AS c
    WHERE c.capture = getvariable('capture') AND c.name = 'read' AND c.ret > 0 AND c.ret % 32 = 0 AND c.ts IS NOT NULL
      AND c.fd IN (
        SELECT fd FROM ioctls WHERE capture = getvariable('capture') AND name = 'DRM_IOCTL_MODE_ATOMIC'
      )
  ),
  chosen AS (FROM marks WHERE rank = (SELECT min(rank) FROM marks)),
  measured AS (
    SELECT
      *,
      row_number() OVER along AS frame,
      lead(ts) OVER along AS end_ts,
      (seq - lag(seq) OVER along + 4294967296) % 4294967296 AS vblanks
    FROM chosen
    WINDOW along AS (PARTITION BY output ORDER BY ts)
  )
SELECT
  getvariable('capture') AS capture,
  output,
  frame,
  m.ts,
  CASE WHEN coalesce(l.until_ts > m.ts, false) THEN NULL ELSE end_ts - m.ts END AS dur,
  marker,
  vblanks,
  CASE WHEN end_ts IS NULL THEN 'cut' WHEN l.until_ts > m.ts THEN 'lost' ELSE 'complete' END AS state
FROM measured AS m
ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND m.end_ts > l.since_ts
