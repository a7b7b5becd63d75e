-- Numbers of system calls whose names the recording itself tells.
--
-- The events syscalls:sys_enter_* have the number (report -R, trace.dat), or stand beside raw_syscalls:sys_enter of the
-- same call: the kernel writes both at one place, always in the same order. Two entries of one thread, with no other
-- entry or exit between them, are one call if all its arguments are the same. In which order is what most of them tell.
-- A number is learned where all entries beside it in that order are of one name with the same arguments; what
-- spans a loss tells nothing.
--
-- @needs loss_intervals named_entries sys_enter sys_exit
-- @with named_entries sys_exit
-- @from raw_syscalls.sys_enter
-- @column capture The recording: captures.capture.
-- @column number Number of the system call.
-- @column name Its name in sys_enter_*; NULL counts entries beside it whose arguments are others.
-- @column pairs Entries that told it; NULL where they have the number.
-- @column raw_calls Entries of that number in raw_syscalls.
-- @column named_calls Entries of that name in syscalls; fewer where these were filtered, or began later.
-- @column is_learned Whether it is certain: no other entry contradicts it.
WITH
  told AS (SELECT DISTINCT number, name FROM named_entries WHERE number IS NOT NULL),
  silent AS (FROM named_entries WHERE number IS NULL),
  events AS (
    SELECT ts, tid, id AS number, NULL::VARCHAR AS name, "args[0]"::HUGEINT AS a0, "args[1]"::HUGEINT AS a1,
      "args[2]"::HUGEINT AS a2, "args[3]"::HUGEINT AS a3, "args[4]"::HUGEINT AS a4, "args[5]"::HUGEINT AS a5
    FROM store."raw_syscalls.sys_enter" WHERE capture = getvariable('capture') AND EXISTS (FROM silent)
    UNION ALL
    SELECT ts, tid, NULL, name, a0, a1, a2, a3, a4, a5 FROM silent
    UNION ALL
    SELECT ts, tid, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM store."raw_syscalls.sys_exit"
    WHERE capture = getvariable('capture') AND EXISTS (FROM silent)
    UNION ALL
    SELECT ts, tid, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM sys_exit WHERE EXISTS (FROM silent)
  ),
  followed AS (
    SELECT *, lead(ts) OVER next AS next_ts, lead(number) OVER next AS next_number, lead(name) OVER next AS next_name,
      lead(a0) OVER next AS b0, lead(a1) OVER next AS b1, lead(a2) OVER next AS b2, lead(a3) OVER next AS b3,
      lead(a4) OVER next AS b4, lead(a5) OVER next AS b5
    FROM events
    WINDOW next AS (PARTITION BY tid ORDER BY ts)
  ),
  pairs AS (
    SELECT ts, next_ts, name IS NULL AS is_behind, coalesce(number, next_number) AS number,
      -- What the entry does not have, or the text not as a number, is NULL.
      CASE WHEN coalesce(a0 = b0, true) AND coalesce(a1 = b1, true) AND coalesce(a2 = b2, true) AND coalesce(a3 = b3, true)
        AND coalesce(a4 = b4, true) AND coalesce(a5 = b5, true) THEN coalesce(name, next_name) END AS name
    FROM followed
    WHERE (number IS NOT NULL AND next_name IS NOT NULL) OR (name IS NOT NULL AND next_number IS NOT NULL)
  ),
  whole AS (
    FROM pairs WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT p.* FROM pairs AS p
    ASOF LEFT JOIN loss_intervals AS l ON l.capture = getvariable('capture') AND p.next_ts > l.since_ts
    WHERE getvariable('is_lossy') AND NOT coalesce(l.until_ts > p.ts, false)
  ),
  votes AS (SELECT is_behind, number, name, count(*) AS pairs FROM whole GROUP BY ALL),
  orders AS (SELECT is_behind, sum(pairs) FILTER (name IS NOT NULL) AS same FROM votes GROUP BY ALL),
  -- Both orders where they tell as much: what only one of them tells may be chance.
  best AS (SELECT is_behind FROM orders WHERE same = (SELECT max(same) FROM orders)),
  found AS (
    SELECT number, name, NULL::BIGINT AS pairs FROM told
    UNION ALL
    SELECT number, name, max(pairs) FROM votes WHERE is_behind IN (FROM best)
    GROUP BY number, name HAVING count(*) = (SELECT count(*) FROM best)
  )
SELECT
  getvariable('capture') AS capture, f.number, f.name, f.pairs,
  coalesce(r.calls, 0) AS raw_calls,
  coalesce(n.calls, 0) AS named_calls,
  count(*) OVER (PARTITION BY f.number) = 1 AS is_learned
FROM found AS f
LEFT JOIN (
  SELECT id, count(*) AS calls FROM store."raw_syscalls.sys_enter" WHERE capture = getvariable('capture') GROUP BY id
) AS r ON r.id = f.number
LEFT JOIN (SELECT name, count(*) AS calls FROM named_entries GROUP BY name) AS n ON n.name = f.name
QUALIFY count(f.name) OVER (PARTITION BY f.number) > 0
