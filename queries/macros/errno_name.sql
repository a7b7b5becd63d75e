-- Name of an error number, with or without its sign: errno_name(-11) is EAGAIN.
--
-- @parameter code An errno, or the return value of a system call; NULL for a value that is no error.
(SELECT _name FROM (SELECT e.number AS _number, e.name AS _name FROM reference.errnos AS e) WHERE _number = abs(code))
