-- Frames of each output: a slice from flip to flip, and a mark for the flip.
--
-- @needs frames
SELECT 'slice' AS kind, 'Frames' AS process, output AS track, NULL::INTEGER AS tid, ts, dur, 'frame ' || frame AS name, 'frame' AS category,
  {'vblanks': vblanks, 'state': state}::JSON AS args
FROM frames WHERE capture = getvariable('capture') AND dur IS NOT NULL
UNION ALL
SELECT 'mark', 'Frames', output || ' flips', NULL, ts, NULL, 'flip ' || frame, 'frame', {'vblanks': vblanks, 'marker': marker}::JSON
FROM frames WHERE capture = getvariable('capture')
