-- Name of an ioctl request: ioctl_name('0xc0086202') is DMA_BUF_IOCTL_EXPORT_SYNC_FILE.
--
-- From the kernel's UAPI headers, requests of single drivers left out; NULL where none has it.
--
-- @parameter command The request as a number, or as a text with 0x; the lower 32 bits count.
(
  SELECT string_agg(DISTINCT _name, ' or ' ORDER BY _name)
  FROM (SELECT i.request AS _request, i.name AS _name FROM reference.ioctls AS i WHERE i.driver IS NULL AND (i.bits IS NULL OR i.bits = 64))
  WHERE _request = command::BIGINT & 4294967295
)
