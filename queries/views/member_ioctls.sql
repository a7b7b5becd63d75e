-- ioctls of the chosen process (members).
--
-- @kept as a table while a report is made
-- @needs members ioctls
SELECT i.* FROM ioctls AS i
JOIN (SELECT DISTINCT capture, coalesce(tid, -1) AS tid FROM members) AS m
  ON m.capture = i.capture AND m.tid = coalesce(i.tid, -1)
