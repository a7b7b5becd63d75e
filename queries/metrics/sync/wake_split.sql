-- The parts of signal to wake: signal to wakeup, wakeup to running, running to the poll's return.
--
-- Three rows per busy check whose fence was signalled later, where sched events were recorded. Where the thread did not
-- sleep when the signal came there is no wakeup, and no row.
--
-- @detail only with --full
-- @needs waits members
-- @events dma_fence:dma_fence_signaled sched:sched_wakeup|sched:sched_waking sched:sched_switch
-- @value part ns lower Length of the part.
-- @by step signal to woken, woken to running, or running to return.
SELECT w.capture, w.ts, w.tid, p.step, p.part
FROM waits AS w
JOIN members AS m ON m.capture = w.capture AND m.tid = w.tid
CROSS JOIN LATERAL (
  VALUES ('1 signal to woken', w.signal_to_woken), ('2 woken to running', w.woken_to_running), ('3 running to return', w.running_to_return)
) AS p(step, part)
WHERE p.part IS NOT NULL
