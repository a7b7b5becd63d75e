-- Nanoseconds as microseconds.
--
-- @parameter ns Time or duration in ns.
round(ns / 1e3, 3)
