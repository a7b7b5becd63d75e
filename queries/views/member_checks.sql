-- dmabuf_checks of the chosen process (members).
--
-- @kept as a table while a report is made
-- @needs members dmabuf_checks
SELECT c.* FROM dmabuf_checks AS c
JOIN (SELECT DISTINCT capture, coalesce(tid, -1) AS tid FROM members) AS m
  ON m.capture = c.capture AND m.tid = coalesce(c.tid, -1)
