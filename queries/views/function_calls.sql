-- Functions that the function_graph tracer saw: one row per call, of trace.dat and of text alike.
--
-- A return belongs to the event before it of the same thread and depth (of the same CPU for idle tasks and where the text
-- has no threads) if that is a call of the same function. In text a call that made no other is one line, with its return.
-- Where the text has no times only calls that returned are there. How long they took the kernel measured itself.
--
-- @needs funcgraph_entry funcgraph_exit buffers symbols
-- @column capture The recording: captures.capture.
-- @column ts Time of the call in ns; NULL where the call was not seen, or the text has no times.
-- @column dur How long the function took in ns; NULL where its return was not seen.
-- @column cpu CPU of the call; of the return where the call was not seen.
-- @column tid Thread that called; NULL where the text does not tell.
-- @column depth Functions that called it, one by the other.
-- @column func Address of the function; NULL where the text has its name only.
-- @column function Name of the function; NULL where the recording has only its address.
-- @column retval What it returned, where it was recorded.
WITH
  events AS (
    SELECT *, 'ftrace.funcgraph_entry' AS event FROM ftrace.funcgraph_entry
    UNION ALL BY NAME
    SELECT *, 'ftrace.funcgraph_exit' AS event FROM ftrace.funcgraph_exit
    UNION ALL BY NAME
    SELECT NULL::VARCHAR AS instance WHERE false
  ),
  steps AS (
    SELECT e.capture, e.ts, e.cpu, e.tid, e.depth, e.func, coalesce(e.function, s.symbol) AS function, e.retval,
      coalesce(e.duration, e.rettime::BIGINT - e.calltime::BIGINT) AS dur,
      e.event = 'ftrace.funcgraph_exit' AS is_return,
      coalesce(e.instance, '') AS instance,
      CASE WHEN e.tid > 0 THEN e.tid ELSE -1 - e.cpu END AS lane
    FROM events AS e
    ANTI JOIN (SELECT capture, event, tid, cpu, coalesce(instance, '') AS buffer FROM buffers WHERE NOT is_counted) AS b
      ON b.capture = e.capture AND b.event = e.event AND b.tid = e.tid AND b.cpu = e.cpu AND b.buffer = coalesce(e.instance, '')
    LEFT JOIN symbols AS s ON s.capture = e.capture AND s.address = e.func
  ),
  linked AS (
    SELECT *,
      lag({'ts': ts, 'cpu': cpu, 'is_return': is_return OR dur IS NOT NULL, 'function': function, 'func': func}) OVER near AS before,
      lead({'is_return': is_return, 'function': function, 'func': func}) OVER near AS after
    FROM steps
    WINDOW near AS (PARTITION BY capture, instance, lane, depth ORDER BY ts, is_return DESC)
  ),
  matched AS (
    SELECT *,
      is_return AND ts IS NOT NULL AND lane IS NOT NULL AND NOT before.is_return
        AND coalesce(before.function = function, before.func = func, true) AS has_call,
      NOT is_return AND dur IS NULL AND (ts IS NULL OR lane IS NULL OR (after.is_return AND coalesce(after.function = function, after.func = func, true))) AS has_return
    FROM linked
  )
SELECT
  capture,
  CASE WHEN NOT is_return THEN ts WHEN has_call THEN before.ts END AS ts,
  dur,
  CASE WHEN has_call THEN before.cpu ELSE cpu END AS cpu,
  tid, depth, func, function, retval
FROM matched WHERE NOT coalesce(has_return, false)
