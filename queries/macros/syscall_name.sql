-- Name of a system call's number: syscall_name('x86_64', 16) is ioctl.
--
-- @parameter architecture As in captures.machine: x86_64, aarch64 or arm64, i386, ...
-- @parameter nr Number of the system call.
(
  SELECT _name FROM (SELECT s.arch AS _arch, s.number AS _number, s.name AS _name FROM reference.syscalls AS s)
  WHERE _number = nr AND _arch = CASE architecture WHEN 'arm64' THEN 'aarch64' ELSE architecture END
)
