-- Name of a value of an event's field, as the kernel prints it: VIDEO_CAPTURE, MAPPED|QUEUED.
--
-- Flags without a name are added in hexadecimal; a value without a name is NULL.
--
-- @needs value_names
-- @parameter recording The capture.
-- @parameter place The column as schema.table.column: 'v4l2.v4l2_qbuf.type'.
-- @parameter number Its value.
(
  SELECT
    CASE
      WHEN NOT _is_flag OR _number = 0 THEN _name
      ELSE concat_ws('|', nullif(_done.text, ''), CASE WHEN _done.bits <> 0 THEN '0x' || lower(to_hex(_done.bits)) END)
    END
  FROM (
    SELECT
      any_value(_is_flag) AS _is_flag,
      any_value(number::BIGINT & _mask) AS _number,
      any_value(_name) FILTER (_value = number::BIGINT & _mask) AS _name,
      list_reduce(
        list({'bits': _value, 'text': _name} ORDER BY _position),
        lambda done, flag: CASE
          WHEN flag.bits <> 0 AND done.bits & flag.bits = flag.bits
            THEN {'bits': xor(done.bits, flag.bits), 'text': concat_ws('|', nullif(done.text, ''), flag.text)}
          ELSE done
        END,
        {'bits': any_value(number::BIGINT & _mask), 'text': ''}
      ) AS _done
    FROM (
      SELECT n.capture AS _capture, n.schema_name || '.' || n.table_name || '.' || n.column_name AS _place, coalesce(n.mask, -1) AS _mask, n.position AS _position, n.value AS _value, n.name AS _name, n.is_flag AS _is_flag
      FROM main.value_names AS n
    )
    WHERE _capture = recording AND _place = place
  )
)
