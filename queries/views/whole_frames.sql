-- Frames that were seen from begin to end without a loss, of all outputs in one row of time.
--
-- With several outputs a frame lasts until the next flip of any of them; flips of several at the same time end one frame.
-- Those of one output at the same time (strace -t: whole seconds) are frames each: their times are not known, their number is.
-- By the best marker of the recording, or by the one that `SET VARIABLE frames = 'read of flip events'` names
-- (frame_marks.marker), or by the times in the variable frame_times, a list of {capture, ts} (`--frames 'FROM ... WHERE ...'`).
--
-- @kept as a table while a report is made
-- @column capture The recording: captures.capture.
-- @column ts Begin in ns.
-- @column end_ts End in ns.
WITH
  given AS (SELECT getvariable('frame_times')::STRUCT(capture INTEGER, ts BIGINT)[] AS times),
  marks AS (
    SELECT mark.capture AS capture, NULL AS output, mark.ts AS ts FROM (SELECT unnest(times) AS mark FROM given)
    UNION ALL
    SELECT capture, output, ts FROM (
      SELECT *, min(rank) OVER (PARTITION BY capture) AS best FROM frame_marks
      WHERE (SELECT times FROM given) IS NULL AND coalesce(marker = getvariable('frames'), true)
    ) WHERE rank = best
  ),
  moments AS (
    SELECT DISTINCT capture, ts, nth FROM (SELECT capture, ts, row_number() OVER (PARTITION BY capture, output, ts) AS nth FROM marks)
  ),
  frames AS (SELECT capture, ts, lead(ts) OVER (PARTITION BY capture ORDER BY ts) AS end_ts FROM moments)
SELECT f.capture, f.ts, f.end_ts
FROM (FROM frames WHERE end_ts IS NOT NULL) AS f
ASOF LEFT JOIN loss_intervals AS l ON l.capture = f.capture AND f.end_ts > l.since_ts
WHERE NOT coalesce(l.until_ts > f.ts, false)
