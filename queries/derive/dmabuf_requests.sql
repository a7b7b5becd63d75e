-- Readiness checks of dmabufs and EXPORT_SYNC_FILE calls, with what was asked and for what.
--
-- The caller is told by the calls of the same thread before and after. In ftrace a zero-timeout poll of one fd is a check if it
-- is not the commit thread's, and not directly before a SYNC_IOC_MERGE (KWin asks the sync_file of its rendering so). An export
-- of the client transaction comes directly after such a poll that answered 0; one for a framebuffer stands next to
-- PRIME_FD_TO_HANDLE, ADDFB2, SET_DEADLINE or MODE_ATOMIC; one of the GPU driver (Mesa) comes directly after
-- PRIME_HANDLE_TO_FD. Where polls were not recorded the caller is unknown.
--
-- @step Of dmabuf_matches.
-- @needs dmabuf_calls threads
-- @column id Number of the row.
-- @column ts As in dmabuf_calls.
-- @column dur As in dmabuf_calls.
-- @column tid As in dmabuf_calls.
-- @column process Process of the thread; the thread's own number where the recording does not tell it.
-- @column ret As in dmabuf_calls.
-- @column source As in syscalls.
-- @column seq As in syscalls.
-- @column kind poll or export.
-- @column caller As in dmabuf_checks.
-- @column check_ts When the buffer was first asked in ns: a poll and the export that follows it are one check.
-- @column answer_busy Whether the answer of that check was that it is not ready.
-- @column buffer_fd File descriptor of the dmabuf; of a busy poll that of the export behind it; NULL where the recording shows none.
-- @column export_seq strace: line of the export; NULL for others.
WITH
  waiting AS (SELECT DISTINCT tid FROM dmabuf_calls WHERE is_wait),
  -- Rows are sorted, then each looks at its neighbours: an empty OVER keeps their order (DuckDB's manual, Order Preservation).
  -- One window with seven values in partitions takes three times as long.
  neighbours AS (
    SELECT
      * EXCLUDE (is_wait),
      row_number() OVER () AS id,
      lag(tid) OVER () = tid AS has_last,
      lead(tid) OVER () = tid AS has_next,
      CASE WHEN has_last THEN lag(fd) OVER () END AS last_fd,
      CASE WHEN has_last THEN lag(ts) OVER () END AS last_ts,
      CASE WHEN has_last THEN lag(request) OVER () END AS last_request,
      CASE WHEN has_next THEN lead(request) OVER () END AS next_request,
      CASE WHEN has_next THEN lead(fd) OVER () END AS next_fd,
      CASE WHEN has_next THEN lead(seq) OVER () END AS next_seq
    FROM (FROM dmabuf_calls ORDER BY tid, coalesce(ts, 0), seq)
  ),
  checks AS (
    SELECT
      n.*, coalesce(t.pid, n.tid) AS process,
      CASE WHEN is_poll THEN 'poll' ELSE 'export' END::ENUM('poll', 'export') AS kind,
      CASE
        WHEN is_poll AND last_request = 'atomic' THEN 'unknown' -- rendering, after a test commit
        WHEN is_poll THEN 'transaction'
        WHEN last_request = 'busy poll' AND coalesce(last_fd = fd, true) THEN 'transaction'
        WHEN last_request = 'handle to fd' THEN 'gpu driver'
        WHEN n.tid NOT IN (FROM waiting) THEN 'unknown'
        WHEN next_request IN ('atomic', 'deadline', 'fd to handle', 'addfb2') OR last_request IN ('addfb2', 'fd to handle', 'close')
          THEN 'framebuffer'
        ELSE 'unknown'
      END::ENUM('transaction', 'framebuffer', 'gpu driver', 'unknown') AS caller
    FROM neighbours AS n
    LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = n.tid
    WHERE request = 'export'
      OR (is_poll AND NOT coalesce(NOT is_dmabuf AND next_request = 'merge', false) AND NOT coalesce(CASE WHEN t.comm IS NOT NULL THEN t.is_connector END, NOT is_dmabuf AND next_request = 'atomic', false))
  )
SELECT
  id, ts, dur, tid, process, ret, source, seq, kind, caller,
  CASE WHEN kind = 'export' AND caller = 'transaction' THEN last_ts ELSE ts END AS check_ts,
  caller = 'transaction' AND (kind = 'export' OR ret = 0) AS answer_busy,
  coalesce(fd, CASE WHEN has_export THEN next_fd END) AS buffer_fd,
  CASE WHEN kind = 'export' THEN seq WHEN has_export THEN next_seq END AS export_seq
FROM (SELECT *, kind = 'poll' AND ret = 0 AND next_request = 'export' AS has_export FROM checks)
