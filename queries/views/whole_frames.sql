-- Frames that were seen from begin to end without a loss, of all outputs in one row of time.
--
-- With several outputs a frame lasts until the next flip of any of them.
--
-- @column capture The recording: captures.capture.
-- @column ts Begin in ns.
-- @column end_ts End in ns.
SELECT capture, ts, end_ts
FROM (SELECT capture, ts, state, lead(ts) OVER (PARTITION BY capture ORDER BY ts) AS end_ts FROM frames)
WHERE end_ts IS NOT NULL AND state <> 'lost'
