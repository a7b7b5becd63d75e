-- Readiness checks of dmabufs: zero-timeout polls of one file descriptor, and EXPORT_SYNC_FILE calls.
--
-- Rows are of threads that export sync_files or commit to KMS; the members of one compositor are chosen later. What a check is,
-- and whose, dmabuf_requests says; dmabuf_matches says how it finds its fence, and `match` how it did. strace shows no fences:
-- there the sync_file that the export returned decides, by its number (logged_fds).
--
-- @needs dmabuf_calls dmabuf_matches fence_producers fences logged_fds loss_intervals captures
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
  matched AS (
    SELECT c.*, f.context, f.seqno, f.life, f.driver, f.signaled_ts FROM dmabuf_matches AS c LEFT JOIN fence_producers AS f ON f.n = c.n
  ),
  late AS (SELECT id, tid, signaled_ts FROM matched WHERE answer_busy AND signaled_ts IS NOT NULL),
  wakes AS (
    SELECT tid, ts + dur AS end_ts FROM dmabuf_calls
    WHERE is_wait AND NOT is_poll AND ret > 0 AND dur IS NOT NULL AND tid IN (SELECT tid FROM late)
  ),
  told AS (
    SELECT m.id, w.end_ts FROM late AS m ASOF JOIN wakes AS w ON w.tid = m.tid AND m.signaled_ts <= w.end_ts
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
        WHEN caller = 'framebuffer' AND (SELECT count(*) FROM fence_producers) > 0 THEN 'stub-or-signalled'
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
