-- EXPORT_SYNC_FILE calls of every process, with the thread's name and the call site.
--
-- @needs dmabuf_checks threads
-- @column comm Name of the thread.
-- @column capture The recording: captures.capture.
-- @column tid Thread id.
-- @column ts Time of entry in ns.
-- @column dur Entry to return in ns; NULL where the return was not seen.
-- @column fd File descriptor of the dmabuf.
-- @column caller Call site, as in dmabuf_checks.
-- @column verdict As in dmabuf_checks.
-- @column driver Driver of the matched fence.
-- @column context Context of the matched fence.
-- @column seqno Sequence number of the matched fence.
-- @column signaled_ts When the matched fence was signalled in ns.
SELECT c.capture, c.ts, c.dur, c.tid, t.comm, c.fd, c.caller, c.verdict, c.driver, c.context, c.seqno, c.signaled_ts
FROM dmabuf_checks AS c
LEFT JOIN threads AS t ON t.capture = c.capture AND t.tid = c.tid
WHERE c.kind = 'export'
