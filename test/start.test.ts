/** `early.cjs`: what must be done before the program is loaded. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { inFolder } from './run.ts'

const BIN = resolve(import.meta.dirname, '../src/bin.cjs')
const SAMPLE = resolve(import.meta.dirname, '../samples/trace-dat/after.dat')

test.skipIf(process.platform !== 'linux').each([
  [undefined, 1],
  ['3', 3],
])('UV_THREADPOOL_SIZE %s: %i threads, and the environment as it was', (given, threads) =>
  inFolder((folder) => {
    // Told at the end: how many threads there are more, after more work than they can do at once.
    const hook = join(folder, 'hook.cjs')
    writeFileSync(
      hook,
      `const { readdirSync, stat } = require('node:fs')
       const threads = () => readdirSync('/proc/self/task').length
       const before = threads()
       process.on('exit', () => {
         for (let i = 0; i < 20; i++) stat('.', () => {})
         console.log(JSON.stringify([process.env.UV_THREADPOOL_SIZE ?? null, threads() - before]))
       })`,
    )
    const { UV_THREADPOOL_SIZE: _, ...env } = process.env
    if (given !== undefined) env.UV_THREADPOOL_SIZE = given
    const { stdout } = spawnSync(process.execPath, ['--require', hook, BIN, '--version'], { env, encoding: 'utf8' })
    expect(JSON.parse(stdout.split('\n').at(-2) as string)).toEqual([given ?? null, threads])
    return Promise.resolve()
  }),
)

test.skipIf(process.platform !== 'linux').each([
  [undefined, /^$/],
  // What jemalloc says of a setting that it does not know: DuckDB reads this variable.
  ['narenas:0', /^<jemalloc>: .*narenas:0/],
])('DUCKDB_JE_MALLOC_CONF %s: what DuckDB says of it', (given, says) =>
  inFolder((folder) => {
    const { DUCKDB_JE_MALLOC_CONF: _, ...env } = process.env
    if (given !== undefined) env.DUCKDB_JE_MALLOC_CONF = given
    const hook = join(folder, 'hook.cjs')
    writeFileSync(hook, "process.on('exit', () => console.log(process.env.DUCKDB_JE_MALLOC_CONF))")
    const { stdout, stderr } = spawnSync(process.execPath, ['--require', hook, BIN, 'info', SAMPLE], {
      env,
      encoding: 'utf8',
    })
    expect(stderr).toMatch(says)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      given ?? /^narenas:[1-9]\d*,dirty_decay_ms:5000,muzzy_decay_ms:0$/,
    )
    return Promise.resolve()
  }),
)
