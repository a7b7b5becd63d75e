-- The recorded machine under the names of the reference tables.
--
-- @needs captures
-- @column capture The recording: captures.capture.
-- @column arch Architecture as in reference.syscalls; NULL where the recording does not tell.
-- @column bits Word size of the kernel's interface: 32 or 64; 64 where the recording does not tell.
SELECT
  capture,
  CASE
    WHEN machine ~ '^i[3-6]86$' THEN 'i386'
    WHEN machine ~ '^armv?[4-8]' THEN 'arm'
    WHEN machine = 'ppc64le' THEN 'powerpc64le'
    ELSE machine
  END AS arch,
  CASE WHEN machine ~ '^(i[3-6]86|arm)' AND machine NOT LIKE 'arm64%' THEN 32 ELSE 64 END AS bits
FROM captures
WHERE capture = getvariable('capture')
