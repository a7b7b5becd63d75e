-- A time of one recording on the clock of another that ran at once; without an alignment of the two it is refused.
--
-- @needs alignments
-- @parameter recording The capture whose clock counts.
-- @parameter own The capture of the time.
-- @parameter moment Time in ns on the clock of that capture.
moment + CASE
  WHEN own = recording THEN 0
  ELSE coalesce(
    (SELECT any_value(offset_ns) FROM main.alignments WHERE capture = recording AND other = own),
    (SELECT any_value(-offset_ns) FROM main.alignments WHERE capture = own AND other = recording),
    error('recordings ' || recording || ' and ' || own || ' have clocks of their own: put them on one with tracealyze align '
      || recording || ' ' || own))
END
