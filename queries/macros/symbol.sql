-- The kernel function that an address lies in: symbol(1, ip) is dma_buf_poll+0x4.
--
-- NULL for addresses that the recording's kallsyms do not explain; the table symbols has name, offset and module apart.
--
-- @needs symbols
-- @parameter recording The capture.
-- @parameter location Address from an event of that capture.
(
  SELECT any_value(_symbol || CASE WHEN _offset > 0 THEN '+0x' || lower(to_hex(_offset)) ELSE '' END || coalesce(' [' || _module || ']', ''))
  FROM (SELECT s.capture AS _capture, s.address AS _address, s.symbol AS _symbol, s.offset AS _offset, s.module AS _module FROM main.symbols AS s)
  WHERE _capture = recording AND _address = location::UBIGINT
)
