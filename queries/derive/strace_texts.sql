-- The texts that the calls of an strace log are told by: names, errors, states, requests and paths.
--
-- There are few of them; store.strings holds all arguments as well.
--
-- @needs calls ready
-- @from strace.calls strace.ready
-- @column capture The recording: captures.capture.
-- @column id Its id in store.strings; long logs have several ids of one text.
-- @column text The text.
-- @column state The same where it is a state of a call, else NULL.
WITH
  calls AS NOT MATERIALIZED (FROM store."strace.calls" WHERE capture = getvariable('capture')),
  ready AS NOT MATERIALIZED (FROM store."strace.ready" WHERE capture = getvariable('capture')),
  used AS (
    SELECT name AS id FROM calls UNION SELECT error FROM calls UNION SELECT state FROM calls UNION SELECT request FROM calls
    UNION SELECT fd_path FROM calls UNION SELECT ret_path FROM calls UNION SELECT name FROM ready UNION SELECT fd_path FROM ready
  )
SELECT getvariable('capture') AS capture, s.id, s.text,
  TRY_CAST(s.text AS ENUM('complete', 'unfinished', 'lost', 'resumed')) AS state
FROM store.strings AS s JOIN used AS u ON u.id = s.id
