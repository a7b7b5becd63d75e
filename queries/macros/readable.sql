-- A duration with the unit that suits it: 950 ns, 4.63 us, 31.9 ms, 3.85 s.
--
-- A text: sort by the duration itself.
--
-- @parameter ns Duration in ns.
CASE
  WHEN ns IS NULL THEN NULL
  WHEN abs(ns) < 1000 THEN round(ns)::BIGINT || ' ns'
  WHEN abs(ns) < 1000000 THEN round(ns / 1e3, 2)::VARCHAR || ' us'
  WHEN abs(ns) < 1000000000 THEN round(ns / 1e6, 2)::VARCHAR || ' ms'
  ELSE round(ns / 1e9, 3)::VARCHAR || ' s'
END
