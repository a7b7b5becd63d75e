-- strace: the flip events that were read from the DRM device, one row each, with the CRTC where the log prints it.
--
-- A read returns one or several events of 32 bytes (struct drm_event_vblank), and strace prints the first bytes: with -s 32,
-- its default, those of the first event. Other events (of vertical blanks that somebody waited for) are no flips and no rows.
-- The events of a read that the log does not print are one row together, whose CRTC is not known.
--
-- @needs ioctl_kinds strace_ioctls strace_texts calls
-- @from strace.calls
-- @column capture The recording: captures.capture.
-- @column seq Line of the read in the log: strace.calls.seq.
-- @column ts Return of the read in ns.
-- @column card The device: its path, or the file descriptor where the log has no paths.
-- @column crtc Id of the CRTC (a mode object of that device); NULL where the log does not print it.
WITH
  texts AS (SELECT id, text FROM strace_texts WHERE capture = getvariable('capture')),
  cards AS (
    SELECT DISTINCT c.fd FROM store."strace.contents" AS c
    JOIN (FROM strace_ioctls WHERE capture = getvariable('capture')) AS i
      ON i.request = coalesce(c.request, -1) AND i.fd_path = coalesce(c.fd_path, -1)
    WHERE c.capture = getvariable('capture') AND c.name IN (SELECT id FROM texts WHERE text = 'ioctl')
      AND i.kind IN (SELECT kind FROM ioctl_kinds WHERE capture = getvariable('capture') AND name = 'DRM_IOCTL_MODE_ATOMIC')
  ),
  -- What the reads say, once for all that say the same.
  reads AS (
    SELECT c.content, coalesce(p.text, 'fd ' || c.fd) AS card, c.args, c.ret // 32 AS events
    FROM store."strace.contents" AS c LEFT JOIN texts AS p ON p.id = c.fd_path
    WHERE c.capture = getvariable('capture') AND c.name IN (SELECT id FROM texts WHERE text = 'read')
      AND c.ret > 0 AND c.ret % 32 = 0 AND c.fd IN (FROM cards)
  ),
  -- What was printed of the buffer, byte by byte: \2, \x02, \n or the character itself.
  printed AS (
    SELECT *, regexp_extract_all(regexp_extract(args, '"((?:[^"\\]|\\.)*)"', 1), '\\x[0-9a-f]{2}|\\[0-7]{1,3}|\\.|[^\\]') AS tokens
    FROM reads
  ),
  -- Each event that was printed whole; one row for those that were not.
  parts AS (
    SELECT content, card, events, len(tokens) // 32 AS whole,
      unnest(range(least(events, len(tokens) // 32) + (events > len(tokens) // 32)::INTEGER)) AS event,
      tokens[event * 32 + 1:event * 32 + 32] AS tokens
    FROM printed
  ),
  bytes AS (
    SELECT content, card, event < whole AS is_printed,
      list_transform(list_concat(tokens[1:8], tokens[29:32]), lambda t: CASE
        WHEN t LIKE '\x__' THEN ('0x' || t[3:4])::INTEGER
        WHEN regexp_full_match(t, '\\[0-7]+') THEN list_reduce(list_transform(string_split(t[2:], ''), lambda d: d::INTEGER), lambda v, d: v * 8 + d)
        WHEN len(t) = 2 THEN coalesce([9, 10, 11, 12, 13][nullif(position(t[2] IN 'tnvfr'), 0)], ord(t[2]))
        ELSE ord(t)
      END::BIGINT) AS bytes
    FROM parts
  ),
  -- Type, length and CRTC: 32 bits each, the lowest byte first.
  fields AS (
    SELECT content, card, is_printed,
      list_transform([0, 4, 8], lambda i: bytes[i + 1] + bytes[i + 2] * 256 + bytes[i + 3] * 65536 + bytes[i + 4] * 16777216) AS words
    FROM bytes
  )
SELECT getvariable('capture') AS capture, c.seq, coalesce(c.end_ts, c.ts + coalesce(c.dur, 0)) AS ts, f.card,
  CASE WHEN f.is_printed THEN f.words[3] END AS crtc
FROM store."strace.calls" AS c JOIN fields AS f ON f.content = c.content
-- 2: DRM_EVENT_FLIP_COMPLETE, include/uapi/drm/drm.h.
WHERE c.capture = getvariable('capture') AND c.ts IS NOT NULL AND (NOT f.is_printed OR f.words[1] = 2 AND f.words[2] = 32)
