/** tracealyze ingest */
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import cliProgress from 'cli-progress'
import { TraceError } from '../errors.ts'
import { findRecordings } from '../find-recordings.ts'
import { count, printable } from '../format.ts'
import { type Ingested, ingest } from '../ingest.ts'
import { openForIngest } from '../memory-limit.ts'
import { expectRecording } from '../parse-beside.ts'
import { recordingName } from '../recording-name.ts'
import type { Selection } from '../selection.ts'
import type { Streams } from '../streams.ts'

export interface IngestCommandOptions {
  readonly label?: string
  readonly run?: number
  readonly db: string
  readonly strict: boolean
  readonly align: boolean
  readonly selection: Selection
}

export async function ingestCommand(
  paths: readonly string[],
  options: IngestCommandOptions,
  streams: Streams,
): Promise<void> {
  const skipped = new Map<string, string[]>()
  const recordings = await findRecordings(paths, (path, reason) => {
    skipped.set(reason, [...(skipped.get(reason) ?? []), path])
  })
  for (const [reason, files] of skipped) streams.err.write(describeSkipped(reason, files))
  if (options.align && recordings.length < 2) {
    throw new TraceError('--align needs two recordings or more that ran at once', {
      hint: 'give both to ingest, or afterwards their numbers: tracealyze align 1 2',
    })
  }
  if (recordings[0]) expectRecording(recordings[0].path, !existsSync(options.db), options.selection)
  const database = await openForIngest(options.db)
  const stored: Ingested[] = []
  const abort = new AbortController()
  let awaitsEnd = false
  // Ctrl-C in `strace ... | tracealyze ingest -` is how the recording is ended; the next one stops this program.
  const stop = () => {
    if (awaitsEnd) streams.err.write('waiting for the end of standard input; Ctrl-C again to stop without storing it\n')
    else abort.abort()
    awaitsEnd = false
  }
  process.on('SIGINT', stop)
  try {
    for (const [i, recording] of recordings.entries()) {
      const { path } = recording
      const bar = progressBar(path, streams)
      awaitsEnd = path === '-'
      const started = performance.now()
      const done = await ingest(database, recording, {
        ...(options.label === undefined ? recordingName(path) : { label: options.label }),
        strict: options.strict,
        selection: options.selection,
        signal: abort.signal,
        stdin: streams.stdin,
        ...(options.run === undefined ? {} : { run: options.run + i }),
        onProgress: (share, what) => {
          awaitsEnd = false
          bar?.update(Math.round(share * 100), { what })
        },
      }).finally(() => bar?.stop())
      streams.err.write(describe(done, (performance.now() - started) / 1000))
      stored.push(done)
    }
    if (options.align) {
      const { alignCaptures } = await import('./align.ts')
      const [first, ...others] = stored as [Ingested, ...Ingested[]]
      for (const other of others) streams.err.write(await alignCaptures(database, first, other))
    }
  } finally {
    process.removeListener('SIGINT', stop)
    database.close()
  }
}

function describeSkipped(reason: string, paths: readonly string[]): string {
  const names = paths.map((path) => printable(paths.length > 1 ? basename(path) : path)).join(', ')
  return `skipped, ${reason}: ${names}\n`
}

function progressBar(file: string, streams: Streams): cliProgress.SingleBar | undefined {
  if (!streams.err.isTTY) return undefined
  const bar = new cliProgress.SingleBar({
    format: `${basename(file)} [{bar}] {percentage} % {what}`,
    stream: streams.err,
    clearOnComplete: true,
    barsize: 30,
    hideCursor: true,
  })
  bar.start(100, 0, { what: 'read' })
  return bar
}

/** What was stored, and everything that was not. */
function describe(done: Ingested, seconds: number): string {
  const where = `capture ${done.capture}, ${done.label} run ${done.run}`
  if (done.known) return `${done.path}: known already as ${where}; nothing was stored\n`
  const lines = [`${done.path}: ${where}: ${count(done.events, 'event')} (${done.format}) in ${seconds.toFixed(1)} s`]
  if (done.lostEvents > 0 || done.unknownLosses > 0) {
    const gaps = done.unknownLosses > 0 ? `, and ${count(done.unknownLosses, 'gap')} of unknown size` : ''
    lines.push(`  lost by the recorder: ${count(done.lostEvents, 'event')}${gaps} (table lost_events)`)
  }
  for (const [reason, n] of done.skips) lines.push(`  not stored: ${count(n, 'record')}: ${reason}`)
  for (const { kind, count: n, first } of done.problems) {
    lines.push(`  ${kind}${n > 1 ? ` (${n} times)` : ''}: ${first.at}: ${first.detail}`)
    if (first.hint) lines.push(`    hint: ${first.hint}`)
  }
  return `${lines.join('\n')}\n`
}
