-- What strace -c and -C counted, per recording, and per second where its length is known.
--
-- Summaries of one recording are added up. The length is that of the log before the summary (-C with -t, -tt or -ttt);
-- -c alone prints none. strace -c knows no ioctl commands: ioctl is one row.
--
-- @needs strace_summary captures
-- @column capture The recording: captures.capture.
-- @column syscall System call.
-- @column calls Number of calls; NULL where strace -U left them out.
-- @column errors Number of calls that failed; NULL where strace -U left them out.
-- @column recorded Length of the recording in seconds; NULL where it is not known.
-- @column calls_per_second Calls per second; NULL where the length is not known.
-- @column errors_per_second Failed calls per second; NULL where the length is not known.
SELECT
  s.capture,
  s.syscall,
  sum(s.calls)::BIGINT AS calls,
  sum(s.errors)::BIGINT AS errors,
  any_value(c.end_ts - c.start_ts) / 1e9 AS recorded,
  sum(s.calls) / nullif(any_value(c.end_ts - c.start_ts), 0) * 1e9 AS calls_per_second,
  sum(s.errors) / nullif(any_value(c.end_ts - c.start_ts), 0) * 1e9 AS errors_per_second
FROM strace_summary AS s JOIN captures AS c USING (capture)
WHERE s.syscall <> 'total'
GROUP BY s.capture, s.syscall
