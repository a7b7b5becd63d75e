-- ioctl calls with the request decoded.
--
-- The calls are rows of syscalls, what their requests mean is in ioctl_kinds. The third argument, mostly a pointer, stays
-- where it was recorded: syscalls.sys_enter_ioctl.arg and raw_syscalls.sys_enter.args[3], by ts and tid.
--
-- @needs syscalls ioctl_kinds
-- @column capture The recording: captures.capture.
-- @column ts Time of entry in ns; NULL where the recording has no times.
-- @column dur Entry to return in ns; NULL where the return was not seen, or events were lost in between.
-- @column tid Thread that called.
-- @column fd File descriptor.
-- @column fd_path What the file descriptor is, where the recording shows it (strace -y).
-- @column request The request as a number; NULL where strace printed only a name that is not known.
-- @column name Name of the request, e.g. DMA_BUF_IOCTL_EXPORT_SYNC_FILE.
-- @column header Header that defines it, e.g. linux/dma-buf.h; NULL where it is not known.
-- @column ret Return value; NULL where the return was not seen.
-- @column error Name of the error, e.g. EAGAIN; NULL if it succeeded or did not return.
-- @column state As in syscalls.
-- @column source As in syscalls.
-- @column seq As in syscalls.
SELECT s.capture, s.ts, s.dur, s.tid, s.fd, k.fd_path, k.request, k.name, k.header, s.ret, s.error, s.state, s.source, s.seq
FROM syscalls AS s
JOIN ioctl_kinds AS k ON k.capture = s.capture AND k.kind = s.ioctl_kind
