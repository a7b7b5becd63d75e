-- Fences that a check of a dmabuf may have to wait for: those of producers.
--
-- Made by no thread that checks, if there are such fences at all. A fence whose creation was not seen is as old as the last loss
-- before its signal, or as the recording. One whose end may have been lost is no candidate.
--
-- @step Of dmabuf_matches and dmabuf_checks.
-- @needs dmabuf_calls fences loss_intervals captures
-- @column n Number of the row.
-- @column context As in fences.
-- @column seqno As in fences.
-- @column life As in fences.
-- @column driver As in fences.
-- @column created_ts When it was made in ns, or the earliest time at which it can have been.
-- @column enabled_ts As in fences.
-- @column enabled_tid As in fences.
-- @column signaled_ts As in fences.
-- @column closed_ts When it was signalled, or else destroyed, in ns; the largest number where neither was seen.
WITH
  asking AS (SELECT DISTINCT tid FROM dmabuf_calls WHERE request IN ('export', 'atomic')),
  known_fences AS NOT MATERIALIZED (
    SELECT rowid AS n, * FROM fences WHERE capture = getvariable('capture') AND kind = 'fence' AND (signaled_ts IS NOT NULL OR state <> 'partial')
  ),
  begun AS (
    SELECT *, NULL::BIGINT AS lost_ts FROM known_fences WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT f.*, l.since_ts FROM known_fences AS f
    ASOF LEFT JOIN loss_intervals AS l
      ON l.capture = f.capture AND coalesce(f.signaled_ts, -9223372036854775807) > l.since_ts
    WHERE getvariable('is_lossy')
  ),
  ended AS (
    SELECT f.* REPLACE (coalesce(f.created_ts, greatest(f.lost_ts, c.start_ts)) AS created_ts)
    FROM begun AS f JOIN (SELECT capture, start_ts FROM captures) AS c ON c.capture = f.capture
  ),
  made AS (
    SELECT *, coalesce(created_tid, signaled_tid) NOT IN (FROM asking) AS is_foreign,
      coalesce(signaled_ts, destroyed_ts, 9223372036854775807) AS closed_ts
    FROM ended
  )
SELECT n, context, seqno, life, driver, created_ts, enabled_ts, enabled_tid, signaled_ts, closed_ts
FROM made WHERE is_foreign OR NOT (SELECT bool_or(is_foreign) FROM made)
