-- Fence early: how long before the compositor's check the fence was signalled (C - S).
--
-- One row per zero-timeout poll that found the buffer ready and whose fence is known. The fence cost nothing there.
--
-- @needs dmabuf_checks members fences
-- @events dma_fence:dma_fence_signaled syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter
-- @value slack ns none Signal to check.
SELECT capture, ts, tid, slack
FROM member_checks
WHERE kind = 'poll' AND verdict = 'early'
