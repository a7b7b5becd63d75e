-- System calls as a reader wants them: with the thread's name, and ioctls under the name of their request.
--
-- @needs syscalls ioctl_kinds threads
-- @column call The ioctl's request, e.g. DRM_IOCTL_MODE_ATOMIC; else the system call.
-- @column comm Name of the thread.
-- @column capture The recording: captures.capture.
-- @column tid Thread id.
-- @column ts Time of entry in ns; NULL where the recording has no times.
-- @column dur Entry to return in ns; NULL where the return was not seen, or events were lost in between.
-- @column fd File descriptor it was called with, where the recording shows it.
-- @column ret Return value; NULL where the return was not seen.
-- @column error Name of the error, e.g. EAGAIN; NULL if it succeeded or did not return.
-- @column state As in syscalls.
-- @column source As in syscalls.
-- @column seq As in syscalls.
SELECT s.capture, s.ts, s.dur, s.tid, t.comm, coalesce(k.name, s.name) AS call, s.fd, s.ret, s.error, s.state, s.source, s.seq
FROM syscalls AS s
LEFT JOIN ioctl_kinds AS k ON k.capture = s.capture AND k.kind = s.ioctl_kind
LEFT JOIN threads AS t ON t.capture = s.capture AND t.tid = s.tid
