-- Shares of the clients' buffers by verdict: none, early, late, stub-or-signalled, stuck, cut or unknown.
--
-- One row per readiness check of a client's buffer (a content frame) and verdict, 1 where it is the one, else 0: the mean
-- is the share. The verdicts are those of dmabuf_checks: read these shares before any distribution of slack or block.
--
-- @detail only with --full
-- @needs dmabuf_checks members
-- @events syscalls:sys_enter_poll|syscalls:sys_enter_ppoll|raw_syscalls:sys_enter|strace
-- @value is_so ratio none 1 if the check had this verdict, else 0.
-- @by verdict The verdict.
WITH
  checks AS (SELECT capture, ts, tid, verdict FROM member_checks WHERE kind = 'poll' AND caller = 'transaction'),
  verdicts AS (SELECT DISTINCT verdict FROM checks)
SELECT c.capture, c.ts, c.tid, v.verdict::VARCHAR AS verdict, (c.verdict = v.verdict)::INTEGER AS is_so
FROM checks AS c CROSS JOIN verdicts AS v
