-- poll, ppoll, select and epoll_wait calls: how long each slept, and what it returned.
--
-- @needs syscalls threads
-- @column comm Name of the thread.
-- @column dur Entry to return in ns: the sleep, if there was one.
-- @column ready Number of ready file descriptors; 0 after a timeout.
-- @column capture The recording: captures.capture.
-- @column tid Thread id.
-- @column ts Time of entry in ns; NULL where the recording has no times.
-- @column name System call.
-- @column error Name of the error; NULL if it succeeded or did not return.
-- @column source As in syscalls.
-- @column seq As in syscalls.
SELECT s.capture, s.ts, s.dur, s.tid, t.comm, s.name, s.ret AS ready, s.error, s.source, s.seq
FROM syscalls AS s
LEFT JOIN threads AS t ON t.capture = s.capture AND t.tid = s.tid
WHERE s.name IN ('poll', 'ppoll', 'select', 'pselect6', 'epoll_wait', 'epoll_pwait', 'epoll_pwait2')
