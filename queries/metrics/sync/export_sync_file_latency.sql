-- Time spent in DMA_BUF_IOCTL_EXPORT_SYNC_FILE.
--
-- One row per call of the chosen process, by call site. The call never waits for the fence: expect no difference between
-- kernels; a difference here is allocation or scheduling. Calls whose return was not seen are left out.
--
-- @needs dmabuf_checks members
-- @events syscalls:sys_enter_ioctl+syscalls:sys_exit_ioctl|raw_syscalls:sys_enter+raw_syscalls:sys_exit|strace
-- @value dur ns lower Entry to return.
-- @by caller Call site: transaction, framebuffer, gpu driver or unknown.
SELECT capture, ts, tid, caller, dur
FROM member_checks
WHERE kind = 'export' AND dur IS NOT NULL
