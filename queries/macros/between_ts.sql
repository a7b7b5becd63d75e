-- Every event of a recording between two times, with the thread's name and the time from the first one.
--
-- @needs threads
-- @parameter recording The capture.
-- @parameter since Begin in ns; ts_at(capture, seconds) makes one.
-- @parameter until End in ns.
-- @column us Microseconds from the begin.
-- @column cpu CPU.
-- @column tid Thread that was running.
-- @column comm Its name.
-- @column event system:event.
SELECT e.capture, e.ts, round((e.ts - since) / 1e3, 3) AS us, e.cpu, e.tid, t.comm, e.system || ':' || e.event AS event
FROM main.events AS e
LEFT JOIN main.threads AS t ON t.capture = e.capture AND t.tid = e.tid
WHERE e.capture = recording AND e.ts BETWEEN since AND until
ORDER BY e.ts
