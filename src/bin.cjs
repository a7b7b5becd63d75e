#!/usr/bin/env node
// The program's start, CommonJS because what is here must be done before the first ES module is read.

// One thread for what Node does beside its own, which are DuckDB's statements: with the usual four each has memory of its
// own, and a small report takes a tenth longer. Programs that are started (record) get the environment as it was.
if (process.env.UV_THREADPOOL_SIZE === undefined) {
  process.env.UV_THREADPOOL_SIZE = '1'
  require('node:fs').stat('.', () => {}) // begins that thread
  delete process.env.UV_THREADPOOL_SIZE
}
import('../dist/src/program.js')
