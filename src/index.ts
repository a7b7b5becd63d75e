/**
 * The library.
 *
 *     const recording = await openRecording('trace.dat')
 *     for await (const { spec, table } of recording.batches()) console.log(spec.name, table.numRows)
 *
 *     const database = await openDatabase('tracealyze.duckdb')
 *     await ingest(database, 'before.dat', { label: 'before' })
 *     await runMetric(database, 'export_sync_file_latency', { process: 'kwin_wayland' })
 *     const report = await compare(database, ['before', 'after'], { process: 'kwin_wayland', producer: 'videobuf2' })
 */
export { type CompareOptions, compare } from './compare.ts'
export { type Database, type OpenOptions, openDatabase, type Row } from './database.ts'
export { type Detail, loadDetail } from './detail.ts'
export { TraceError } from './errors.ts'
export { findRecordings, type RecordingFiles } from './find-recordings.ts'
export { type Ingested, type IngestOptions, ingest } from './ingest.ts'
export { type Metric, readMetrics, runMetric } from './metric.ts'
export type { CaptureFacts, Input, Parser, Problem, Sink } from './parser.ts'
export { openRecording, type Recording, type RecordingBatch, type RecordingEnd } from './recording.ts'
export { renderBenchstat } from './render/benchstat.ts'
export { renderCommit } from './render/commit.ts'
export { renderCsv } from './render/csv.ts'
export { readAssets } from './render/html/assets.ts'
export { renderHtml } from './render/html/page.ts'
export { renderJson } from './render/json.ts'
export { renderMail } from './render/mail.ts'
export { renderMarkdown } from './render/markdown.ts'
export { renderMmtests } from './render/mmtests.ts'
export { renderText } from './render/text.ts'
export type { Report } from './report.ts'
export type { ColumnSpec, TableSpec } from './schema.ts'
