-- Readiness checks of dmabufs: zero-timeout polls of one file descriptor, and EXPORT_SYNC_FILE calls.
--
-- Rows are of threads that export sync_files or commit to KMS; the members of one compositor are chosen later. A
-- poll's dmabuf is known only to strace -y; in ftrace it is any zero-timeout poll of one fd that is not the commit
-- thread's, and not directly before a SYNC_IOC_MERGE (KWin asks the sync_file of its rendering so). An export of the client transaction comes directly after such a poll that answered 0; one for a framebuffer
-- stands next to PRIME_FD_TO_HANDLE, ADDFB2, SET_DEADLINE or MODE_ATOMIC; one of the GPU driver (Mesa) comes directly
-- after PRIME_HANDLE_TO_FD. Where polls were not recorded the caller is unknown.
--
-- A check is matched with a producer's fence (made by no thread that checks, if there are such fences at all), and `match`
-- says how: by the inode of the buffer where dma_buf events tell it (dmabuf_fds, v4l2_dmabufs); a busy one by
-- dma_fence_enable_signal on the same thread where the driver emits it; else by time alone: a busy one with the first of
-- the fences that were open then to be signalled (`open_fences` were to choose from), a readable one with the last fence
-- signalled before, which makes its slack the smallest that is possible. strace shows no fences: there the sync_file
-- that the export returned decides, by its number (logged_fds).
--
-- Fences and checks are joined by time: each fence stands in every bucket that it was open in. Buckets are as long as the
-- mean fence lives, so there are at most three times as many rows as fences. Those that never end are looked up apart.
--
-- @needs syscalls ioctl_kinds threads fences logged_fds dmabuf_fds v4l2_buffers v4l2_dmabufs strace_texts loss_intervals captures ready sys_enter_poll sys_enter_ppoll sys_enter
-- @from traced_calls strace.calls
-- @column capture The recording: captures.capture.
-- @column ts Begin of the check in ns (C).
-- @column dur Begin to return in ns; NULL where the return was not seen.
-- @column tid Thread that checked.
-- @column fd File descriptor of the dmabuf; of a busy poll that of the export behind it; NULL where the recording shows none.
-- @column ino Inode of the dmabuf (dmabuf_fds); NULL without dma_buf events.
-- @column kind poll or export.
-- @column answer Return value: poll 0 (busy) or 1 (readable); export 0.
-- @column caller transaction (a client's commit), framebuffer (KMS), gpu driver (Mesa) or unknown.
-- @column verdict none (no producer fence), early (signalled before the check), late (signalled after it),
--   stub-or-signalled, stuck (open for over a second when the recording ends), cut (open at the end), unknown.
-- @column match How the fence was found (fd in strace: no fence, but the sync_file of it); NULL without one.
-- @column open_fences Producers' fences that were open at the check.
-- @column context Context of the matched fence.
-- @column seqno Sequence number of the matched fence.
-- @column life Which life of that context and seqno, as in fences.
-- @column driver Driver of the matched fence.
-- @column signaled_ts When the matched fence was signalled in ns (S).
-- @column learned_ts When a poll returned to the thread that checked, at or after the signal, in ns (W).
-- @column slack C - S in ns of early checks, else NULL.
-- @column block S - C in ns of late checks, else NULL.
-- @column wake W - S in ns of late checks, else NULL.
-- @column wait W - C in ns of checks that had to wait, else NULL.
-- @column source As in syscalls.
-- @column seq As in syscalls.
WITH
  -- Requests, and what is none: a poll that answered 0.
  named_kinds AS (
    SELECT 0 AS kind, 'busy poll' AS request
    UNION ALL
    SELECT kind,
      CASE name
        WHEN 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE' THEN 'export'
        WHEN 'DRM_IOCTL_MODE_ATOMIC' THEN 'atomic'
        WHEN 'DRM_IOCTL_PRIME_HANDLE_TO_FD' THEN 'handle to fd'
        WHEN 'DRM_IOCTL_PRIME_FD_TO_HANDLE' THEN 'fd to handle'
        WHEN 'DRM_IOCTL_MODE_ADDFB2' THEN 'addfb2'
        WHEN 'DRM_IOCTL_GEM_CLOSE' THEN 'close'
        WHEN 'SYNC_IOC_SET_DEADLINE' THEN 'deadline'
        WHEN 'SYNC_IOC_MERGE' THEN 'merge'
        ELSE 'other'
      END
    FROM ioctl_kinds WHERE capture = getvariable('capture')
  ),
  kinds AS (
    SELECT kind, request::ENUM('export', 'atomic', 'handle to fd', 'fd to handle', 'addfb2', 'close', 'deadline', 'merge', 'other', 'busy poll') AS request
    FROM named_kinds
  ),
  texts AS (SELECT id, text FROM strace_texts WHERE capture = getvariable('capture')),
  asking AS (
    SELECT DISTINCT coalesce(tid, -1) AS tid FROM syscalls
    WHERE capture = getvariable('capture') AND ioctl_kind IN (SELECT kind FROM kinds WHERE request IN ('export', 'atomic'))
  ),
  polls AS (
    SELECT ts, tid, NULL::BIGINT AS seq, false AS is_ppoll, NULL::INTEGER AS fd, false AS is_dmabuf
    FROM syscalls.sys_enter_poll
    WHERE capture = getvariable('capture') AND nfds & 4294967295 = 1 AND timeout_msecs & 4294967295 = 0
    UNION ALL
    SELECT ts, tid, NULL, false, NULL, false FROM raw_syscalls.sys_enter
    WHERE capture = getvariable('capture') AND args[2] = 1 AND args[3] & 4294967295 = 0
    UNION ALL
    -- poll() of machines without that system call (arm64): the timeout lies behind a pointer.
    SELECT ts, tid, NULL, true, NULL, false FROM syscalls.sys_enter_ppoll
    WHERE capture = getvariable('capture') AND nfds & 4294967295 = 1 AND tsp <> 0 AND sigmask = 0
    UNION ALL
    SELECT ts, tid, NULL, true, NULL, false FROM raw_syscalls.sys_enter
    WHERE capture = getvariable('capture') AND args[2] = 1 AND args[3] <> 0 AND args[4] = 0
    UNION ALL
    SELECT any_value(ts), any_value(tid), seq, any_value(n.text) = 'ppoll', any_value(fd), bool_and(fd_path IS NOT NULL)
    FROM store.strace_ready_ids AS r
    JOIN (FROM texts WHERE text IN ('poll', 'ppoll')) AS n ON n.id = r.name
    WHERE capture = getvariable('capture') AND timeout_ns = 0
    GROUP BY seq
    HAVING count(*) = 1 AND bool_and(fd_path IS NULL OR fd_path IN (SELECT id FROM texts WHERE text LIKE '%dmabuf%'))
  ),
  -- What else a thread calls in between does not matter.
  asked AS NOT MATERIALIZED (
    SELECT
      s.ts, s.dur, coalesce(s.tid, -1) AS tid, coalesce(p.fd, s.fd) AS fd, p.is_dmabuf, s.ret, s.source, s.seq, s.ioctl_kind,
      -- A ppoll that slept had a timeout: it is no check.
      p.is_ppoll IS NOT NULL AND s.ret BETWEEN 0 AND 1 AND (NOT p.is_ppoll OR s.source = 'strace' OR s.dur < 1000000) AS is_poll,
      s.name <> 'ioctl' AS is_wait
    FROM syscalls AS s
    LEFT JOIN (SELECT is_ppoll, fd, is_dmabuf, coalesce(seq, ts) AS place, coalesce(tid, -1) AS tid FROM polls) AS p
      ON p.place = CASE WHEN s.name IN ('poll', 'ppoll') THEN coalesce(s.seq, s.ts) END AND p.tid = coalesce(s.tid, -1)
      AND p.is_ppoll = (s.name = 'ppoll')
    WHERE s.capture = getvariable('capture') AND coalesce(s.tid, -1) IN (FROM asking)
      AND s.name IN ('ioctl', 'poll', 'ppoll', 'epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'select', 'pselect6')
  ),
  calls AS (
    SELECT a.* EXCLUDE (ioctl_kind), k.request FROM asked AS a
    LEFT JOIN kinds AS k ON k.kind = CASE WHEN a.is_poll AND a.ret = 0 THEN 0 ELSE a.ioctl_kind END
  ),
  waiting AS (SELECT DISTINCT tid FROM calls WHERE is_wait),
  neighbours AS (
    SELECT
      * EXCLUDE (is_wait),
      row_number() OVER along AS place,
      lag(fd) OVER along AS last_fd,
      lag(ts) OVER along AS last_ts,
      lag(request) OVER along AS last_request,
      lead(request) OVER along AS next_request,
      lead(fd) OVER along AS next_fd,
      lead(seq) OVER along AS next_seq
    FROM calls
    WINDOW along AS (PARTITION BY tid ORDER BY coalesce(ts, 0), seq)
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
  ),
  -- The poll that an export follows: both are one check.
  subjects AS (
    SELECT * EXCLUDE (place), tid * 1099511627776 + place AS id, CASE WHEN kind = 'export' AND caller = 'transaction' THEN last_ts ELSE ts END AS check_ts,
      caller = 'transaction' AND (kind = 'export' OR ret = 0) AS answer_busy,
      kind = 'poll' AND ret = 0 AND next_request = 'export' AS has_export,
      coalesce(fd, CASE WHEN has_export THEN next_fd END) AS buffer_fd,
      CASE WHEN kind = 'export' THEN seq WHEN has_export THEN next_seq END AS export_seq
    FROM checks
  ),
  -- The buffer, where dma_buf events name it.
  known_buffers AS (
    SELECT s.id, s.check_ts, d.ino FROM (
      SELECT id, process, buffer_fd, check_ts FROM subjects
      WHERE check_ts IS NOT NULL AND (SELECT count(*) > 0 FROM dmabuf_fds WHERE capture = getvariable('capture'))
    ) AS s
    ASOF JOIN (FROM dmabuf_fds WHERE capture = getvariable('capture')) AS d
      ON d.process = s.process AND d.fd = s.buffer_fd AND d.ts <= s.check_ts
    WHERE coalesce(d.closed_ts > s.check_ts, true)
  ),
  -- A fence whose creation was not seen is as old as the last loss before its signal, or as the recording. One whose end
  -- may have been lost is no candidate.
  known_fences AS NOT MATERIALIZED (
    SELECT rowid AS n, * FROM fences WHERE capture = getvariable('capture') AND kind = 'fence' AND (signaled_ts IS NOT NULL OR state <> 'partial')
  ),
  begun AS (
    SELECT *, NULL::BIGINT AS lost_ts FROM known_fences WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT f.*, l.since_ts FROM known_fences AS f
    ASOF LEFT JOIN loss_intervals AS l
      ON l.capture = f.capture AND coalesce(f.signaled_ts, -9223372036854775807) > l.since_ts
    WHERE getvariable('is_lossy')
  ),
  ended AS (
    SELECT f.* REPLACE (coalesce(f.created_ts, greatest(f.lost_ts, c.start_ts)) AS created_ts)
    FROM begun AS f JOIN (SELECT capture, start_ts FROM captures) AS c ON c.capture = f.capture
  ),
  made AS (
    SELECT *, coalesce(created_tid, signaled_tid) NOT IN (FROM asking) AS is_foreign,
      coalesce(signaled_ts, destroyed_ts, 9223372036854775807) AS closed_ts
    FROM ended
  ),
  producers AS MATERIALIZED (
    FROM made WHERE is_foreign OR NOT (SELECT bool_or(is_foreign) FROM made)
  ),
  named_producers AS (
    SELECT p.n, p.created_ts, p.closed_ts, d.ino FROM (
      SELECT p.n, p.created_ts, p.closed_ts, b.owner, b.type, b.index, b.driver_ts FROM producers AS p
      JOIN (FROM v4l2_buffers WHERE capture = getvariable('capture')) AS b
        ON b.context = p.context AND b.seqno = p.seqno AND b.life = p.life AND b.driver_ts IS NOT NULL
    ) AS p
    ASOF JOIN (FROM v4l2_dmabufs WHERE capture = getvariable('capture')) AS d
      ON d.owner = p.owner AND d.type = p.type AND d.index = p.index AND d.since_ts <= p.driver_ts
  ),
  -- The last fence of that very buffer; a busy one must be open, a readable one closed.
  by_buffer AS (
    SELECT k.id, p.n, p.closed_ts > k.check_ts AS is_open FROM known_buffers AS k
    ASOF JOIN named_producers AS p ON p.ino = k.ino AND p.created_ts <= k.check_ts
  ),
  moments AS (
    SELECT tid, check_ts, max(ts + coalesce(dur, 0)) AS end_ts FROM subjects
    WHERE caller = 'transaction' AND check_ts IS NOT NULL GROUP BY tid, check_ts
  ),
  enabled AS (
    SELECT c.tid, c.check_ts, arg_min(p.n, (p.closed_ts, p.created_ts, p.n)) AS n
    FROM (FROM producers WHERE enabled_ts IS NOT NULL) AS p ASOF JOIN moments AS c ON c.tid = p.enabled_tid AND c.check_ts <= p.enabled_ts
    WHERE p.enabled_ts <= c.end_ts AND p.created_ts <= c.check_ts AND p.closed_ts > c.check_ts
    GROUP BY c.tid, c.check_ts
  ),
  buckets AS (SELECT greatest(avg(closed_ts - created_ts), 1000)::BIGINT AS width FROM producers WHERE closed_ts < 9223372036854775807),
  open AS (
    SELECT c.tid, c.check_ts, count(*) AS open_fences, arg_min(p.n, (p.closed_ts, p.created_ts, p.n)) AS n
    FROM (SELECT *, check_ts // width AS bucket FROM moments, buckets) AS c
    JOIN (
      SELECT n, created_ts, closed_ts, unnest(range(created_ts // width, closed_ts // width + 1)) AS bucket FROM producers, buckets
      WHERE closed_ts < 9223372036854775807
    ) AS p ON p.bucket = c.bucket AND p.created_ts <= c.check_ts AND p.closed_ts > c.check_ts
    GROUP BY c.tid, c.check_ts
  ),
  endless AS (
    SELECT created_ts, count(*) OVER along AS open_fences, first_value(n) OVER along AS n
    FROM producers WHERE closed_ts = 9223372036854775807
    WINDOW along AS (ORDER BY created_ts)
  ),
  wakes AS (
    SELECT tid, ts + dur AS end_ts FROM calls WHERE is_wait AND NOT is_poll AND ret > 0 AND dur IS NOT NULL
  ),
  -- strace: the sync_file that the export returned.
  sync_files AS (
    SELECT opened_seq, ready_ts, ready_seq IS NOT NULL AS is_ready, closed_by IS NULL AS is_open FROM logged_fds
    WHERE capture = getvariable('capture') AND opened_by = 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'
  ),
  recorded AS (
    -- Fences whose creation was not recorded (trace-cmd -P, an earlier stream): there were producers, "none" is not known.
    SELECT count(*) > 0 AS fences_recorded, bool_or(kind = 'fence' AND created_ts IS NULL) AS is_filtered, (SELECT end_ts FROM captures WHERE capture = getvariable('capture')) AS end_ts
    FROM fences WHERE capture = getvariable('capture')
  ),
  -- An ASOF JOIN carries all columns through a sort: only those that it needs, and only the rows that can match.
  before AS (
    SELECT s.id, p.n FROM (SELECT id, check_ts FROM subjects WHERE kind = 'poll' AND caller = 'transaction' AND NOT answer_busy) AS s
    ASOF JOIN (SELECT n, signaled_ts FROM producers WHERE signaled_ts IS NOT NULL) AS p ON p.signaled_ts <= s.check_ts
  ),
  after AS (
    SELECT s.tid, s.check_ts, u.n, u.open_fences FROM moments AS s ASOF JOIN endless AS u ON u.created_ts <= s.check_ts
  ),
  chosen AS (
    SELECT
      s.*, k.ino, coalesce(o.open_fences, 0) + coalesce(u.open_fences, 0) AS open_fences, e.n IS NOT NULL AS by_enable,
      b.n IS NOT NULL AS by_ino, CASE WHEN answer_busy THEN coalesce(b.n, e.n, o.n, u.n) ELSE coalesce(b.n, l.n) END AS n
    FROM subjects AS s
    LEFT JOIN known_buffers AS k ON k.id = s.id
    -- A condition on one side only would make it a nested loop.
    LEFT JOIN by_buffer AS b ON b.id = CASE WHEN s.caller = 'transaction' THEN s.id END AND b.is_open = s.answer_busy
    LEFT JOIN enabled AS e ON e.tid = s.tid AND e.check_ts = s.check_ts
    LEFT JOIN open AS o ON o.tid = s.tid AND o.check_ts = s.check_ts
    LEFT JOIN after AS u ON u.tid = s.tid AND u.check_ts = s.check_ts
    LEFT JOIN before AS l ON l.id = s.id
  ),
  matched AS (
    SELECT c.*, f.context, f.seqno, f.life, f.driver, f.signaled_ts FROM chosen AS c LEFT JOIN producers AS f ON f.n = c.n
  ),
  told AS (
    SELECT m.id, w.end_ts FROM (SELECT id, tid, signaled_ts FROM matched WHERE answer_busy AND signaled_ts IS NOT NULL) AS m
    ASOF JOIN wakes AS w ON w.tid = m.tid AND m.signaled_ts <= w.end_ts
  ),
  learned AS (
    SELECT m.*, coalesce(w.end_ts, CASE WHEN answer_busy THEN f.ready_ts END) AS learned_ts, f.is_ready, f.is_open
    FROM matched AS m LEFT JOIN told AS w ON w.id = m.id LEFT JOIN sync_files AS f ON f.opened_seq = m.export_seq
  ),
  known AS NOT MATERIALIZED (SELECT * FROM learned CROSS JOIN recorded),
  exposed AS (
    SELECT *, false AS is_lost FROM known WHERE NOT getvariable('is_lossy')
    UNION ALL
    SELECT m.*, coalesce(loss.until_ts > least(m.check_ts, m.signaled_ts), false) FROM known AS m
    -- NULL would be taken for the smallest time: such a key must be one that nothing matches.
    ASOF LEFT JOIN loss_intervals AS loss
      ON loss.capture = getvariable('capture') AND coalesce(
        CASE WHEN m.answer_busy THEN coalesce(m.learned_ts, m.signaled_ts, m.end_ts) ELSE m.check_ts END, -9223372036854775807) > loss.since_ts
    WHERE getvariable('is_lossy')
  ),
  judged AS (
    SELECT
      m.*,
      CASE
        WHEN NOT fences_recorded AND kind = 'export' AND NOT answer_busy AND is_ready THEN 'stub-or-signalled'
        WHEN caller = 'gpu driver' OR caller = 'unknown' THEN 'unknown'
        WHEN (answer_busy OR n IS NOT NULL) AND is_lost THEN 'unknown'
        WHEN NOT fences_recorded AND answer_busy AND is_ready THEN 'late'
        WHEN NOT fences_recorded AND answer_busy AND is_open AND end_ts - check_ts > 1000000000 THEN 'stuck'
        WHEN NOT fences_recorded AND answer_busy AND is_open THEN 'cut'
        WHEN NOT fences_recorded AND answer_busy THEN 'unknown'
        WHEN NOT fences_recorded THEN 'stub-or-signalled'
        WHEN caller = 'transaction' AND NOT answer_busy AND n IS NULL AND is_filtered THEN 'stub-or-signalled'
        WHEN caller = 'framebuffer' AND is_filtered THEN 'stub-or-signalled'
        WHEN caller = 'framebuffer' AND (SELECT count(*) FROM producers) > 0 THEN 'stub-or-signalled'
        WHEN answer_busy AND n IS NULL THEN 'unknown'
        WHEN answer_busy AND signaled_ts IS NOT NULL THEN 'late'
        WHEN answer_busy AND end_ts - check_ts > 1000000000 THEN 'stuck'
        WHEN answer_busy THEN 'cut'
        WHEN n IS NOT NULL THEN 'early'
        ELSE 'none'
      END::ENUM('none', 'early', 'late', 'stub-or-signalled', 'stuck', 'cut', 'unknown') AS verdict
    FROM exposed AS m
  )
SELECT
  getvariable('capture') AS capture,
  ts, dur, nullif(tid, -1) AS tid, buffer_fd AS fd, ino, kind, ret AS answer, caller, verdict,
  CASE
    WHEN verdict = 'unknown' THEN NULL
    WHEN n IS NULL THEN CASE WHEN answer_busy AND is_open IS NOT NULL THEN 'fd in strace' END
    WHEN by_ino THEN 'dma_buf inode'
    WHEN by_enable AND answer_busy THEN 'enable_signal on the same thread'
    WHEN answer_busy AND open_fences = 1 THEN 'time only: only open fence'
    WHEN answer_busy THEN 'time only: first of the open fences to be signalled'
    ELSE 'time only: last fence signalled before'
  END::ENUM('dma_buf inode', 'enable_signal on the same thread', 'fd in strace', 'time only: only open fence',
    'time only: first of the open fences to be signalled', 'time only: last fence signalled before') AS match,
  open_fences,
  context, seqno, life, driver, signaled_ts,
  CASE WHEN verdict = 'late' THEN learned_ts END AS learned_ts,
  CASE WHEN verdict = 'early' THEN check_ts - signaled_ts END AS slack,
  CASE WHEN verdict = 'late' THEN signaled_ts - check_ts END AS block,
  CASE WHEN verdict = 'late' THEN learned_ts - signaled_ts END AS wake,
  CASE WHEN verdict = 'late' THEN learned_ts - check_ts END AS wait,
  source, seq
FROM judged
