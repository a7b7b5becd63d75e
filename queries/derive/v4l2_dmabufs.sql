-- Which dma-buf a videobuf2 buffer is, where the kernel's dma_buf events were recorded.
--
-- A buffer that is imported (V4L2_MEMORY_DMABUF) is told by the dma_buf_get of its VIDIOC_QBUF call; of several planes the
-- last. One that is exported (V4L2_MEMORY_MMAP) is told by the dma_buf_fd of its VIDIOC_EXPBUF call; no event names its
-- index there, so the calls are taken to come in the order of the indices, and only where a process has one queue and
-- exports each buffer once.
--
-- @needs dmabuf_fds syscalls ioctl_kinds threads vb2_qbuf
-- @from dmabuf_fds
-- @column capture The recording: captures.capture.
-- @column owner The queue, as in v4l2_buffers.
-- @column type Buffer type, as in v4l2_buffers.
-- @column index Index of the buffer.
-- @column since_ts From when on in ns; until the next row of this buffer.
-- @column ino Inode of the dma-buf.
-- @column how imported, or exported (in the order of the indices).
WITH
  calls AS (
    SELECT s.tid, s.ts, s.ts + s.dur AS end_ts, k.name FROM syscalls AS s
    JOIN ioctl_kinds AS k ON k.capture = s.capture AND k.kind = s.ioctl_kind
    WHERE s.capture = getvariable('capture') AND k.name IN ('VIDIOC_QBUF', 'VIDIOC_EXPBUF') AND s.dur IS NOT NULL
      AND (SELECT count(*) > 0 FROM dmabuf_fds WHERE capture = getvariable('capture'))
  ),
  known AS (
    SELECT f.*, c.name, c.ts AS call_ts FROM (FROM dmabuf_fds WHERE capture = getvariable('capture')) AS f
    ASOF JOIN calls AS c ON c.tid = f.tid AND c.ts <= f.ts
    WHERE f.ts <= c.end_ts
  ),
  queued AS (
    SELECT q.owner, q.type, q.index, q.ts, q.tid, coalesce(t.pid, q.tid) AS process FROM vb2.vb2_qbuf AS q
    LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = q.tid
    WHERE q.capture = getvariable('capture')
  ),
  queueing AS (
    SELECT q.*, c.ts AS call_ts FROM queued AS q ASOF JOIN (FROM calls WHERE name = 'VIDIOC_QBUF') AS c ON c.tid = q.tid AND c.ts <= q.ts
    WHERE q.ts <= c.end_ts
  ),
  queues AS (
    SELECT process, count(DISTINCT (owner, type)) AS queues, count(DISTINCT index) AS buffers FROM queued GROUP BY process
  ),
  places AS (
    SELECT process, owner, type, index, row_number() OVER (PARTITION BY process ORDER BY index) AS place
    FROM (SELECT DISTINCT process, owner, type, index FROM queued)
  ),
  exported AS (
    SELECT process, ts, ino, row_number() OVER along AS place, count(*) OVER (PARTITION BY process) AS n
    FROM known WHERE name = 'VIDIOC_EXPBUF' AND event = 'dma_buf_fd'
    WINDOW along AS (PARTITION BY process ORDER BY ts)
  )
SELECT getvariable('capture') AS capture, q.owner, q.type, q.index, q.ts AS since_ts, arg_max(k.ino, k.ts) AS ino,
  'imported'::ENUM('imported', 'exported') AS how
FROM queueing AS q JOIN known AS k ON k.tid = q.tid AND k.call_ts = q.call_ts AND k.name = 'VIDIOC_QBUF' AND k.event = 'dma_buf_get'
GROUP BY ALL
UNION ALL
SELECT getvariable('capture'), p.owner, p.type, p.index, e.ts, e.ino, 'exported'
FROM exported AS e JOIN queues AS q ON q.process = e.process AND q.queues = 1 AND q.buffers = e.n
JOIN places AS p ON p.process = e.process AND p.place = e.place
