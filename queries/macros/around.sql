-- Every event within so many milliseconds before and after a time.
--
-- @needs threads
-- @parameter recording The capture.
-- @parameter moment Time in ns.
-- @parameter radius Milliseconds to each side.
-- @column us Microseconds from the moment; negative before it.
-- @column cpu CPU.
-- @column tid Thread that was running.
-- @column comm Its name.
-- @column event system:event.
SELECT e.capture, e.ts, round((e.ts - moment) / 1e3, 3) AS us, e.cpu, e.tid, t.comm, e.system || ':' || e.event AS event
FROM main.events AS e
LEFT JOIN main.threads AS t ON t.capture = e.capture AND t.tid = e.tid
WHERE e.capture = recording AND e.ts BETWEEN moment - (radius * 1e6)::BIGINT AND moment + (radius * 1e6)::BIGINT
ORDER BY e.ts
