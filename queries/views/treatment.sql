-- Did the treatment take effect: what became of the producer's fences, per recording.
--
-- The producer is `getvariable('producer')`, videobuf2 by default. NULL means: not measurable in this recording. A fence
-- that no dma_resv holds is destroyed within microseconds of its signal; one that outlives it by a millisecond, or is
-- still there at the end, was attached.
--
-- @needs members member_checks
-- @column capture The recording: captures.capture.
-- @column step Order of the rows.
-- @column fact What is counted.
-- @column n How many; NULL where it was not recorded or follows from a zero above.
WITH
  mine AS (SELECT * FROM fences WHERE driver = coalesce(getvariable('producer'), 'videobuf2') AND kind = 'fence'),
  recorded AS (SELECT DISTINCT capture FROM events WHERE system = 'dma_fence'),
  checked AS (
    SELECT DISTINCT capture, context, seqno, life FROM member_checks
    WHERE verdict IN ('late', 'cut', 'stuck') AND driver = coalesce(getvariable('producer'), 'videobuf2')
  ),
  counted AS (
    SELECT
      c.capture,
      r.capture IS NOT NULL AS is_recorded,
      count(m.created_ts) AS created,
      count(*) FILTER (m.created_ts IS NOT NULL AND coalesce(m.destroyed_ts - m.signaled_ts > 1000000, m.destroyed_ts IS NULL)) AS attached,
      (SELECT count(*) FROM checked AS k WHERE k.capture = c.capture) AS waited,
      count(*) FILTER (m.state = 'signaled') AS signaled,
      count(*) FILTER (m.state = 'unsignaled') AS unsignaled,
      count(*) FILTER (m.state = 'destroyed') AS destroyed
    FROM captures AS c
    LEFT JOIN recorded AS r USING (capture)
    LEFT JOIN mine AS m USING (capture)
    GROUP BY ALL
  )
SELECT capture, 1 AS step, 'fences created' AS fact, CASE WHEN is_recorded THEN created END AS n FROM counted
UNION ALL SELECT capture, 2, 'attached to a dma_resv', CASE WHEN created > 0 THEN attached END FROM counted
UNION ALL SELECT capture, 3, 'waited on by the process', CASE WHEN created > 0 THEN waited END FROM counted
UNION ALL SELECT capture, 4, 'signalled', CASE WHEN created > 0 THEN signaled END FROM counted
UNION ALL SELECT capture, 5, 'not signalled at the end', CASE WHEN created > 0 THEN unsignaled END FROM counted
UNION ALL SELECT capture, 6, 'destroyed without a signal', CASE WHEN created > 0 THEN destroyed END FROM counted
