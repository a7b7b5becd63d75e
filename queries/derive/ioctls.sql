-- ioctl calls with the request decoded.
--
-- Names come from the kernel's UAPI headers (reference.ioctls). Requests of DRM drivers (0x40 to 0x9f) depend on the
-- driver behind the file descriptor and are named DRM_COMMAND_BASE+n; unknown ones as _IOC(direction, type, number, size).
-- strace's own names are kept.
--
-- @needs syscalls sys_enter_ioctl sys_enter calls captures
-- @column capture The recording: captures.capture.
-- @column ts Time of entry in ns; NULL where the recording has no times.
-- @column dur Entry to return in ns; NULL where the return was not seen, or events were lost in between.
-- @column tid Thread that called.
-- @column fd File descriptor.
-- @column fd_path What the file descriptor is, where the recording shows it (strace -y).
-- @column request The request as a number; NULL where strace printed only a name that is not known.
-- @column name Name of the request, e.g. DMA_BUF_IOCTL_EXPORT_SYNC_FILE.
-- @column header Header that defines it, e.g. linux/dma-buf.h; NULL where it is not known.
-- @column arg Third argument (mostly a pointer); NULL for strace.
-- @column ret Return value; NULL where the return was not seen.
-- @column error Name of the error, e.g. EAGAIN; NULL if it succeeded or did not return.
-- @column state As in syscalls.
-- @column source As in syscalls.
-- @column seq As in syscalls.
WITH
  bits AS (
    SELECT CASE WHEN machine ~ '^(i[3-6]86|arm)' AND machine NOT LIKE 'arm64%' THEN 32 ELSE 64 END AS bits
    FROM captures WHERE capture = getvariable('capture')
  ),
  core AS (
    SELECT r.request, string_agg(DISTINCT r.name, ' or ' ORDER BY r.name) AS name, any_value(r.header) AS header,
      bool_or(r.variable) AS variable
    FROM reference.ioctls AS r, bits AS b
    WHERE r.driver IS NULL AND (r.bits IS NULL OR r.bits = b.bits)
    GROUP BY r.request
  ),
  -- Requests whose size is the caller's (EVIOCGNAME): compared without the size bits.
  sized AS (
    SELECT request & 3221291007 AS request, string_agg(DISTINCT name, ' or ' ORDER BY name) AS name, any_value(header) AS header
    FROM core WHERE variable GROUP BY ALL
  ),
  asked AS (
    SELECT ts, tid, (cmd & 4294967295)::BIGINT AS request, arg::HUGEINT AS arg, 'syscalls' AS source
    FROM syscalls.sys_enter_ioctl WHERE capture = getvariable('capture')
    UNION ALL
    SELECT ts, tid, (args[2] & 4294967295)::BIGINT, args[3]::HUGEINT, 'raw_syscalls'
    FROM raw_syscalls.sys_enter WHERE capture = getvariable('capture')
  ),
  numbered AS (
    SELECT s.*, NULL::VARCHAR AS fd_path, a.request, NULL::VARCHAR AS text, a.arg
    FROM syscalls AS s
    JOIN asked AS a ON a.ts = s.ts AND a.tid = s.tid AND a.source = s.source
    WHERE s.capture = getvariable('capture') AND s.name = 'ioctl' AND s.source <> 'strace'
    UNION ALL
    SELECT s.*, c.fd_path, coalesce(try_cast(c.request AS BIGINT), try_cast(regexp_extract(c.request, '^0x[0-9a-f]+') AS BIGINT)),
      coalesce(nullif(regexp_extract(c.request, '/\* (.*) \*/', 1), ''), c.request), NULL
    FROM syscalls AS s
    JOIN strace.calls AS c ON c.capture = s.capture AND c.seq = s.seq
    WHERE s.capture = getvariable('capture') AND s.name = 'ioctl' AND s.source = 'strace'
  )
SELECT
  n.capture, n.ts, n.dur, n.tid, n.fd, n.fd_path,
  coalesce(n.request, by_name.request) AS request,
  CASE
    WHEN n.text NOT SIMILAR TO '0x[0-9a-f]+' THEN n.text
    WHEN core.name IS NOT NULL THEN core.name
    WHEN sized.name IS NOT NULL THEN sized.name
    WHEN (n.request >> 8) & 255 = 100 AND n.request & 255 BETWEEN 64 AND 159
      THEN printf('DRM_COMMAND_BASE+0x%02x', (n.request & 255) - 64)
    ELSE printf('_IOC(%s, 0x%02x, 0x%02x, 0x%02x)',
      ['_IOC_NONE', '_IOC_WRITE', '_IOC_READ', '_IOC_READ|_IOC_WRITE'][(n.request >> 30 & 3) + 1],
      n.request >> 8 & 255, n.request & 255, n.request >> 16 & 16383)
  END AS name,
  coalesce(core.header, sized.header, by_name.header) AS header,
  n.arg::UBIGINT AS arg,
  n.ret, n.error, n.state, n.source, n.seq
FROM numbered AS n
LEFT JOIN core ON core.request = n.request
LEFT JOIN sized ON sized.request = n.request & 3221291007
LEFT JOIN (SELECT name, min(request) AS request, any_value(header) AS header FROM core GROUP BY name) AS by_name
  ON by_name.name = n.text
