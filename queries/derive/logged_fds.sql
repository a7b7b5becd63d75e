-- File descriptors of strace logs: what each was, from when to when, who made it and who closed it. A part of fds.
--
-- A life begins with the call that returned the number (fd_makers; pipe, F_DUPFD...), with a message that brought it
-- (SCM_RIGHTS, as far as strace prints it), or, where neither was seen, with the first use: after a close, or under
-- another path than before. A sync_file that is first used after an EXPORT_SYNC_FILE or SYNC_IOC_MERGE of the log is
-- taken for its result (strace prints no more of these): of the last one before that has none yet.
-- A life ends with close; with close_range, or as the target of dup2 or dup3, if it was seen before; execve's closing is
-- not seen. Other processes have other numbers: threads whose clone without CLONE_FILES was seen, or whose
-- process is known (threads.pid), are told apart, all others are taken for one process.
--
-- @needs fd_makers ioctl_kinds strace_ioctls threads strace_texts calls ready
-- @from strace.calls strace.ready
-- @column capture The recording: captures.capture.
-- @column process Thread id of the first thread of its process; NULL where that is not known.
-- @column fd The number.
-- @column life Which life of that number in that process, from 1.
-- @column path What it was (strace -y), e.g. /dev/dri/card0 or anon_inode:sync_file; NULL where not printed.
-- @column opened_ts Return of the call that made it, else its begin, in ns; NULL where that was not seen.
-- @column opened_by Call that made it, e.g. openat, recvmsg or DMA_BUF_IOCTL_EXPORT_SYNC_FILE; NULL where that was not seen.
-- @column opened_tid Thread that made it.
-- @column opened_seq strace: line of that call, joins syscalls.seq; NULL for others.
-- @column first_ts First time that it was seen in ns: made, used or closed.
-- @column polled_ts First time that poll, select or epoll_wait asked for it in ns.
-- @column ready_ts First time that one of these answered that it was ready in ns: their return.
-- @column ready_seq strace: line of the first of these calls; NULL if none answered so.
-- @column closed_ts When it was closed in ns; NULL where that was not seen.
-- @column closed_by Call that closed it: close, close_range, dup2 or dup3.
-- @column closed_tid Thread that closed it.
-- @column source As in syscalls.
WITH RECURSIVE
  texts AS MATERIALIZED (SELECT id, text FROM strace_texts WHERE capture = getvariable('capture')),
  -- The calls that make or close file descriptors or processes; with their arguments where these tell which.
  names AS (
    SELECT id, text, text SIMILAR TO '(clone|fork|vfork|pipe|socketpair|close_range|recvm|fcntl).*' AS has_args FROM texts
    WHERE has_args OR text = 'close' OR text IN (FROM fd_makers)
  ),
  -- What they say, and when. Few say something new: texts are joined with what is said, and looked at there.
  said AS MATERIALIZED (
    SELECT content, n.text AS name, fd, fd_path, ret, ret_path, CASE WHEN has_args THEN args END AS args
    FROM store."strace.contents" AS c JOIN names AS n ON n.id = c.name WHERE capture = getvariable('capture')
  ),
  lines AS MATERIALIZED (
    SELECT seq, ts, coalesce(end_ts, ts + dur, ts) AS end_ts, tid, content FROM store."strace.calls"
    WHERE capture = getvariable('capture') AND content IN (SELECT content FROM said)
  ),
  logged AS NOT MATERIALIZED (SELECT l.seq, l.ts, l.end_ts, l.tid, s.* EXCLUDE (content) FROM lines AS l JOIN said AS s ON s.content = l.content),
  born AS MATERIALIZED (
    SELECT ret AS tid, tid AS creator,
      -- strace -X raw has numbers: include/uapi/linux/sched.h, CLONE_FILES.
      coalesce(contains(args, 'CLONE_FILES') OR TRY_CAST(regexp_extract(args, 'flags=(0x[0-9a-f]+)', 1) AS BIGINT) & 1024 <> 0, false) AS is_shared
    FROM logged WHERE name IN ('clone', 'clone3', 'fork', 'vfork') AND ret > 0
  ),
  children AS (
    SELECT tid, tid AS process FROM born WHERE NOT is_shared
    UNION
    SELECT b.tid, c.process FROM born AS b JOIN children AS c ON b.creator = c.tid WHERE b.is_shared
  ),
  processes AS (
    SELECT tid, any_value(process) AS process FROM (
      FROM children
      UNION ALL SELECT tid, pid FROM threads WHERE capture = getvariable('capture') AND pid IS NOT NULL)
    GROUP BY tid
  ),
  -- Numbers that a call prints in its arguments: pipe, socketpair, SCM_RIGHTS. Behind each its path (-y; with -yy it may
  -- hold <char 226:0> or 1->2), whether that was deleted (strace 5.19), and its security context (--secontext).
  listed AS (
    SELECT seq, ts, end_ts, tid, name, regexp_extract(item, '^[0-9]+')::BIGINT AS fd, nullif(regexp_extract(item, '<(.*)>$', 1), '') AS path
    FROM (
      SELECT *, unnest(regexp_extract_all(list, '(?:^|, )([0-9]{1,9}(?:<(?:->|[^<>]|<[^<>]*>)*>)?)', 1)) AS item
      FROM (
        SELECT *, unnest(regexp_extract_all(args,
          CASE WHEN name LIKE 'recvm%' THEN '(?:cmsg_type=SCM_RIGHTS|cmsg_level=0x1[^,]*, cmsg_type=0x1[^,]*), cmsg_data=' ELSE '' END
          || '\[((?:(?:, )?[0-9]{1,9}(?:<(?:->|[^<>]|<[^<>]*>)*>(?:\(deleted\))?)?(?: \[[^\]]*\])?)+)', 1)) AS list
        FROM logged
        WHERE ret >= 0 AND (name IN ('pipe', 'pipe2', 'socketpair') OR name LIKE 'recvm%' AND contains(args, ', cmsg_data=['))))
  ),
  -- What a path says of the file whatever becomes of it: without a counter, a peer, or that it was deleted. Numbers stand
  -- for both in the sorts that follow.
  seen AS (
    SELECT fd_path AS id FROM store."strace.contents" WHERE capture = getvariable('capture')
    UNION SELECT ret_path FROM logged
    UNION SELECT fd_path FROM store."strace.ready" WHERE capture = getvariable('capture')
  ),
  paths AS MATERIALIZED (
    SELECT path, row_number() OVER () AS path_id,
      dense_rank() OVER (ORDER BY
        CASE WHEN path ~ '^[A-Z0-9]+[:-]' THEN 'socket' WHEN path LIKE 'signalfd:%' THEN 'signalfd' ELSE regexp_replace(path, '(\{| ?\(deleted\)|:\[[0-9]|<).*$', '') END) AS kind
    FROM (SELECT text AS path FROM texts WHERE id IN (FROM seen) UNION SELECT path FROM listed WHERE path IS NOT NULL)
  ),
  path_ids AS MATERIALIZED (SELECT t.id, p.path_id FROM texts AS t JOIN paths AS p ON p.path = t.text),
  made AS (
    SELECT seq, end_ts AS ts, tid, ret AS fd, name AS call, p.path_id
    FROM logged LEFT JOIN path_ids AS p ON p.id = ret_path
    WHERE ret >= 0 AND (name IN (FROM fd_makers) AND NOT (name LIKE 'signalfd%' AND coalesce(fd, -1) >= 0) AND NOT (name = 'bpf' AND ret_path IS NULL)
      AND NOT (name = 'dup2' AND ret = coalesce(fd, -1))
      OR name LIKE 'fcntl%' AND regexp_matches(args, ', (?:cmd=|op=)?(?:F_DUPFD(?:_CLOEXEC)?|0|0x406)(?:,| /\*)'))
    UNION ALL
    SELECT seq, end_ts, tid, fd, name, p.path_id FROM listed AS l LEFT JOIN paths AS p ON p.path = l.path
  ),
  closed AS (
    SELECT seq, ts, tid, fd::BIGINT AS fd, name AS call, p.path_id
    FROM logged LEFT JOIN path_ids AS p ON p.id = fd_path
    WHERE name = 'close' AND fd >= 0 AND coalesce(ret, 0) = 0
    UNION ALL
    SELECT seq, ts, tid, ret, name, NULL FROM logged WHERE name IN ('dup2', 'dup3') AND ret >= 0 AND ret <> fd
  ),
  ranges AS (
    SELECT seq, ts, c.tid, coalesce(p.process, -1) AS process, r.low::BIGINT AS low, r.high::BIGINT AS high
    FROM (
      SELECT *, regexp_extract(args, '^(?:first=)?(0x[0-9a-f]{1,8}|[0-9]{1,10}), (?:last=)?(0x[0-9a-f]{1,8}|[0-9]{1,10}), (.*)$', ['low', 'high', 'flags']) AS r
      FROM logged WHERE name = 'close_range' AND ret = 0) AS c
    LEFT JOIN processes AS p ON p.tid = c.tid
    -- CLOSE_RANGE_CLOEXEC closes nothing yet; strace -X raw has numbers: include/uapi/linux/close_range.h.
    WHERE r.high <> '' AND NOT regexp_matches(r.flags, 'CLOSE_RANGE_CLOEXEC|0x[4-7]')
  ),
  -- The numbers that each content names, and the uses of them.
  named AS MATERIALIZED (
    SELECT content, fd::BIGINT AS fd, p.path_id, false AS is_poll, false AS is_ready
    FROM store."strace.contents" AS c JOIN path_ids AS p ON p.id = fd_path
    WHERE capture = getvariable('capture') AND fd >= 0 AND name NOT IN (SELECT id FROM texts WHERE text = 'close')
    UNION ALL
    SELECT r.content, r.fd, p.path_id, true, r.revents IS NOT NULL
    FROM store."strace.ready" AS r JOIN path_ids AS p ON p.id = r.fd_path
    JOIN (
      SELECT content FROM store."strace.contents"
      WHERE capture = getvariable('capture') AND name NOT IN (SELECT id FROM texts WHERE text LIKE 'epoll%')
    ) AS c ON c.content = r.content
    WHERE r.capture = getvariable('capture')
  ),
  used AS NOT MATERIALIZED (
    SELECT c.seq, c.tid, n.fd FROM store."strace.calls" AS c JOIN named AS n ON n.content = c.content WHERE capture = getvariable('capture')
  ),
  -- What a close_range closes: numbers that were made or used before it.
  last_ranges AS (SELECT process, max(seq) AS seq FROM ranges GROUP BY process),
  held AS MATERIALIZED (
    SELECT DISTINCT u.fd, r.process, r.seq
    FROM (SELECT seq, tid, fd FROM used UNION ALL SELECT seq, tid, fd FROM made) AS u
    LEFT JOIN processes AS p ON p.tid = u.tid
    JOIN last_ranges AS l ON l.process = coalesce(p.process, -1) AND u.seq < l.seq
    ASOF JOIN ranges AS r ON r.process = l.process AND u.seq < r.seq
  ),
  top AS (SELECT max(fd) AS top, range(length(bin(max(fd) + 1))) AS sizes FROM held),
  -- A range is at most two blocks of each size 2^k, and a number is in one: else all ranges would meet all numbers.
  halves AS (
    SELECT seq, process, k, (low + (1::BIGINT << k) - 1) >> k AS first, (high + 1) >> k AS past
    FROM (SELECT seq, process, low, least(high, top) AS high, unnest(sizes) AS k FROM ranges CROSS JOIN top)
  ),
  blocks AS (
    SELECT seq, process, k, first AS block FROM halves WHERE first < past AND first % 2 = 1
    UNION ALL
    SELECT seq, process, k, past - 1 FROM halves WHERE first < past AND past % 2 = 1
  ),
  sweeps AS (
    SELECT h.fd, min(b.seq) AS seq
    FROM (SELECT h.*, unnest(sizes) AS k FROM held AS h CROSS JOIN top) AS h
    ASOF JOIN blocks AS b ON b.process = h.process AND b.k = h.k AND b.block = h.fd >> h.k AND h.seq <= b.seq
    GROUP BY h.fd, h.process, h.seq
  ),
  marks AS (
    SELECT seq, ts, tid, fd, path_id, 2 AS step, call FROM made
    UNION ALL
    SELECT seq, ts, tid, fd, path_id, 1, call FROM closed
    UNION ALL
    SELECT DISTINCT r.seq, r.ts, r.tid, s.fd, NULL::BIGINT, 1, 'close_range' FROM sweeps AS s JOIN ranges AS r ON r.seq = s.seq
  ),
  -- Numbers for the names of the calls: texts are dear to sort.
  ways AS MATERIALIZED (
    SELECT call, (row_number() OVER ())::INTEGER AS way
    FROM (SELECT name AS call FROM fd_makers UNION SELECT text FROM names UNION SELECT unnest(['close', 'close_range']))
  ),
  marked AS (
    SELECT m.fd, m.path_id, m.step, m.ts, m.tid, p.process, m.seq AS place, w.way
    FROM marks AS m LEFT JOIN processes AS p ON p.tid = m.tid LEFT JOIN ways AS w ON w.call = m.call
  ),
  -- Of the uses between two marks of a number the first of each path says everything. They are found by buckets as long
  -- as such a stretch is in the mean, so that there are at most three times as many rows as marks.
  ends AS (SELECT max(seq) AS end_seq FROM store."strace.calls" WHERE capture = getvariable('capture')),
  bounds AS (
    SELECT m.*, row_number() OVER number AS stretch, coalesce(lead(place) OVER number, end_seq) AS until
    FROM marked AS m, ends
    WINDOW number AS (PARTITION BY process, fd ORDER BY place, step)
  ),
  begun AS (
    SELECT coalesce(process, -1) AS process, fd, stretch, place AS since, until FROM bounds
  ),
  buckets AS (SELECT coalesce(greatest(avg(until - since), 1), 1)::BIGINT AS width FROM begun),
  spans AS (SELECT * EXCLUDE (width), unnest(range(since // width, until // width + 1)) AS bucket FROM begun, buckets WHERE until > since),
  numbers AS MATERIALIZED (SELECT *, fd IN (SELECT fd FROM begun) AS is_marked FROM named),
  located AS NOT MATERIALIZED (
    SELECT p.process, n.* EXCLUDE (content), c.seq, c.ts, CASE WHEN is_ready THEN coalesce(end_ts, ts + dur, ts) END AS ready_ts,
      coalesce(s.stretch, 0) AS stretch
    FROM (FROM store."strace.calls" WHERE capture = getvariable('capture')) AS c JOIN numbers AS n ON n.content = c.content
    CROSS JOIN buckets AS b
    LEFT JOIN processes AS p ON p.tid = c.tid
    LEFT JOIN spans AS s
      ON s.process = coalesce(p.process, -1) AND s.fd = n.fd AND s.bucket = c.seq // b.width AND c.seq > s.since AND c.seq <= s.until
  ),
  -- Most uses are of numbers that no call makes or closes: of these, when each thread first said each thing is enough.
  heard AS (
    SELECT tid, content, min(seq) AS seq, min(ts) AS ts, min(coalesce(end_ts, ts + dur, ts)) AS end_ts
    FROM store."strace.calls" WHERE capture = getvariable('capture') GROUP BY tid, content
  ),
  told AS (
    SELECT process, fd, stretch, path_id, seq, ts, is_poll, is_ready, ready_ts FROM located WHERE is_marked
    UNION ALL
    SELECT p.process, fd, 0, path_id, seq, ts, is_poll, is_ready, CASE WHEN is_ready THEN end_ts END
    FROM heard AS h JOIN numbers AS n ON n.content = h.content LEFT JOIN processes AS p ON p.tid = h.tid
    WHERE NOT is_marked
  ),
  firsts AS (
    SELECT process, fd, stretch, path_id, min(seq) AS place, min(ts) AS ts, min(ts) FILTER (is_poll) AS polled_ts,
      min(seq) FILTER (is_ready) AS ready_seq, min(ready_ts) AS ready_ts
    FROM told GROUP BY process, fd, stretch, path_id
  ),
  -- But where paths of several kinds take turns.
  mixed AS (
    SELECT coalesce(f.process, -1) AS process, f.fd, f.stretch FROM firsts AS f JOIN paths AS k ON k.path_id = f.path_id
    GROUP BY ALL HAVING min(k.kind) <> max(k.kind)
  ),
  uses AS (
    FROM firsts WHERE (coalesce(process, -1), fd, stretch) NOT IN (FROM mixed)
    UNION ALL BY NAME
    SELECT process, fd, l.stretch, path_id, seq AS place, ts, CASE WHEN is_poll THEN ts END AS polled_ts,
      CASE WHEN is_ready THEN seq END AS ready_seq, ready_ts
    FROM located AS l SEMI JOIN mixed AS m ON m.process = coalesce(l.process, -1) AND m.fd = l.fd AND m.stretch = l.stretch
  ),
  -- A stretch ends with a close and begins with what makes the number.
  placed AS (
    SELECT m.*, k.kind
    FROM (
      SELECT * EXCLUDE (until) REPLACE (stretch - (step = 1)::INTEGER AS stretch) FROM bounds
      UNION ALL BY NAME
      SELECT *, 0 AS step FROM uses
    ) AS m LEFT JOIN paths AS k ON k.path_id = m.path_id
  ),
  -- In it, a path of another kind begins another life.
  turning AS (
    SELECT coalesce(process, -1) AS process, fd, stretch FROM placed GROUP BY ALL HAVING min(kind) <> max(kind)
  ),
  changes AS (
    SELECT *, step <> 2 AND coalesce(lag(step) OVER along <> 1 AND kind <> lag(kind) OVER along, false) AS is_change
    FROM placed AS p
    SEMI JOIN turning AS t ON t.process = coalesce(p.process, -1) AND t.fd = p.fd AND t.stretch = p.stretch
    WINDOW along AS (PARTITION BY process, fd, stretch ORDER BY place, step)
  ),
  parts AS (
    SELECT *, 0 AS part FROM placed WHERE (coalesce(process, -1), fd, stretch) NOT IN (FROM turning)
    UNION ALL
    SELECT * EXCLUDE (is_change),
      count(*) FILTER (is_change) OVER (PARTITION BY process, fd, stretch ORDER BY place)
    FROM changes
  ),
  nameless AS (
    SELECT
      process, fd,
      row_number() OVER (PARTITION BY process, fd ORDER BY stretch, part) AS life,
      min(place) AS place,
      arg_min(path_id, place) FILTER (path_id IS NOT NULL) AS path_id,
      any_value(ts) FILTER (step = 2) AS opened_ts,
      any_value(way) FILTER (step = 2) AS opened_way,
      any_value(tid) FILTER (step = 2) AS opened_tid,
      any_value(place) FILTER (step = 2) AS opened_seq,
      min(ts) AS first_ts,
      min(polled_ts) AS polled_ts,
      min(ready_seq) AS ready_seq,
      min(ready_ts) AS ready_ts,
      any_value(ts) FILTER (step = 1) AS closed_ts,
      any_value(way) FILTER (step = 1) AS closed_way,
      any_value(tid) FILTER (step = 1) AS closed_tid
    FROM parts
    GROUP BY process, fd, stretch, part
    HAVING count(*) > 1 OR any_value(step) <> 1 OR any_value(way) IN (SELECT way FROM ways WHERE call = 'close')
  ),
  lives AS (
    SELECT n.*, p.path, o.call AS opened_by, c.call AS closed_by FROM nameless AS n
    LEFT JOIN paths AS p ON p.path_id = n.path_id
    LEFT JOIN ways AS o ON o.way = n.opened_way
    LEFT JOIN ways AS c ON c.way = n.closed_way
  ),
  exports AS (
    SELECT s.content, k.name FROM store."strace.contents" AS s
    JOIN (FROM strace_ioctls WHERE capture = getvariable('capture')) AS i
      ON i.request = coalesce(s.request, -1) AND i.fd_path = coalesce(s.fd_path, -1)
    JOIN (FROM ioctl_kinds WHERE capture = getvariable('capture')) AS k ON k.kind = i.kind
    WHERE s.capture = getvariable('capture') AND s.name IN (SELECT id FROM texts WHERE text = 'ioctl') AND s.ret = 0
      AND k.name IN ('DMA_BUF_IOCTL_EXPORT_SYNC_FILE', 'SYNC_IOC_MERGE')
  ),
  exported AS (
    SELECT c.seq AS place, c.ts + coalesce(c.dur, 0) AS ts, c.tid, e.name, p.process
    FROM store."strace.calls" AS c JOIN exports AS e ON e.content = c.content LEFT JOIN processes AS p ON p.tid = c.tid
    WHERE c.capture = getvariable('capture')
  ),
  -- How many results are outstanding: a first use takes the one that made it so many.
  outstanding AS (
    SELECT *, (sum(step) OVER (PARTITION BY process ORDER BY place, fd DESC NULLS LAST, life ROWS UNBOUNDED PRECEDING))::BIGINT
      + (step < 0)::BIGINT AS depth
    FROM (
      SELECT coalesce(process, -1) AS process, place, 1 AS step, NULL::BIGINT AS fd, NULL::INTEGER AS life, ts, tid, name FROM exported
      UNION ALL
      SELECT coalesce(process, -1), place, -1, fd, life, NULL, NULL, NULL FROM lives
      WHERE opened_by IS NULL AND path LIKE 'anon\_inode:%sync\_file%' ESCAPE '\')
  ),
  -- Of so many outstanding ones the last before it is the one that made it so many, or there is none.
  results AS (
    SELECT process, fd, life, result.*
    FROM (SELECT process, fd, life, step, lag(CASE WHEN step > 0 THEN {ts: ts, tid: tid, name: name, place: place} END) OVER alike AS result
      FROM outstanding WINDOW alike AS (PARTITION BY process, depth ORDER BY place, fd DESC NULLS LAST, life))
    WHERE step < 0 AND result IS NOT NULL
  )
SELECT
  getvariable('capture') AS capture,
  l.process::INTEGER AS process,
  l.fd::INTEGER AS fd,
  l.life,
  l.path,
  coalesce(l.opened_ts, r.ts) AS opened_ts,
  coalesce(l.opened_by, r.name) AS opened_by,
  coalesce(l.opened_tid, r.tid) AS opened_tid,
  coalesce(l.opened_seq, r.place) AS opened_seq,
  l.first_ts,
  l.polled_ts,
  l.ready_ts,
  l.ready_seq,
  l.closed_ts,
  l.closed_by,
  l.closed_tid,
  'strace'::ENUM('syscalls', 'raw_syscalls', 'strace') AS source
FROM lives AS l
LEFT JOIN results AS r ON r.process = coalesce(l.process, -1) AND r.fd = l.fd AND r.life = l.life
