-- Threads that were seen, with their names and processes.
--
-- The name is the last one that an event gives (sched_switch, sched_wakeup, task_rename, task_newtask), else the
-- recorder's saved command lines (of several, the last). The process is known where the recording prints it (TGID column
-- of ftrace text) and for threads that were created during the recording (task_newtask with CLONE_THREAD says whose thread
-- it is); trace.dat does not keep it for others.
--
-- @needs comms sched_switch sched_wakeup task_newtask task_rename calls
-- @from main.comms sched.sched_switch sched.sched_wakeup task.task_newtask task.task_rename strace.calls
-- @column capture The recording: captures.capture.
-- @column tid Thread id.
-- @column pid Process (thread group) id; NULL where the recording does not tell.
-- @column comm Name of the thread; NULL where the recording does not tell.
-- @column is_connector Whether it is named like a DRM connector (HDMI-A-1): KWin's commit thread of that output.
WITH RECURSIVE
  seen AS (
    SELECT next_pid AS tid, next_comm AS comm, max(ts) AS ts
    FROM store."sched.sched_switch" WHERE capture = getvariable('capture') GROUP BY ALL
    UNION ALL
    SELECT pid, comm, max(ts) FROM store."sched.sched_wakeup" WHERE capture = getvariable('capture') GROUP BY ALL
    UNION ALL
    SELECT pid, comm, ts FROM store."task.task_newtask" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT pid, newcomm, ts FROM store."task.task_rename" WHERE capture = getvariable('capture')
  ),
  texts AS (SELECT id, text FROM store.strings WHERE id IN (SELECT comm FROM seen)),
  named AS (
    -- Before all events, in the order of the rows.
    SELECT tid, comm, rowid - 9223372036854775807 AS ts FROM store."main.comms" WHERE capture = getvariable('capture')
    UNION ALL
    SELECT tid, text, ts FROM seen LEFT JOIN texts ON id = comm
    UNION ALL
    SELECT tid, NULL, min(ts) FROM store."strace.calls" WHERE capture = getvariable('capture') AND tid IS NOT NULL GROUP BY tid
  ),
  born AS (
    SELECT pid AS tid, tid AS creator, (clone_flags & 65536) <> 0 AS is_thread
    FROM store."task.task_newtask"
    WHERE capture = getvariable('capture')
    QUALIFY row_number() OVER (PARTITION BY pid ORDER BY ts DESC) = 1
  ),
  printed AS (
    SELECT tid, arg_max(pid, rowid) AS pid FROM store."main.comms"
    WHERE capture = getvariable('capture') AND pid IS NOT NULL GROUP BY tid
  ),
  grouped AS (
    FROM printed
    UNION
    SELECT tid, tid FROM born WHERE NOT is_thread AND tid NOT IN (SELECT tid FROM printed)
    UNION
    SELECT b.tid, g.pid FROM born AS b JOIN grouped AS g ON b.creator = g.tid
    WHERE b.is_thread AND b.tid NOT IN (SELECT tid FROM printed)
  )
SELECT
  getvariable('capture') AS capture,
  tid,
  any_value(pid) AS pid,
  CASE WHEN tid = 0 THEN '<idle>' ELSE arg_max(comm, named.ts) END AS comm,
  -- Names of drivers/gpu/drm/drm_connector.c, drm_connector_enum_list (6.12).
  coalesce(
    arg_max(comm, named.ts) ~ '^(Virtual|HDMI-[AB]|DP|eDP|DVI-[ADI]|LVDS|DSI|DPI|VGA|SPI|USB|TV|DIN|Composite|SVIDEO|Component|Writeback|Unknown)-[0-9]+$',
    false) AS is_connector
FROM named
LEFT JOIN grouped USING (tid)
GROUP BY tid
