-- The recorded machine under the names of the reference tables.
--
-- Where the recording does not name it, it is the one whose numbers of system calls are those that the recording tells
-- (call_numbers), if there is exactly one.
--
-- @needs captures call_numbers
-- @column capture The recording: captures.capture.
-- @column arch Architecture as in reference.syscalls; NULL where the recording does not tell.
-- @column bits Word size of the kernel's interface: 32 or 64; 64 where the recording does not tell.
WITH
  -- Names that an architecture does not have contradict nothing: the events name some calls by another function.
  fitting AS (
    SELECT s.arch FROM call_numbers AS c JOIN reference.syscalls AS s ON s.name = c.name
    WHERE c.capture = getvariable('capture') AND c.is_learned
    GROUP BY s.arch HAVING bool_and(s.number = c.number)
  ),
  named AS (
    SELECT
      CASE
        WHEN machine ~ '^i[3-6]86$' THEN 'i386'
        WHEN machine ~ '^armv?[4-8]' THEN 'arm'
        WHEN machine = 'ppc64le' THEN 'powerpc64le'
        ELSE coalesce(machine, (SELECT CASE WHEN count(*) = 1 THEN any_value(arch) END FROM fitting))
      END AS arch
    FROM captures WHERE capture = getvariable('capture')
  )
SELECT getvariable('capture') AS capture, arch, CASE WHEN arch IN ('i386', 'arm') THEN 32 ELSE 64 END AS bits
FROM named
