-- Times in which the recorder lost events, over all CPUs.
--
-- For an ASOF JOIN: an interval [a, b] spans a loss if the last row with since_ts < b has until_ts > a. until_ts is the
-- latest end so far, so that overlapping losses cannot hide behind each other. Where only some CPUs were ingested (--cpu),
-- all the time is one loss: what threads did on the others is not there. What a buffer lost of which no event counts does
-- not matter.
--
-- @needs lost_events captures buffers
-- @column capture The recording: captures.capture.
-- @column since_ts Time of the last event before the loss in ns.
-- @column until_ts Time in ns at which this loss and every earlier one has ended.
WITH
  unused AS (
    SELECT coalesce(instance, '') FROM buffers WHERE capture = getvariable('capture')
    GROUP BY instance HAVING NOT bool_or(is_counted)
  ),
  losses AS (
    SELECT since_ts, ts FROM lost_events WHERE capture = getvariable('capture') AND source = 'page'
      AND coalesce(instance, '') NOT IN (FROM unused)
    UNION ALL
    SELECT NULL, NULL FROM captures WHERE capture = getvariable('capture') AND json_extract(selection, '$.cpus') IS NOT NULL
  )
SELECT
  getvariable('capture') AS capture,
  coalesce(since_ts, -9223372036854775807) AS since_ts,
  max(coalesce(ts, 9223372036854775807)) OVER (ORDER BY coalesce(since_ts, -9223372036854775807)) AS until_ts
FROM losses
