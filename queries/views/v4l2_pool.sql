-- Who holds the buffers of each videobuf2 queue, from one change to the next.
--
-- A buffer is with the driver from vb2_buf_queue to vb2_buf_done, done until vb2_dqbuf, and with the client (or whom the
-- client gave it: the compositor's release is a message that no event shows) until it is queued again. Counted from the
-- first event of each buffer on; waiting is queued but not yet given to the driver. Rounds that span a loss (partial) are left
-- out: the counts are of the other buffers then.
--
-- @needs v4l2_buffers captures
-- @column capture The recording: captures.capture.
-- @column owner The queue, as in v4l2_buffers.
-- @column type Buffer type, as in v4l2_buffers.
-- @column ts Time of the change in ns.
-- @column dur To the next change in ns; NULL for the last one.
-- @column waiting Buffers that are queued and not with the driver.
-- @column driver Buffers that the driver holds: its pool; at 0 it starves.
-- @column done Buffers that are done and not dequeued.
-- @column client Buffers that the client, or the compositor after it, holds.
WITH
  rounds AS (
    SELECT *, coalesce(lag(dequeued_ts) OVER (PARTITION BY capture, owner, type, index ORDER BY round) IS NOT NULL, false) AS was_out
    FROM v4l2_buffers WHERE state <> 'partial' OR queued_ts IS NULL
  ),
  steps AS (
    SELECT capture, owner, type, queued_ts AS ts, 1 AS waiting, 0 AS driver, 0 AS done,
      CASE WHEN was_out THEN -1 ELSE 0 END AS client
    FROM rounds WHERE queued_ts IS NOT NULL
    UNION ALL
    SELECT capture, owner, type, driver_ts, CASE WHEN queued_ts IS NULL THEN 0 ELSE -1 END, 1, 0, 0 FROM rounds WHERE driver_ts IS NOT NULL
    UNION ALL
    SELECT capture, owner, type, done_ts, 0, CASE WHEN driver_ts IS NULL THEN 0 ELSE -1 END, 1, 0 FROM rounds WHERE done_ts IS NOT NULL
    UNION ALL
    SELECT capture, owner, type, dequeued_ts, 0, 0, CASE WHEN done_ts IS NULL THEN 0 ELSE -1 END, 1 FROM rounds
    WHERE dequeued_ts IS NOT NULL
  ),
  changes AS (
    SELECT capture, owner, type, ts, sum(waiting) AS waiting, sum(driver) AS driver, sum(done) AS done, sum(client) AS client
    FROM steps GROUP BY ALL
  )
SELECT capture, owner, type, ts,
  lead(ts) OVER along - ts AS dur,
  (sum(waiting) OVER along)::BIGINT AS waiting,
  (sum(driver) OVER along)::BIGINT AS driver,
  (sum(done) OVER along)::BIGINT AS done,
  (sum(client) OVER along)::BIGINT AS client
FROM changes
WINDOW along AS (PARTITION BY capture, owner, type ORDER BY ts)
