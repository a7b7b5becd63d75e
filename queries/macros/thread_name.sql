-- Name of a thread in a recording.
--
-- @needs threads
-- @parameter recording The capture.
-- @parameter thread Thread id.
(SELECT any_value(_comm) FROM (SELECT t.capture AS _capture, t.tid AS _tid, t.comm AS _comm FROM main.threads AS t) WHERE _capture = recording AND _tid = thread)
