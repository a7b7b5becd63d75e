/** From a recording to rows in the database: one transaction per file. */
import { PARSERS } from '../parsers/index.ts'
import { prepareDatabase, transaction } from './bootstrap.ts'
import { Catalogue } from './catalogue.ts'
import { type Database, databaseError } from './database.ts'
import { TraceError } from './errors.ts'
import type { RecordingFiles } from './find-recordings.ts'
import { type OpenInput, openInput } from './input.ts'
import { loadCapture } from './load-capture.ts'
import { limitMemory, withEnoughMemory } from './memory-limit.ts'
import { ParseThread } from './parse-beside.ts'
import { HEAD_BYTES, type Parser, type Problem } from './parser.ts'
import { type Selection, selectionJson, selectionKeys } from './selection.ts'

export interface IngestOptions {
  readonly label: string
  /** The number of the run within its label; the next free one if left out. */
  readonly run?: number
  /** What to keep; everything if left out. */
  readonly selection?: Selection
  /** Make every problem fatal. */
  readonly strict?: boolean
  /** Told the share of the file that was read (0 to 1), and what is being done. */
  readonly onProgress?: (share: number, what: 'unpack' | 'read' | 'derive') => void
  /** Aborts between two batches; the database stays as it was. */
  readonly signal?: AbortSignal
  /** What `-` reads; the standard input of the process if left out. */
  readonly stdin?: NodeJS.ReadableStream
}

/** What became of one file. */
export interface Ingested {
  readonly path: string
  readonly capture: number
  readonly label: string
  readonly run: number
  /** The same bytes are a capture already: nothing was stored. */
  readonly known: boolean
  readonly format: string
  readonly events: number
  readonly skipped: number
  /** Records that are no row of their own, by reason. */
  readonly skips: readonly (readonly [reason: string, count: number])[]
  readonly lostEvents: number
  readonly unknownLosses: number
  /** Problems by kind, with the first of each. */
  readonly problems: readonly { readonly kind: string; readonly count: number; readonly first: Problem }[]
}

/** Recordings with fewer bytes are stored in less memory than any limit. */
const SMALL = 16 << 20

/** The parser that recognises the file by its content. */
export function recognise(input: OpenInput): Parser {
  if (input.size === 0) {
    throw new TraceError('is empty (0 bytes)', {
      file: input.path,
      hint: 'was the recording stopped before it wrote anything?',
    })
  }
  const head = input.read(0, Math.min(HEAD_BYTES, input.size)).slice()
  const parser = PARSERS.find((p) => p.sniff(head))
  if (parser) return parser
  if (isDuckDB(head)) {
    const hint = 'name a database with --db FILE'
    throw new TraceError('is a DuckDB database, a recording was expected', { file: input.path, hint })
  }
  const start = [...head.subarray(0, 16)].map((b) => b.toString(16).padStart(2, '0')).join(' ')
  throw new TraceError(`is not a recording that tracealyze knows: ${input.size} bytes, beginning with ${start}`, {
    file: input.path,
    at: 0,
    hint: `known are: ${PARSERS.map((p) => p.name).join(', ')} (tracealyze list formats)`,
  })
}

/** DuckDB's main header: a checksum of 8 bytes, then DUCK (storage/storage_info.hpp). */
const isDuckDB = (head: Uint8Array): boolean => Buffer.from(head.subarray(8, 12)).toString('latin1') === 'DUCK'

/** Ingests one recording (`-`: standard input) in one transaction. Throws TraceError; the database is then as before. */
export async function ingest(
  database: Database,
  recording: string | RecordingFiles,
  options: IngestOptions,
): Promise<Ingested> {
  const { stdin, signal, onProgress } = options
  const path = typeof recording === 'string' ? recording : recording.path
  const input = await openInput(recording, {
    signal,
    onProgress: (share) => onProgress?.(share, 'unpack'),
    ...(stdin ? { stdin } : {}),
  })
  let thread: ParseThread | undefined
  let endLimit = async () => {}
  try {
    const parser = recognise(input)
    checkSelection(parser, options.selection)
    thread = ParseThread.for(input, parser)
    const [prepared] = await Promise.all([prepareDatabase(database), thread ? undefined : parser.prepare?.()])
    let catalogue: Catalogue | undefined = prepared
    const known = await knownCapture(database, input, selectionJson(options.selection))
    if (known) return known
    return await withEnoughMemory(database, async () => {
      // Where this is the second time, all of it begins anew.
      await endLimit()
      endLimit = input.size < SMALL ? async () => {} : await limitMemory(database)
      const tables = catalogue ?? (await Catalogue.load(database))
      catalogue = undefined
      thread ??= ParseThread.for(input, parser)
      try {
        return await transaction(database, () => loadCapture(database, tables, input, parser, options, thread))
      } finally {
        await thread?.close()
        thread = undefined
      }
    })
  } catch (error) {
    if (error instanceof TraceError) throw error.file === undefined ? error.in(path) : error
    if (isDatabaseError(error)) throw databaseError(error, database.path)
    throw error
  } finally {
    await thread?.close()
    await endLimit().catch(() => {}) // a database that failed keeps its limit
    input.close()
  }
}

const isDatabaseError = (error: unknown): boolean =>
  error instanceof Error &&
  /^(IO|Fatal|Out of Memory|Transaction|TransactionContext|INTERNAL) Error/.test(error.message)

/** Refuses what a format cannot select. */
export function checkSelection(parser: Parser, selection: Selection = {}): void {
  const missing = selectionKeys(selection).filter((key) => !parser.selects?.includes(key))
  if (missing.length === 0) return
  const names = missing.map((key) => `--${key.replace(/s$/, '')}`).join(', ')
  throw new TraceError(`recordings of this format (${parser.name}) are read as a whole: ${names} cannot be used`, {
    hint: "ingest it without, and select in SQL: tracealyze sql 'SELECT ... FROM events WHERE ts >= ...'",
  })
}

/** The capture with the same content and selection. Hashed is only where a capture has the same size. */
async function knownCapture(
  database: Database,
  input: OpenInput,
  selection: string | undefined,
): Promise<Ingested | undefined> {
  const { path, bytes } = input
  const same = await database.rows(
    'SELECT * FROM captures WHERE bytes = $bytes AND selection IS NOT DISTINCT FROM $selection',
    { bytes: BigInt(bytes), selection: selection ?? null },
  )
  if (same.length === 0) return undefined
  const sha256 = input.sha256()
  const row = same.find((r) => r.sha256 === sha256)
  if (!row) return undefined
  return {
    path,
    capture: Number(row.capture),
    label: String(row.label),
    run: Number(row.run),
    known: true,
    format: String(row.format),
    events: Number(row.events),
    skipped: Number(row.skipped),
    skips: [],
    lostEvents: Number(row.lost_events),
    unknownLosses: Number(row.unknown_losses),
    problems: [],
  }
}
