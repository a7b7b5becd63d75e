-- File descriptors: what each was, from when to when, who made it and who closed it.
--
-- A life begins with the call that returned the number and ends with its close. Of strace logs (logged_fds) the paths are
-- known, numbers that came otherwise, and what was asked and answered of each; ftrace (traced_fds) has numbers alone.
-- Other processes have other numbers: those of threads whose process is known are told apart, all others are taken for one
-- process.
--
-- @view The rows are those of logged_fds and traced_fds.
-- @needs logged_fds traced_fds
-- @column capture The recording: captures.capture.
-- @column process Thread id of the first thread of its process; NULL where that is not known.
-- @column fd The number.
-- @column life Which life of that number in that process, from 1.
-- @column path What it was (strace -y), e.g. /dev/dri/card0 or anon_inode:sync_file; NULL where not printed.
-- @column opened_ts Return of the call that made it, else its begin, in ns; NULL where that was not seen.
-- @column opened_by Call that made it, e.g. openat, recvmsg or DMA_BUF_IOCTL_EXPORT_SYNC_FILE; NULL where that was not seen.
-- @column opened_tid Thread that made it.
-- @column opened_seq strace: line of that call, joins syscalls.seq; NULL for others.
-- @column first_ts First time that it was seen in ns: made, used or closed.
-- @column polled_ts First time that poll, select or epoll_wait asked for it in ns.
-- @column ready_ts First time that one of these answered that it was ready in ns: their return.
-- @column ready_seq strace: line of the first of these calls; NULL if none answered so.
-- @column closed_ts When it was closed in ns; NULL where that was not seen.
-- @column closed_by Call that closed it: close, close_range, dup2 or dup3.
-- @column closed_tid Thread that closed it.
-- @column source As in syscalls.
FROM logged_fds
UNION ALL BY NAME
FROM traced_fds
