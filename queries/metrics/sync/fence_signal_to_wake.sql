-- Signal to wake: from the fence's signal to the return of the poll that tells the compositor (W - S).
--
-- One row per busy check whose fence was signalled later: wakeup, scheduling and syscall exit. Its time is the signal's.
--
-- @needs dmabuf_checks members fences
-- @events dma_fence:dma_fence_signaled syscalls:sys_exit_ppoll|syscalls:sys_exit_poll|syscalls:sys_exit_epoll_wait|raw_syscalls:sys_exit
-- @value wake ns lower Signal to return.
SELECT capture, signaled_ts AS ts, tid, wake
FROM member_checks
WHERE kind = 'poll' AND verdict = 'late' AND wake IS NOT NULL
