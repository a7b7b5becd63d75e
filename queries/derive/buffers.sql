-- What each ring buffer of a recording holds (trace-cmd record -B), and which of these events count.
--
-- Only of recordings that hold an event several times. It is there several times where more than one buffer holds its
-- kind of one thread on one CPU; buffers may as well share the threads or CPUs among them. What is derived takes it from
-- the first of these buffers. Events without a thread or a CPU all count.
--
-- @needs held_events
-- @with held_events
-- @column capture The recording: captures.capture.
-- @column instance Name of the buffer (instance of the event tables); NULL for the top buffer.
-- @column id Id of that name in store.strings.
-- @column rank Order of the buffers, from 1: that with most of the events that others have as well is the first.
-- @column event Table of the events, e.g. sched.sched_switch.
-- @column tid Their thread.
-- @column cpu Their CPU.
-- @column events Number of them.
-- @column is_shared Whether other buffers hold this event of this thread on this CPU.
-- @column is_counted Whether they count: what is derived is made of them.
WITH
  held AS (SELECT *, count(*) OVER (PARTITION BY event, tid, cpu) > 1 AS is_shared FROM held_events WHERE tid IS NOT NULL AND cpu IS NOT NULL),
  ranks AS (
    SELECT h.id, s.text AS instance,
      row_number() OVER (ORDER BY coalesce(sum(h.events) FILTER (h.is_shared), 0) DESC, s.text NULLS FIRST) AS rank
    FROM held AS h LEFT JOIN store.strings AS s ON s.id = h.id
    GROUP BY h.id, s.text
  )
SELECT
  getvariable('capture') AS capture,
  r.instance, h.id, r.rank::INTEGER AS rank, h.event, h.tid, h.cpu, h.events, h.is_shared,
  r.rank = min(r.rank) OVER (PARTITION BY h.event, h.tid, h.cpu) AS is_counted
FROM held AS h JOIN ranks AS r ON r.id IS NOT DISTINCT FROM h.id
WHERE (SELECT bool_or(is_shared) FROM held)
