-- Requests (dmabuf_requests), each with the fence that it is about.
--
-- By the inode of the buffer where dma_buf events tell it (dmabuf_fds, v4l2_dmabufs); a busy one by dma_fence_enable_signal on
-- the same thread where the driver emits it; else by time alone: a busy one with the first of the fences that were open then to
-- be signalled, a readable one with the last fence signalled before, which makes its slack the smallest that is possible.
--
-- Fences and checks are joined by time: each fence stands in every bucket that it was open in. Buckets are as long as the
-- mean fence lives, so there are at most three times as many rows as fences. Those that never end are looked up apart.
--
-- @step Of dmabuf_checks.
-- @needs dmabuf_requests fence_producers dmabuf_fds v4l2_buffers v4l2_dmabufs
-- @column id As in dmabuf_requests.
-- @column ts As in dmabuf_requests.
-- @column dur As in dmabuf_requests.
-- @column tid As in dmabuf_requests.
-- @column ret As in dmabuf_requests.
-- @column source As in syscalls.
-- @column seq As in syscalls.
-- @column kind As in dmabuf_requests.
-- @column caller As in dmabuf_requests.
-- @column check_ts As in dmabuf_requests.
-- @column answer_busy As in dmabuf_requests.
-- @column buffer_fd As in dmabuf_requests.
-- @column export_seq As in dmabuf_requests.
-- @column ino As in dmabuf_checks.
-- @column open_fences As in dmabuf_checks.
-- @column by_enable Whether a fence of the thread's own dma_fence_enable_signal was found.
-- @column by_ino Whether a fence of the very buffer was found.
-- @column n The fence: fence_producers.n; NULL without one.
WITH
  -- The buffer, where dma_buf events name it.
  known_buffers AS (
    SELECT s.id, s.check_ts, d.ino FROM (
      SELECT id, process, buffer_fd, check_ts FROM dmabuf_requests
      WHERE check_ts IS NOT NULL AND (SELECT count(*) > 0 FROM dmabuf_fds WHERE capture = getvariable('capture'))
    ) AS s
    ASOF JOIN (FROM dmabuf_fds WHERE capture = getvariable('capture')) AS d
      ON d.process = s.process AND d.fd = s.buffer_fd AND d.ts <= s.check_ts
    WHERE coalesce(d.closed_ts > s.check_ts, true)
  ),
  named_producers AS (
    SELECT p.n, p.created_ts, p.closed_ts, d.ino FROM (
      SELECT p.n, p.created_ts, p.closed_ts, b.owner, b.type, b.index, b.driver_ts FROM fence_producers AS p
      JOIN (FROM v4l2_buffers WHERE capture = getvariable('capture')) AS b
        ON b.context = p.context AND b.seqno = p.seqno AND b.life = p.life AND b.driver_ts IS NOT NULL
    ) AS p
    ASOF JOIN (FROM v4l2_dmabufs WHERE capture = getvariable('capture')) AS d
      ON d.owner = p.owner AND d.type = p.type AND d.index = p.index AND d.since_ts <= p.driver_ts
  ),
  -- The last fence of that very buffer; a busy one must be open, a readable one closed.
  by_buffer AS (
    SELECT k.id, p.n, p.closed_ts > k.check_ts AS is_open FROM known_buffers AS k
    ASOF JOIN named_producers AS p ON p.ino = k.ino AND p.created_ts <= k.check_ts
  ),
  moments AS (
    SELECT tid, check_ts, max(ts + coalesce(dur, 0)) AS end_ts FROM dmabuf_requests
    WHERE caller = 'transaction' AND check_ts IS NOT NULL GROUP BY tid, check_ts
  ),
  enabled AS (
    SELECT c.tid, c.check_ts, arg_min(p.n, (p.closed_ts, p.created_ts, p.n)) AS n
    FROM (FROM fence_producers WHERE enabled_ts IS NOT NULL) AS p ASOF JOIN moments AS c ON c.tid = p.enabled_tid AND c.check_ts <= p.enabled_ts
    WHERE p.enabled_ts <= c.end_ts AND p.created_ts <= c.check_ts AND p.closed_ts > c.check_ts
    GROUP BY c.tid, c.check_ts
  ),
  buckets AS (SELECT greatest(avg(closed_ts - created_ts), 1000)::BIGINT AS width FROM fence_producers WHERE closed_ts < 9223372036854775807),
  open AS (
    SELECT c.tid, c.check_ts, count(*) AS open_fences, arg_min(p.n, (p.closed_ts, p.created_ts, p.n)) AS n
    FROM (SELECT *, check_ts // width AS bucket FROM moments, buckets) AS c
    JOIN (
      SELECT n, created_ts, closed_ts, unnest(range(created_ts // width, closed_ts // width + 1)) AS bucket FROM fence_producers, buckets
      WHERE closed_ts < 9223372036854775807
    ) AS p ON p.bucket = c.bucket AND p.created_ts <= c.check_ts AND p.closed_ts > c.check_ts
    GROUP BY c.tid, c.check_ts
  ),
  endless AS (
    SELECT created_ts, count(*) OVER along AS open_fences, first_value(n) OVER along AS n
    FROM fence_producers WHERE closed_ts = 9223372036854775807
    WINDOW along AS (ORDER BY created_ts)
  ),
  -- An ASOF JOIN carries all columns through a sort: only those that it needs, and only the rows that can match.
  before AS (
    SELECT s.id, p.n FROM (SELECT id, check_ts FROM dmabuf_requests WHERE kind = 'poll' AND caller = 'transaction' AND NOT answer_busy) AS s
    ASOF JOIN (SELECT n, signaled_ts FROM fence_producers WHERE signaled_ts IS NOT NULL) AS p ON p.signaled_ts <= s.check_ts
  ),
  after AS (
    SELECT s.tid, s.check_ts, u.n, u.open_fences FROM moments AS s ASOF JOIN endless AS u ON u.created_ts <= s.check_ts
  )
SELECT
  s.* EXCLUDE (process), k.ino, coalesce(o.open_fences, 0) + coalesce(u.open_fences, 0) AS open_fences, e.n IS NOT NULL AS by_enable,
  b.n IS NOT NULL AS by_ino, CASE WHEN answer_busy THEN coalesce(b.n, e.n, o.n, u.n) ELSE coalesce(b.n, l.n) END AS n
FROM dmabuf_requests AS s
LEFT JOIN known_buffers AS k ON k.id = s.id
-- A condition on one side only would make it a nested loop.
LEFT JOIN by_buffer AS b ON b.id = CASE WHEN s.caller = 'transaction' THEN s.id END AND b.is_open = s.answer_busy
LEFT JOIN enabled AS e ON e.tid = s.tid AND e.check_ts = s.check_ts
LEFT JOIN open AS o ON o.tid = s.tid AND o.check_ts = s.check_ts
LEFT JOIN after AS u ON u.tid = s.tid AND u.check_ts = s.check_ts
LEFT JOIN before AS l ON l.id = s.id
