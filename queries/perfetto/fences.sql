-- Lives of fences, from creation to signal (or to destruction, or to the end of the recording), one track per driver.
--
-- @needs fences captures
SELECT 'async' AS kind, 'Fences' AS process, coalesce(driver, 'fence') AS track, NULL::INTEGER AS tid, created_ts AS ts,
  greatest(0, coalesce(signaled_ts, destroyed_ts, (SELECT end_ts FROM captures WHERE capture = getvariable('capture'))) - created_ts) AS dur,
  coalesce(driver, 'fence') || ' ' || context || ':' || seqno AS name, 'fence' AS category,
  {'context': context, 'seqno': seqno, 'timeline': timeline, 'state': state, 'created_by': created_tid, 'signaled_by': signaled_tid}::JSON AS args
FROM fences WHERE capture = getvariable('capture') AND created_ts IS NOT NULL
