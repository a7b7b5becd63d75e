-- EXPORT_SYNC_FILE calls of every process, with the thread's name and the call site.
--
-- @needs dmabuf_checks threads
-- @column comm Name of the thread.
SELECT c.capture, c.ts, c.dur, c.tid, t.comm, c.fd, c.caller, c.verdict, c.driver, c.context, c.seqno, c.signaled_ts
FROM dmabuf_checks AS c
LEFT JOIN threads AS t ON t.capture = c.capture AND t.tid = c.tid
WHERE c.kind = 'export'
