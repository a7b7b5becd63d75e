-- Readiness checks of dmabufs: a mark for each, with its verdict.
--
-- @needs dmabuf_checks
SELECT 'mark' AS kind, 'Frames' AS process, 'dmabuf checks' AS track, NULL::INTEGER AS tid, ts, NULL::BIGINT AS dur,
  kind || ': ' || verdict AS name, 'check' AS category, {'caller': caller, 'answer': answer, 'fd': fd, 'tid': tid}::JSON AS args
FROM dmabuf_checks WHERE capture = getvariable('capture') AND ts IS NOT NULL
