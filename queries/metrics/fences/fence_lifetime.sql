-- Creation to signal of fences, by driver.
--
-- One row per fence that was created and signalled in the recording; stubs and arrays apart.
--
-- @detail only with --full
-- @needs fences
-- @events dma_fence:dma_fence_init dma_fence:dma_fence_signaled
-- @value age ns none Creation to signal.
-- @by driver Driver of the fence.
SELECT capture, created_ts AS ts, created_tid AS tid, driver, signaled_ts - created_ts AS age
FROM fences
WHERE kind = 'fence' AND state = 'signaled'
