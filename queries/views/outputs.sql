-- Outputs that a recording shows: those of which its frames are.
--
-- An output without a flip in the recording is not seen, so it is not here. Reads of flip events in a log of strace that prints
-- no CRTC are of one output as far as that log tells.
--
-- @kept as a table while a report is made
-- @needs frames
-- @column capture The recording: captures.capture.
-- @column output CRTC or connector, as in frames.
-- @column flips Its flips.
-- @column outputs How many outputs the recording shows: as many rows.
SELECT capture, output, count(*) AS flips, count(*) OVER (PARTITION BY capture) AS outputs
FROM frames WHERE output IS NOT NULL GROUP BY capture, output
