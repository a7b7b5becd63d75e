-- DMA buffers by file descriptor, where the kernel's dma_buf events were recorded.
--
-- One row per dma_buf_fd (the buffer got that number) and dma_buf_get (a driver was given that number: a PRIME import, a
-- VIDIOC_QBUF of an imported buffer). It holds until the number is closed (where close was recorded). Fields as in include/trace/events/dma_buf.h;
-- kernels without that file (6.12 has none) leave this table empty.
--
-- @needs dma_buf_fd dma_buf_get syscalls threads
-- @from dma_buf.dma_buf_fd dma_buf.dma_buf_get
-- @column capture The recording: captures.capture.
-- @column process Process id; the thread's own where the recording does not tell its process.
-- @column fd The number.
-- @column ino Inode of the dma-buf: the same in every process.
-- @column exporter Who made the buffer (exp_name), e.g. a driver's module.
-- @column size Bytes of the buffer.
-- @column ts Time of the event in ns.
-- @column tid Thread of the event.
-- @column event dma_buf_fd or dma_buf_get.
-- @column closed_ts Next close of that number in that process in ns; NULL where none was seen.
WITH
  told AS (
    SELECT ts, tid, fd, ino, exp_name, size, 'dma_buf_fd' AS event FROM dma_buf.dma_buf_fd WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, fd, ino, exp_name, size, 'dma_buf_get' FROM dma_buf.dma_buf_get WHERE capture = getvariable('capture')
  ),
  owned AS (
    SELECT n.*, coalesce(t.pid, n.tid) AS process FROM told AS n
    LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = n.tid
  ),
  closes AS (
    SELECT coalesce(t.pid, s.tid) AS process, s.fd, s.ts FROM syscalls AS s
    LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = s.tid
    WHERE s.capture = getvariable('capture') AND s.name = 'close' AND coalesce(s.ret, 0) = 0 AND s.fd IN (SELECT fd FROM told)
  )
SELECT getvariable('capture') AS capture, o.process, o.fd, o.ino, o.exp_name AS exporter, o.size, o.ts, o.tid,
  o.event::ENUM('dma_buf_fd', 'dma_buf_get') AS event, c.ts AS closed_ts
FROM owned AS o
ASOF LEFT JOIN closes AS c ON c.process = o.process AND c.fd = o.fd AND o.ts <= c.ts
