-- Nanoseconds as milliseconds.
--
-- @parameter ns Time or duration in ns.
round(ns / 1e6, 3)
