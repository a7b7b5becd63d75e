/**
 * The library.
 *
 *     for await (const { spec, table } of readRecording('trace.dat')) console.log(spec.name, table.numRows)
 *
 *     const database = await openDatabase('tracealyze.duckdb')
 *     await ingest(database, 'before.dat', { label: 'before' })
 *     await runMetric(database, 'export_sync_file_latency', { process: 'kwin_wayland' })
 *     const report = await compare(database, ['before', 'after'], { process: 'kwin_wayland', producer: 'videobuf2' })
 */
export { type CompareOptions, compare } from './compare.ts'
export { type Database, type OpenOptions, openDatabase, type Row } from './database.ts'
export { TraceError } from './errors.ts'
export { findRecordings, type RecordingFiles } from './find-recordings.ts'
export { type Ingested, type IngestOptions, ingest } from './ingest.ts'
export { type Metric, readMetrics, runMetric } from './metric.ts'
export type { CaptureFacts, Input, Parser, Problem, Sink } from './parser.ts'
export { type RecordingBatch, type RecordingEnd, readRecording } from './recording.ts'
export { renderJson } from './render/json.ts'
export { renderMail } from './render/mail.ts'
export { renderText } from './render/text.ts'
export type { Report } from './report.ts'
export type { ColumnSpec, TableSpec } from './schema.ts'
