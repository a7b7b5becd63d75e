-- Frames of each output, from one flip to the next, by the best marker that the recording has.
--
-- @needs frame_marks dmabuf_checks
-- @from frame_marks
-- @column capture The recording: captures.capture.
-- @column output CRTC (crtc-0) or connector (HDMI-A-1), as the marker names it (frame_marks); NULL where it is not known.
-- @column frame Number of the frame of this output in this recording, from 1.
-- @column ts Begin of the frame in ns: the marker.
-- @column dur To the next frame of the same output in ns; NULL for the last one, and where the end is not known (lost).
-- @column marker What was taken as the boundary, the best that the recording has (frame_marks).
-- @column vblanks Vertical blanks since the frame before; NULL where the marker does not count them or that frame is lost.
-- @column is_late Whether it took more vertical blanks than the usual frame (the median) of this output.
-- @column commits Buffers of clients that the compositor checked in this frame (dmabuf_checks, transaction); NULL where there
--   are several outputs: no check tells for which of them it is.
-- @column state complete; cut (the last one); lost (events were lost in between, or a mark came whose output is not known).
WITH
  chosen AS (
    FROM frame_marks
    WHERE capture = getvariable('capture')
      AND rank = (SELECT min(rank) FROM frame_marks WHERE capture = getvariable('capture'))
  ),
  usual AS (SELECT output, median(vblanks) AS vblanks FROM chosen GROUP BY output),
  commits AS (
    SELECT f.frame, count(*) AS commits
    FROM dmabuf_checks AS c
    ASOF JOIN (SELECT ts, max(frame) AS frame FROM chosen GROUP BY ts) AS f ON f.ts <= c.ts
    WHERE c.capture = getvariable('capture') AND c.kind = 'poll' AND c.caller = 'transaction'
    GROUP BY ALL
  )
SELECT
  f.capture, f.output, f.frame, f.ts, f.dur, f.marker, f.vblanks,
  f.vblanks > u.vblanks AS is_late,
  CASE WHEN (SELECT count(*) FROM usual) = 1 THEN coalesce(c.commits, 0) END AS commits,
  f.state
FROM chosen AS f
JOIN usual AS u ON u.output IS NOT DISTINCT FROM f.output
LEFT JOIN commits AS c ON c.frame = f.frame
