-- Whole seconds of each recording in which no event was lost; the last one is cut and left out.
--
-- @needs captures loss_intervals
-- @column capture The recording: captures.capture.
-- @column second Seconds since the recording began, from 0.
-- @column ts Begin of the second in ns.
WITH seconds AS (
  SELECT capture, start_ts, unnest(range((end_ts - start_ts) // 1000000000)) AS second FROM captures
  WHERE start_ts IS NOT NULL AND clock_unit = 'ns'
)
SELECT s.capture, s.second, s.start_ts + s.second * 1000000000 AS ts
FROM seconds AS s
ASOF LEFT JOIN loss_intervals AS l ON l.capture = s.capture AND s.start_ts + (s.second + 1) * 1000000000 > l.since_ts
WHERE NOT coalesce(l.until_ts > s.start_ts + s.second * 1000000000, false)
