-- Flips of each output: when a frame became visible, and how long after the one before.
--
-- @needs frames
-- @column ts Time of the flip in ns.
-- @column since_last Time since the flip before of the same output in ns; NULL for the first one and after a loss.
-- @column vblanks Vertical blanks since the flip before; NULL where the marker does not count them.
-- @column marker What was taken as the flip.
-- @column capture The recording: captures.capture.
-- @column output CRTC or connector, as in frames.
-- @column frame Number of the frame that begins with this flip, as in frames.
SELECT capture, output, frame, ts, lag(dur) OVER (PARTITION BY capture, output ORDER BY frame) AS since_last, vblanks, marker
FROM frames
