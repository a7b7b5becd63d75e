-- Fences that were alive at a time: created and not yet destroyed.
--
-- @needs fences
-- @parameter recording The capture.
-- @parameter moment Time in ns.
-- @column is_open Not signalled yet at that time.
-- @column age Creation to that time in ns.
SELECT f.capture, f.driver, f.timeline, f.context, f.seqno, f.created_ts, coalesce(f.signaled_ts > moment, true) AS is_open, moment - f.created_ts AS age
FROM main.fences AS f
WHERE f.capture = recording AND f.created_ts <= moment AND coalesce(f.destroyed_ts > moment, true)
ORDER BY f.created_ts
