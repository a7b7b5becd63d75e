-- Which ioctls there were, one row per request (strace: per request and file): what their numbers and names mean.
--
-- Names come from the kernel's UAPI headers (reference.ioctls). Requests of DRM drivers (0x40 to 0x9f) depend on the
-- driver behind the file descriptor and are named DRM_COMMAND_BASE+n; unknown ones as _IOC(direction, type, number, size).
-- strace's own names are kept.
--
-- @needs machines strace_texts sys_enter_ioctl sys_enter calls
-- @from syscalls.sys_enter_ioctl raw_syscalls.sys_enter strace.calls
-- @column capture The recording: captures.capture.
-- @column kind Number of this row in its recording, from 1: syscalls.ioctl_kind.
-- @column printed The request as strace printed it; NULL for others.
-- @column fd_path What the file descriptor is, where the recording shows it (strace -y).
-- @column request The request as a number; NULL where strace printed only a name that is not known.
-- @column name Name of the request, e.g. DMA_BUF_IOCTL_EXPORT_SYNC_FILE.
-- @column header Header that defines it, e.g. linux/dma-buf.h; NULL where it is not known.
WITH
  machine AS (SELECT arch, bits FROM machines WHERE capture = getvariable('capture')),
  texts AS (SELECT id, text FROM strace_texts WHERE capture = getvariable('capture')),
  logged AS (
    SELECT DISTINCT request, fd_path FROM store."strace.contents"
    WHERE capture = getvariable('capture') AND name IN (SELECT id FROM texts WHERE text = 'ioctl')
  ),
  asked AS (
    SELECT DISTINCT (cmd & 4294967295)::BIGINT AS request, NULL::VARCHAR AS printed, NULL::VARCHAR AS fd_path
    FROM syscalls.sys_enter_ioctl WHERE capture = getvariable('capture')
    UNION
    SELECT DISTINCT (args[2] & 4294967295)::BIGINT, NULL, NULL
    FROM raw_syscalls.sys_enter
    WHERE capture = getvariable('capture') AND id IN (SELECT number FROM reference.syscalls JOIN machine USING (arch) WHERE name = 'ioctl')
    UNION ALL
    SELECT DISTINCT NULL::BIGINT, coalesce(r.text, ''), f.text FROM logged AS l
    LEFT JOIN texts AS r ON r.id = l.request
    LEFT JOIN texts AS f ON f.id = l.fd_path
  ),
  kinds AS (
    SELECT (row_number() OVER (ORDER BY request, printed, fd_path))::INTEGER AS kind, printed, fd_path,
      coalesce(request, try_cast(printed AS BIGINT), try_cast(regexp_extract(printed, '^0x[0-9a-f]+') AS BIGINT)) AS request,
      coalesce(nullif(regexp_extract(printed, '/\* (.*) \*/', 1), ''), nullif(printed, '')) AS text
    FROM asked
  ),
  -- What these may be, without the size bits; strace prints the names of all requests with that number.
  meant AS (
    SELECT request & 3221291007 AS request FROM kinds WHERE request IS NOT NULL
    UNION
    SELECT request & 3221291007 FROM reference.ioctls WHERE name IN (SELECT unnest(string_split(text, ' or ')) FROM kinds)
  ),
  core AS (
    SELECT r.request, string_agg(DISTINCT r.name, ' or ' ORDER BY r.name) AS name, any_value(r.header) AS header,
      bool_or(r.variable) AS variable
    FROM reference.ioctls AS r, machine AS b
    WHERE r.request & 3221291007 IN (FROM meant) AND r.driver IS NULL AND (r.bits IS NULL OR r.bits = b.bits)
    GROUP BY r.request
  ),
  -- Requests whose size is the caller's (EVIOCGNAME): compared without the size bits.
  sized AS (
    SELECT request & 3221291007 AS request, string_agg(DISTINCT name, ' or ' ORDER BY name) AS name, any_value(header) AS header
    FROM core WHERE variable GROUP BY ALL
  )
SELECT
  getvariable('capture') AS capture,
  n.kind, n.printed, n.fd_path,
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
  coalesce(core.header, sized.header, by_name.header) AS header
FROM kinds AS n
LEFT JOIN core ON core.request = n.request
LEFT JOIN sized ON sized.request = n.request & 3221291007
LEFT JOIN (SELECT name, min(request) AS request, any_value(header) AS header FROM core GROUP BY name) AS by_name
  ON by_name.name = n.text
