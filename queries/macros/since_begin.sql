-- Seconds from the begin of the recording to a time.
--
-- @needs captures
-- @parameter recording The capture.
-- @parameter moment Time in ns of that capture's clock.
(SELECT (moment - _start) / 1e9 FROM (SELECT c.capture AS _capture, c.start_ts AS _start FROM main.captures AS c) WHERE _capture = recording)
