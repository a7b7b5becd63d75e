-- Readiness checks of dmabufs: zero-timeout polls of one file descriptor, and EXPORT_SYNC_FILE calls.
--
-- Rows are of threads that export sync_files or commit to KMS; the members of one compositor are chosen later. A
-- poll's dmabuf is known only to strace -y; in ftrace it is any zero-timeout poll of one fd that is not the commit
-- thread's. An export of the client transaction comes directly after such a poll that answered 0; one for a framebuffer
-- stands next to PRIME_FD_TO_HANDLE, ADDFB2, SET_DEADLINE or MODE_ATOMIC; one of the GPU driver (Mesa) comes directly
-- after PRIME_HANDLE_TO_FD. Where polls were not recorded the caller is unknown.
--
-- A check that answered 0 is matched with a producer's fence that was open then (made by no thread that checks, if there
-- are such fences at all): by
-- dma_fence_enable_signal on the same thread where the driver emits it, else the first of the open ones to be
-- signalled. One that answered 1 is matched with the last fence signalled before. `match` says which, `open_fences` how
-- many there were to choose from.
--
-- @needs syscalls ioctls threads fences loss_intervals captures ready sys_enter_poll sys_enter_ppoll sys_enter
-- @column capture The recording: captures.capture.
-- @column ts Begin of the check in ns (C).
-- @column dur Begin to return in ns; NULL where the return was not seen.
-- @column tid Thread that checked.
-- @column fd File descriptor of the dmabuf; NULL where the recording does not show it.
-- @column kind poll or export.
-- @column answer Return value: poll 0 (busy) or 1 (readable); export 0.
-- @column caller transaction (a client's commit), framebuffer (KMS), gpu driver (Mesa) or unknown.
-- @column verdict none (no producer fence), early (signalled before the check), late (signalled after it),
--   stub-or-signalled, stuck (open for over a second when the recording ends), cut (open at the end), unknown.
-- @column match How the fence was found; NULL without one.
-- @column open_fences Producers' fences that were open at the check.
-- @column context Context of the matched fence.
-- @column seqno Sequence number of the matched fence.
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
  asking AS (
    SELECT DISTINCT coalesce(tid, -1) AS tid FROM ioctls
    WHERE capture = getvariable('capture') AND name IN ('DMA_BUF_IOCTL_EXPORT_SYNC_FILE', 'DRM_IOCTL_MODE_ATOMIC')
  ),
  polls AS (
    SELECT ts, tid, NULL::BIGINT AS seq, 'poll' AS name, NULL::INTEGER AS fd, false AS is_dmabuf
    FROM syscalls.sys_enter_poll
    WHERE capture = getvariable('capture') AND nfds & 4294967295 = 1 AND timeout_msecs & 4294967295 = 0
    UNION ALL
    SELECT ts, tid, NULL, 'poll', NULL, false FROM raw_syscalls.sys_enter
    WHERE capture = getvariable('capture') AND args[2] = 1 AND args[3] & 4294967295 = 0
    UNION ALL
    -- poll() of machines without that system call (arm64): the timeout lies behind a pointer.
    SELECT ts, tid, NULL, 'ppoll', NULL, false FROM syscalls.sys_enter_ppoll
    WHERE capture = getvariable('capture') AND nfds & 4294967295 = 1 AND tsp <> 0 AND sigmask = 0
    UNION ALL
    SELECT any_value(ts), any_value(tid), seq, any_value(name), any_value(fd), bool_and(fd_path IS NOT NULL) FROM strace.ready
    WHERE capture = getvariable('capture') AND name IN ('poll', 'ppoll') AND timeout_ns = 0
    GROUP BY seq
    HAVING count(*) = 1 AND bool_and(fd_path IS NULL OR fd_path LIKE '%dmabuf%')
  ),
  calls AS (
    SELECT
      s.ts, s.dur, coalesce(s.tid, -1) AS tid, s.name, coalesce(p.fd, s.fd) AS fd, p.is_dmabuf, s.ret, s.source, s.seq,
      i.name AS request,
      -- A ppoll that slept had a timeout: it is no check.
      p.name IS NOT NULL AND s.ret BETWEEN 0 AND 1 AND (s.name = 'poll' OR s.source = 'strace' OR s.dur < 1000000) AS is_poll,
      s.name IN ('poll', 'ppoll', 'epoll_wait', 'epoll_pwait', 'epoll_pwait2', 'select', 'pselect6') AS is_wait
    FROM syscalls AS s
    LEFT JOIN ioctls AS i
      ON i.capture = s.capture AND i.source = s.source AND coalesce(i.seq, i.ts) = coalesce(s.seq, s.ts)
        AND coalesce(i.tid, -1) = coalesce(s.tid, -1)
    LEFT JOIN polls AS p
      ON p.name = s.name AND coalesce(p.seq, p.ts) = coalesce(s.seq, s.ts) AND coalesce(p.tid, -1) = coalesce(s.tid, -1)
    WHERE s.capture = getvariable('capture') AND coalesce(s.tid, -1) IN (SELECT tid FROM asking)
  ),
  neighbours AS (
    SELECT
      *,
      lag(is_poll AND ret = 0) OVER along AS after_busy_poll,
      lag(fd) OVER along AS last_fd,
      lag(ts) OVER along AS last_ts,
      lag(request) OVER along AS last_request,
      lead(request) OVER along AS next_request,
      bool_or(is_wait) OVER (PARTITION BY tid) AS has_polls
    FROM calls
    WHERE name = 'ioctl' OR is_wait -- what else a thread calls in between does not matter
    WINDOW along AS (PARTITION BY tid ORDER BY coalesce(ts, 0), seq)
  ),
  checks AS (
    SELECT
      n.*,
      CASE WHEN is_poll THEN 'poll' ELSE 'export' END AS kind,
      CASE
        WHEN is_poll AND last_request = 'DRM_IOCTL_MODE_ATOMIC' THEN 'unknown' -- rendering, after a test commit
        WHEN is_poll THEN 'transaction'
        WHEN after_busy_poll AND coalesce(last_fd = fd, true) THEN 'transaction'
        WHEN last_request = 'DRM_IOCTL_PRIME_HANDLE_TO_FD' THEN 'gpu driver'
        WHEN NOT has_polls THEN 'unknown'
        WHEN next_request IN ('DRM_IOCTL_MODE_ATOMIC', 'SYNC_IOC_SET_DEADLINE', 'DRM_IOCTL_PRIME_FD_TO_HANDLE', 'DRM_IOCTL_MODE_ADDFB2')
          OR last_request IN ('DRM_IOCTL_MODE_ADDFB2', 'DRM_IOCTL_PRIME_FD_TO_HANDLE', 'DRM_IOCTL_GEM_CLOSE') THEN 'framebuffer'
        ELSE 'unknown'
      END AS caller
    FROM neighbours AS n
    LEFT JOIN threads AS t ON t.capture = getvariable('capture') AND t.tid = n.tid
    WHERE request = 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'
      OR (is_poll AND NOT coalesce(
        CASE WHEN t.comm IS NOT NULL THEN t.is_connector END,
        NOT is_dmabuf AND next_request = 'DRM_IOCTL_MODE_ATOMIC', false))
  ),
  -- The poll that an export follows: both are one check.
  subjects AS (SELECT *, CASE WHEN kind = 'export' AND caller = 'transaction' THEN last_ts ELSE ts END AS check_ts FROM checks),
  producers AS (
    SELECT *, coalesce(signaled_ts, destroyed_ts, 9223372036854775807) AS closed_ts
    FROM (SELECT *, created_tid NOT IN (SELECT tid FROM asking) AS is_foreign FROM fences)
    WHERE capture = getvariable('capture') AND kind = 'fence' AND created_ts IS NOT NULL
    QUALIFY is_foreign OR NOT bool_or(is_foreign) OVER ()
  ),
  open AS (
    SELECT
      c.tid, c.check_ts,
      count(*) AS open_fences,
      max(p.created_ts) FILTER (p.enabled_tid = c.tid AND p.enabled_ts BETWEEN c.check_ts AND c.ts + coalesce(c.dur, 0)) AS enabled,
      arg_min({'context': p.context, 'seqno': p.seqno, 'driver': p.driver, 'signaled_ts': p.signaled_ts}, (
        NOT coalesce(p.enabled_tid = c.tid AND p.enabled_ts BETWEEN c.check_ts AND c.ts + coalesce(c.dur, 0), false),
        p.closed_ts, p.created_ts)) AS fence
    FROM (SELECT DISTINCT ON (tid, check_ts) * FROM subjects WHERE caller = 'transaction' AND check_ts IS NOT NULL ORDER BY tid, check_ts, ts DESC) AS c
    JOIN producers AS p ON p.created_ts <= c.check_ts AND p.closed_ts > c.check_ts
    GROUP BY c.tid, c.check_ts
  ),
  wakes AS (
    SELECT tid, ts + dur AS end_ts FROM calls WHERE is_wait AND NOT is_poll AND ret > 0 AND dur IS NOT NULL
  ),
  -- strace: the sync_file that the export returned becomes readable in a later poll of the thread.
  sync_files AS (
    SELECT coalesce(r.tid, -1) AS tid, r.seq, max(coalesce(c.end_ts, c.ts + c.dur)) AS end_ts FROM strace.ready AS r
    JOIN strace.calls AS c ON c.capture = r.capture AND c.seq = r.seq
    WHERE r.capture = getvariable('capture') AND r.fd_path LIKE '%sync_file%' AND r.revents IS NOT NULL
    GROUP BY ALL
  ),
  recorded AS (
    SELECT count(*) > 0 AS fences_recorded, (SELECT end_ts FROM captures WHERE capture = getvariable('capture')) AS end_ts
    FROM fences WHERE capture = getvariable('capture')
  ),
  matched AS (
    SELECT
      s.*, o.open_fences, o.enabled IS NOT NULL AS by_enable,
      s.answer_busy AND o.fence IS NOT NULL AS is_open,
      CASE WHEN s.answer_busy THEN o.fence WHEN s.kind = 'poll' AND s.caller = 'transaction' AND l.signaled_ts IS NOT NULL
        THEN {'context': l.context, 'seqno': l.seqno, 'driver': l.driver, 'signaled_ts': l.signaled_ts} END AS fence
    FROM (SELECT *, caller = 'transaction' AND (kind = 'export' OR ret = 0) AS answer_busy FROM subjects) AS s
    LEFT JOIN open AS o ON o.tid = s.tid AND o.check_ts = s.check_ts
    ASOF LEFT JOIN (FROM producers WHERE signaled_ts IS NOT NULL) AS l ON l.signaled_ts <= coalesce(s.check_ts, -9223372036854775807)
  ),
  -- An ASOF JOIN takes NULL for the smallest time: such a key must be one that nothing matches.
  learned AS (
    SELECT m.*, coalesce(w.end_ts, f.end_ts) AS learned_ts
    FROM matched AS m
    ASOF LEFT JOIN wakes AS w ON w.tid = m.tid AND coalesce(CASE WHEN m.answer_busy THEN m.fence.signaled_ts END, 9223372036854775807) <= w.end_ts
    ASOF LEFT JOIN sync_files AS f ON f.tid = m.tid AND CASE WHEN m.answer_busy AND m.source = 'strace' THEN m.seq ELSE 9223372036854775807 END <= f.seq
  ),
  judged AS (
    SELECT
      m.*,
      CASE
        WHEN caller = 'gpu driver' OR caller = 'unknown' THEN 'unknown'
        WHEN answer_busy AND loss.until_ts > check_ts THEN 'unknown'
        WHEN NOT fences_recorded AND answer_busy AND learned_ts IS NOT NULL THEN 'late'
        WHEN NOT fences_recorded AND answer_busy THEN 'unknown'
        WHEN NOT fences_recorded THEN 'stub-or-signalled'
        WHEN caller = 'framebuffer' AND (SELECT count(*) FROM producers) > 0 THEN 'stub-or-signalled'
        WHEN answer_busy AND fence IS NULL THEN 'unknown'
        WHEN answer_busy AND fence.signaled_ts IS NOT NULL THEN 'late'
        WHEN answer_busy AND end_ts - check_ts > 1000000000 THEN 'stuck'
        WHEN answer_busy THEN 'cut'
        WHEN fence IS NOT NULL THEN 'early'
        ELSE 'none'
      END AS verdict
    FROM learned AS m
    CROSS JOIN recorded
    ASOF LEFT JOIN loss_intervals AS loss
      ON loss.capture = getvariable('capture') AND coalesce(m.learned_ts, m.fence.signaled_ts, recorded.end_ts, -9223372036854775807) > loss.since_ts
  )
SELECT
  getvariable('capture') AS capture,
  ts, dur, nullif(tid, -1) AS tid, fd, kind, ret AS answer, caller, verdict,
  CASE
    WHEN fence IS NULL OR verdict = 'unknown' THEN NULL
    WHEN by_enable THEN 'enable_signal on the same thread'
    WHEN is_open AND open_fences = 1 THEN 'only open fence'
    WHEN is_open THEN 'first of the open fences to be signalled'
    ELSE 'last fence signalled before'
  END AS match,
  coalesce(open_fences, 0) AS open_fences,
  fence.context AS context, fence.seqno AS seqno, fence.driver AS driver, fence.signaled_ts AS signaled_ts,
  CASE WHEN verdict = 'late' THEN learned_ts END AS learned_ts,
  CASE WHEN verdict = 'early' THEN check_ts - fence.signaled_ts END AS slack,
  CASE WHEN verdict = 'late' THEN fence.signaled_ts - check_ts END AS block,
  CASE WHEN verdict = 'late' THEN learned_ts - fence.signaled_ts END AS wake,
  CASE WHEN verdict = 'late' THEN learned_ts - check_ts END AS wait,
  source, seq
FROM judged
