-- Fence late: how long after the compositor's check the fence was signalled (S - C).
--
-- One row per zero-timeout poll that found the buffer busy: the producer gated the frame for so long.
--
-- @needs dmabuf_checks members fences
-- @events dma_fence:dma_fence_signaled syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter
-- @value block ns lower Check to signal.
SELECT capture, ts, tid, block
FROM member_checks
WHERE kind = 'poll' AND verdict = 'late' AND block IS NOT NULL
