/**
 * `npm run build`: the program in a few files instead of hundreds. Loading them one by one takes longer than most commands
 * need. What a command does not need stays in chunks of its own, loaded when it is run.
 */
import { defineConfig } from 'rolldown'

/** With BENCH also the benchmarks. */
const bench = process.env.BENCH ? ['test/bench/ingest', 'test/bench/ingest-child', 'test/bench/strace'] : []
const entries = ['src/program', 'src/index', 'src/parse-worker', 'src/hash-worker', 'src/make-template', ...bench]

export default defineConfig({
  input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
  platform: 'node',
  // The native library, and files that are read, not run.
  external: [/^@duckdb\/node-bindings/, /^uplot/],
  // zstddec would take its WebAssembly out of a data: URL by fetch, which costs 40 ms to load.
  transform: { define: { 'typeof fetch': '"undefined"' } },
  // All in dist/src: what lies beside the source lies beside the chunks.
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'src/[name]-[hash].js' },
})
