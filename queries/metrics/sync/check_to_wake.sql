-- Wait of the compositor: from a busy check to the return of the poll that tells it (W - C).
--
-- One row per busy check. Block and signal-to-wake together; also measurable from strace, where signals are not seen.
--
-- @detail only with --full
-- @needs dmabuf_checks members
-- @events syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter|strace
-- @value wait ns lower Check to return.
SELECT capture, ts, tid, wait
FROM member_checks
WHERE kind = 'poll' AND wait IS NOT NULL
