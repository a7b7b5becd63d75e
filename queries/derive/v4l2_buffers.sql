-- Buffers of videobuf2 queues, one row per round: queued, given to the driver, done, dequeued.
--
-- From vb2_qbuf, vb2_buf_queue, vb2_buf_done and vb2_dqbuf of one (queue, index). The fence is the one made on the same
-- thread right after the buffer went to the driver, or the one signalled on the same thread right before it was done
-- (within 1 ms both), of several buffers with the nearest one: of a memory-to-memory device that has two queues but fences
-- on one. fence_match says whether they agree.
--
-- @needs loss_intervals fences vb2_qbuf vb2_buf_queue vb2_buf_done vb2_dqbuf
-- @from vb2.vb2_qbuf vb2.vb2_buf_queue vb2.vb2_buf_done vb2.vb2_dqbuf
-- @column capture The recording: captures.capture.
-- @column owner The queue: address of the file handle that owns it.
-- @column type Buffer type: 1 video capture, 2 video output... (enum v4l2_buf_type).
-- @column index Index of the buffer.
-- @column round Number of the round of this buffer, from 1; 0: queued before the recording.
-- @column queued_ts Time of vb2_qbuf in ns: the client gave it.
-- @column driver_ts Time of vb2_buf_queue in ns: it went to the driver.
-- @column done_ts Time of vb2_buf_done in ns: the driver is done with it.
-- @column done_tid Thread that was running then.
-- @column dequeued_ts Time of vb2_dqbuf in ns: the client took it back.
-- @column dequeued_tid Thread that took it.
-- @column context Context of its fence; NULL without one.
-- @column seqno Sequence number of its fence; NULL without one.
-- @column life Which life of that context and seqno, as in fences.
-- @column fence_match How the fence was found: created and signalled with it, created with it, or signalled with it.
-- @column state dequeued, done, queued (with the driver when the recording ends), or partial (it began before the recording,
--   or events were lost during it: a later time may be of the next round).
WITH
  marks AS (
    SELECT ts, tid, owner, type, index, 1::TINYINT AS mark FROM vb2.vb2_qbuf WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, owner, type, index, 2 FROM vb2.vb2_buf_queue WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, owner, type, index, 3 FROM vb2.vb2_buf_done WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, owner, type, index, 4 FROM vb2.vb2_dqbuf WHERE capture = getvariable('capture')
  ),
  numbered AS (
    SELECT *, count(CASE WHEN mark = 1 THEN 1 END) OVER (PARTITION BY owner, type, index ORDER BY ts) AS round FROM marks
  ),
  rounds AS (
    SELECT
      owner, type, index, round,
      min(ts) FILTER (mark = 1) AS queued_ts,
      min(ts) FILTER (mark = 2) AS driver_ts,
      arg_min(tid, ts) FILTER (mark = 2) AS driver_tid,
      min(ts) FILTER (mark = 3) AS done_ts,
      arg_min(tid, ts) FILTER (mark = 3) AS done_tid,
      min(ts) FILTER (mark = 4) AS dequeued_ts,
      arg_min(tid, ts) FILTER (mark = 4) AS dequeued_tid
    FROM numbered
    GROUP BY ALL
  ),
  made AS (
    SELECT context, seqno, life, created_ts, created_tid, signaled_ts, signaled_tid FROM fences
    WHERE capture = getvariable('capture') AND kind = 'fence'
  ),
  matched AS (
    SELECT
      r.*,
      c.created_ts - r.driver_ts AS created_after,
      r.done_ts - s.signaled_ts AS signaled_before,
      CASE WHEN created_after < 1000000 THEN {'context': c.context, 'seqno': c.seqno, 'life': c.life} END AS created,
      CASE WHEN signaled_before < 1000000 THEN {'context': s.context, 'seqno': s.seqno, 'life': s.life} END AS signaled
    FROM rounds AS r
    ASOF LEFT JOIN (FROM made WHERE created_ts IS NOT NULL) AS c
      ON c.created_tid = r.driver_tid AND coalesce(r.driver_ts, 9223372036854775807) <= c.created_ts
    ASOF LEFT JOIN (FROM made WHERE signaled_ts IS NOT NULL) AS s
      ON s.signaled_tid = r.done_tid AND coalesce(r.done_ts, -9223372036854775807) >= s.signaled_ts
  ),
  nearest AS (
    SELECT * REPLACE (
      CASE WHEN row_number() OVER (PARTITION BY created ORDER BY created_after) = 1 THEN created END AS created,
      CASE WHEN row_number() OVER (PARTITION BY signaled ORDER BY signaled_before) = 1 THEN signaled END AS signaled)
    FROM matched
  )
SELECT
  getvariable('capture') AS capture,
  owner, type, index, round, queued_ts, driver_ts, done_ts, done_tid, dequeued_ts, dequeued_tid,
  coalesce(signaled, created).context AS context,
  coalesce(signaled, created).seqno AS seqno,
  coalesce(signaled, created).life AS life,
  CASE
    WHEN created = signaled THEN 'created and signalled with it'
    WHEN signaled IS NOT NULL THEN 'signalled with it'
    WHEN created IS NOT NULL THEN 'created with it'
  END::ENUM('created and signalled with it', 'created with it', 'signalled with it') AS fence_match,
  CASE
    WHEN queued_ts IS NULL OR (done_ts IS NOT NULL AND driver_ts IS NULL) OR l.until_ts > queued_ts THEN 'partial'
    WHEN dequeued_ts IS NOT NULL THEN 'dequeued'
    WHEN done_ts IS NOT NULL THEN 'done'
    ELSE 'queued'
  END::ENUM('dequeued', 'done', 'queued', 'partial') AS state
FROM nearest
ASOF LEFT JOIN loss_intervals AS l
  ON l.capture = getvariable('capture') AND coalesce(dequeued_ts, 9223372036854775807) > l.since_ts
