-- What threads that check dmabufs call: ioctls and waits, and which of the polls ask one file descriptor and do not wait.
--
-- Threads that export sync_files or commit to KMS; what else they call does not matter to their checks. A poll's dmabuf is known
-- only to strace -y; in ftrace it is any zero-timeout poll of one fd.
--
-- @step Of dmabuf_requests, fence_producers and dmabuf_checks.
-- @needs syscalls ioctl_kinds strace_texts ready sys_enter_poll sys_enter_ppoll sys_enter
-- @column ts Time of entry in ns; NULL where the recording has no times.
-- @column dur Entry to return in ns; NULL where the return was not seen.
-- @column tid Thread that called; -1 where the log names none.
-- @column fd File descriptor of an ioctl, or the one that a poll asked; NULL where the recording shows none.
-- @column is_dmabuf Whether the log says that a poll asked a dmabuf; NULL for other calls.
-- @column ret Return value.
-- @column source As in syscalls.
-- @column seq As in syscalls.
-- @column is_poll Whether it is a poll of one file descriptor that did not wait.
-- @column is_wait Whether it is no ioctl: a poll, select or epoll_wait.
-- @column request Which ioctl, as far as checks are told apart by it, or busy poll: one that answered 0; NULL for other calls.
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
    SELECT c.ts, c.tid, c.seq, r.is_ppoll, r.fd, r.is_dmabuf
    FROM store."strace.calls" AS c
    JOIN (
      SELECT r.content, any_value(n.text) = 'ppoll' AS is_ppoll, any_value(r.fd) AS fd, bool_and(r.fd_path IS NOT NULL) AS is_dmabuf
      FROM (FROM store."strace.ready" WHERE capture = getvariable('capture') AND timeout_ns = 0) AS r
      JOIN (FROM store."strace.contents" WHERE capture = getvariable('capture')) AS s ON s.content = r.content
      JOIN (FROM texts WHERE text IN ('poll', 'ppoll')) AS n ON n.id = s.name
      GROUP BY r.content
      HAVING count(*) = 1 AND bool_and(r.fd_path IS NULL OR r.fd_path IN (SELECT id FROM texts WHERE text LIKE '%dmabuf%'))
    ) AS r ON r.content = c.content
    WHERE c.capture = getvariable('capture')
  ),
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
  )
SELECT a.* EXCLUDE (ioctl_kind), k.request FROM asked AS a
LEFT JOIN kinds AS k ON k.kind = CASE WHEN a.is_poll AND a.ret = 0 THEN 0 ELSE a.ioctl_kind END
