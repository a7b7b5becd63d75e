-- Which system calls there were, one row per name and source: traced_calls.call is a number of this table.
--
-- Raw events of calls that have events of their own are left out. Which these are is known by
-- their numbers in call_numbers, and by the names of the machine's numbers.
--
-- @needs machines call_numbers recorded_calls
-- @with recorded_calls
-- @from syscalls.sys_enter_* syscalls.sys_exit_* raw_syscalls.sys_enter raw_syscalls.sys_exit
-- @column capture The recording: captures.capture.
-- @column call Number of this row in its recording, from 1.
-- @column name System call, e.g. ioctl.
-- @column source Where it was recorded: syscalls or raw_syscalls.
-- @column number Its number where the events name no more (raw_syscalls); else NULL.
WITH
  numbers AS (
    SELECT DISTINCT id FROM store."raw_syscalls.sys_enter" WHERE capture = getvariable('capture')
    UNION
    SELECT DISTINCT id FROM store."raw_syscalls.sys_exit" WHERE capture = getvariable('capture')
  ),
  names AS (
    SELECT name, 'syscalls' AS source, NULL::BIGINT AS number FROM recorded_calls
    UNION ALL
    SELECT coalesce(s.name, 'syscall_' || n.id), 'raw_syscalls', n.id FROM numbers AS n
    LEFT JOIN reference.syscalls AS s
      ON s.number = n.id AND s.arch = (SELECT arch FROM machines WHERE capture = getvariable('capture'))
    WHERE (s.name IS NULL OR s.name NOT IN (SELECT name FROM recorded_calls WHERE has_entry))
      AND n.id NOT IN (SELECT number FROM call_numbers WHERE capture = getvariable('capture') AND is_learned)
  )
SELECT
  getvariable('capture') AS capture,
  (row_number() OVER (ORDER BY source, name, number))::INTEGER AS call,
  name,
  source::ENUM('syscalls', 'raw_syscalls', 'strace') AS source,
  number
FROM names
