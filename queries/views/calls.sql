-- System calls as a reader wants them: with the thread's name, and ioctls under the name of their request.
--
-- @needs syscalls ioctls threads
-- @column call The ioctl's request, e.g. DRM_IOCTL_MODE_ATOMIC; else the system call.
-- @column comm Name of the thread.
SELECT s.capture, s.ts, s.dur, s.tid, t.comm, coalesce(i.name, s.name) AS call, s.fd, s.ret, s.error, s.state, s.source, s.seq
FROM syscalls AS s
LEFT JOIN ioctls AS i
  ON i.capture = s.capture AND s.name = 'ioctl' AND i.source = s.source
    AND coalesce(i.seq, i.ts) = coalesce(s.seq, s.ts) AND coalesce(i.tid, -1) = coalesce(s.tid, -1)
LEFT JOIN threads AS t ON t.capture = s.capture AND t.tid = s.tid
