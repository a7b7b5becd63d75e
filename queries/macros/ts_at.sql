-- The time that lies so many seconds behind the begin of the recording: since_begin the other way round.
--
-- @needs captures
-- @parameter recording The capture.
-- @parameter elapsed Seconds from its begin.
(SELECT _start + round(elapsed * 1e9)::BIGINT FROM (SELECT c.capture AS _capture, c.start_ts AS _start FROM main.captures AS c) WHERE _capture = recording)
