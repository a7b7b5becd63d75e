/** Databases of versions that stored each call of strace with all that it says, and each of its file descriptors. */
import type { Database } from './database.ts'

const CALLS = 'store."older strace.calls"'
const READY = 'store."older strace.ready"'

/** Puts the tables of such a database aside. Returns what fills the new ones, once they are made. */
export async function setOlderCallsAside(database: Database): Promise<() => Promise<void>> {
  const [older] = await database.rows(
    `SELECT 1 FROM duckdb_columns() WHERE schema_name = 'store' AND table_name = 'strace.calls' AND column_name = 'args'`,
  )
  if (!older) return async () => {}
  const isThem = "schema_name = 'strace' AND table_name IN ('calls', 'ready')"
  await database.run(`
    CREATE TABLE ${CALLS} AS SELECT *, (row_number() OVER (PARTITION BY capture ORDER BY seq) - 1)::INTEGER AS content FROM store."strace.calls";
    CREATE TABLE ${READY} AS FROM store."strace.ready";
    DROP VIEW strace.calls; DROP VIEW strace.ready; DROP TABLE store."strace.calls"; DROP TABLE store."strace.ready";
    DELETE FROM store.tables WHERE ${isThem}; DELETE FROM store.columns WHERE ${isThem}`)
  return () =>
    database.run(`
      INSERT INTO store."strace.contents" BY NAME SELECT t.* EXCLUDE (ts, dur, tid, seq, end_ts, state, was_split) REPLACE (s.text AS args)
        FROM ${CALLS} AS t JOIN store.strings AS s ON s.id = t.args;
      INSERT INTO store."strace.calls" BY NAME SELECT t.capture, ts, dur, tid, seq, end_ts, content,
          CASE s.text WHEN 'unfinished' THEN 1 WHEN 'resumed' THEN 2 ELSE 0 END + CASE WHEN was_split THEN 4 ELSE 0 END AS state
        FROM ${CALLS} AS t JOIN store.strings AS s ON s.id = t.state;
      INSERT INTO store."strace.ready" BY NAME SELECT r.capture, content, r.fd, r.fd_path, events, revents, data, timeout_ns
        FROM ${READY} AS r JOIN ${CALLS} AS t ON t.capture = r.capture AND t.seq = r.seq;
      DROP TABLE ${CALLS}; DROP TABLE ${READY}`)
}
