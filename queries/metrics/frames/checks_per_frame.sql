-- Readiness checks of dmabufs per frame: exports by call site, and zero-timeout polls.
--
-- One row per frame and kind of check, zeros included.
--
-- @needs dmabuf_checks members frames
-- @events syscalls:sys_enter_ioctl|raw_syscalls:sys_enter|strace
-- @value checks count none Checks in the frame.
-- @by check EXPORT_SYNC_FILE with its call site, or poll(dmabuf, timeout 0).
WITH
  labelled AS (
    SELECT capture, ts,
      CASE kind WHEN 'export' THEN 'EXPORT_SYNC_FILE, ' || caller ELSE 'poll(dmabuf, timeout 0)' || CASE caller WHEN 'transaction' THEN '' ELSE ', other' END END AS "check"
    FROM member_checks
  ),
  counted AS (
    SELECT l.capture, f.ts, l."check", count(*) AS checks
    FROM labelled AS l
    ASOF JOIN whole_frames AS f ON f.capture = l.capture AND f.ts <= l.ts
    WHERE l.ts < f.end_ts
    GROUP BY ALL
  ),
  kinds AS (SELECT DISTINCT capture, "check" FROM counted)
SELECT f.capture, f.ts, NULL::INTEGER AS tid, k."check", coalesce(c.checks, 0) AS checks
FROM whole_frames AS f
JOIN kinds AS k ON k.capture = f.capture
LEFT JOIN counted AS c ON c.capture = f.capture AND c.ts = f.ts AND c."check" = k."check"
