-- The texts that the calls of an strace log are told by: names, errors, requests and paths.
--
-- There are few of them; store.strings holds all arguments as well.
--
-- @needs calls
-- @from strace.calls strace.ready
-- @column capture The recording: captures.capture.
-- @column id Its id in store.strings; long logs have several ids of one text.
-- @column text The text.
WITH
  contents AS NOT MATERIALIZED (FROM store."strace.contents" WHERE capture = getvariable('capture')),
  used AS (
    SELECT name AS id FROM contents UNION SELECT error FROM contents UNION SELECT request FROM contents
    UNION SELECT fd_path FROM contents UNION SELECT ret_path FROM contents
    UNION SELECT fd_path FROM store."strace.ready" WHERE capture = getvariable('capture')
  )
SELECT getvariable('capture') AS capture, s.id, s.text
FROM store.strings AS s JOIN used AS u ON u.id = s.id
