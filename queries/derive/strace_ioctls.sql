-- Which of ioctl_kinds the ioctls of an strace log are, by the ids of their texts.
--
-- @needs ioctl_kinds strace_texts calls
-- @from strace.calls
-- @column capture The recording: captures.capture.
-- @column request Id of the printed request in store.strings; -1 where there is none.
-- @column fd_path Id of the path in store.strings; -1 where there is none.
-- @column kind Which ioctl: joins ioctl_kinds.
WITH
  pairs AS (
    SELECT DISTINCT coalesce(request, -1) AS request, coalesce(fd_path, -1) AS fd_path FROM store."strace.contents"
    WHERE capture = getvariable('capture')
      AND name IN (SELECT id FROM strace_texts WHERE capture = getvariable('capture') AND text = 'ioctl')
  ),
  texts AS (SELECT id, text FROM strace_texts WHERE capture = getvariable('capture'))
SELECT getvariable('capture') AS capture, p.request, p.fd_path, k.kind
FROM pairs AS p
LEFT JOIN texts AS r ON r.id = p.request
LEFT JOIN texts AS f ON f.id = p.fd_path
JOIN (FROM ioctl_kinds WHERE capture = getvariable('capture')) AS k
  ON k.printed = coalesce(r.text, '') AND coalesce(k.fd_path, '') = coalesce(f.text, '')
