-- Number of the frame in which a time lies: frames.frame of the output that flipped last.
--
-- NULL before the first flip.
--
-- @needs frames
-- @parameter recording The capture.
-- @parameter moment Time in ns.
(SELECT arg_max(_frame, _ts) FROM (SELECT f.capture AS _capture, f.ts AS _ts, f.frame AS _frame FROM main.frames AS f) WHERE _capture = recording AND _ts <= moment)
