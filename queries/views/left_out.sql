-- What was seen only in part and is therefore not measured, per recording: how many, and why.
--
-- An interval with a loss in it is unknown, whatever CPU lost the events: threads move between CPUs. One that the edge of
-- the recording cuts is counted here too, never measured.
--
-- @needs syscalls fences fence_waits frames v4l2_buffers dmabuf_checks waits loss_intervals
-- @column capture The recording: captures.capture.
-- @column what What was left out.
-- @column reason loss (events were lost in between), begin (it began before the recording), end (not over when it ends) or
--   outputs (of several outputs the recording does not tell which).
-- @column n How many.
WITH found AS (
  SELECT capture, 'system calls' AS what, CASE state WHEN 'lost' THEN 'loss' WHEN 'resumed' THEN 'begin' ELSE 'end' END AS reason
  FROM syscalls WHERE state <> 'complete'
  UNION ALL
  SELECT capture, 'fences', CASE WHEN state = 'unsignaled' THEN 'end' WHEN created_ts IS NOT NULL THEN 'loss' ELSE 'begin' END
  FROM fences WHERE kind = 'fence' AND state IN ('partial', 'unsignaled')
  UNION ALL
  SELECT capture, 'waits for fences in the kernel', 'loss' FROM fence_waits
  WHERE dur IS NULL AND capture IN (SELECT capture FROM loss_intervals)
  UNION ALL
  SELECT capture, 'waits for fences in the kernel', 'end' FROM fence_waits
  WHERE dur IS NULL AND capture NOT IN (SELECT capture FROM loss_intervals)
  UNION ALL
  SELECT capture, 'frames', CASE WHEN state = 'cut' THEN 'end' WHEN capture IN (SELECT capture FROM loss_intervals) THEN 'loss' ELSE 'outputs' END
  FROM frames WHERE state <> 'complete'
  UNION ALL
  SELECT capture, 'buffer rounds', CASE WHEN queued_ts IS NULL THEN 'begin' WHEN state = 'partial' THEN 'loss' ELSE 'end' END
  FROM v4l2_buffers WHERE state <> 'dequeued'
  UNION ALL
  SELECT c.capture, 'checks', 'loss' FROM dmabuf_checks AS c
  WHERE c.caller = 'transaction' AND c.verdict = 'unknown' AND c.context IS NOT NULL
  UNION ALL
  SELECT capture, 'commits and flips of checks', CASE unmatched WHEN 'loss' THEN 'loss' ELSE 'outputs' END FROM waits
  WHERE unmatched IN ('loss', 'several outputs')
  UNION ALL
  SELECT capture, 'checks', 'end' FROM dmabuf_checks WHERE verdict IN ('stuck', 'cut')
)
SELECT capture, what, reason, count(*) AS n FROM found GROUP BY ALL
