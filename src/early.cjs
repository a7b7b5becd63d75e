// What must be set before anything else is loaded; CommonJS, because ES modules are read before the first one runs. A setting
// that is in the environment already stays as it is.

// One thread for what Node does beside its own, which are DuckDB's statements: with the usual four each has memory of its
// own, and a small report takes a tenth longer. Programs that are started get the environment as it was.
if (process.env.UV_THREADPOOL_SIZE === undefined) {
  process.env.UV_THREADPOOL_SIZE = '1'
  require('node:fs').stat('.', () => {}) // begins that thread
  delete process.env.UV_THREADPOOL_SIZE
}

// DuckDB's allocator, jemalloc 5 (its manual, TUNING), where DuckDB is built with it: an arena for eight processors, not for
// each, and memory that nothing uses goes back to the system after five seconds, not after one. To get it again, page by
// page, is a fifth of the time of an ingest. Never to give it back would be no faster and take twice the memory. DuckDB reads
// this when it is loaded, so it stays in the environment; the only program that is started, a pager, does not know it.
process.env.DUCKDB_JE_MALLOC_CONF ??= [
  `narenas:${Math.ceil(require('node:os').availableParallelism() / 8)}`,
  'dirty_decay_ms:5000',
  'muzzy_decay_ms:0',
].join(',')
