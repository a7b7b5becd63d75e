-- Waits for fences inside the kernel (dma_fence_wait_start to dma_fence_wait_end).
--
-- One row per wait of any thread: KMS commit workers and drivers, never a poll of the compositor.
--
-- @detail only with --full
-- @needs fence_waits
-- @events dma_fence:dma_fence_wait_start dma_fence:dma_fence_wait_end
-- @value dur ns lower Begin to end of the wait.
-- @by fence Driver of the fence; stub is the kernel's always signalled fence.
SELECT capture, ts, tid, CASE kind WHEN 'stub' THEN 'stub' ELSE coalesce(driver, 'unknown') END AS fence, dur
FROM fence_waits
WHERE dur IS NOT NULL
