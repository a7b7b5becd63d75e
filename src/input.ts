/** Recordings as random-access bytes: files, standard input, compressed files, sets of files. */
import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import { mergeParts } from '../parsers/strace/merge.ts'
import { TraceError } from './errors.ts'
import { type FileInput, openFile, WINDOW } from './file-input.ts'
import type { RecordingFiles } from './find-recordings.ts'
import { hashFile } from './hash-file.ts'
import type { Input, Problem } from './parser.ts'
import { systemError } from './system-error.ts'
import { spool } from './temporary.ts'
import { openUnpacked } from './unpack/open.ts'
import { compressionOf } from './unpack/unpack.ts'

/** A recording that is open for reading. */
export interface OpenInput extends Input {
  /** As the user named it; `-` is standard input. */
  readonly path: string
  /** The file that `read` reads, if it is one: a temporary file for what was unpacked, merged or piped. */
  readonly location?: string
  /** Bytes as given; `size` counts what was unpacked or merged from them. */
  readonly bytes: number
  /** The file that holds the bytes as given; undefined for a set of files. */
  readonly given: string | undefined
  /** SHA-256 of the bytes as given, in hexadecimal. */
  sha256(): string
  /** What came before parsing: `{ compression: 'gzip' }`, `{ parts: 12 }`. */
  readonly facts: Readonly<Record<string, unknown>>
  /** What was found wrong before parsing, e.g. that compressed data ends early. */
  readonly problems: readonly Problem[]
  close(): void
}

export interface OpenOptions {
  /** What `-` reads. */
  readonly stdin?: NodeJS.ReadableStream
  readonly signal?: AbortSignal | undefined
  /** Told the share (0 to 1) that was unpacked or merged. */
  readonly onProgress?: (share: number) => void
  /** Bytes that are kept in memory. */
  readonly window?: number
}

/**
 * Opens a recording. What cannot be read at random is copied to a temporary file first: standard input and pipes,
 * compressed files, and the files of a set, merged.
 */
export async function openInput(recording: string | RecordingFiles, options: OpenOptions = {}): Promise<OpenInput> {
  const { path, parts = [] } = typeof recording === 'string' ? { path: recording } : recording
  if (parts.length > 0) return openSet(path, parts, options)
  const input = await openGiven(path, options)
  const compression = compressionOf(input.read(0, 8))
  return compression ? openUnpacked(input, compression, options) : input
}

/** Opens the bytes as they are. */
export async function openGiven(path: string, options: OpenOptions): Promise<OpenInput> {
  const { window = WINDOW, signal, stdin = process.stdin } = options
  const isPipe = path === '-' || isPipeFile(path)
  if (!isPipe) return describe(path, openFile(path, path, window))
  const stream = path === '-' ? (stdin as Readable) : createReadStream(path)
  if (signal) addAbortSignal(signal, stream)
  const copy = await spool(path, bytesOf(stream, path), signal)
  return describe(path, openFile(copy.path, path, window), copy.remove)
}

function isPipeFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory()) {
    throw new TraceError('is a directory, a recording was expected', {
      file: path,
      hint: `ingest reads all recordings in it: tracealyze ingest ${path}`,
    })
  }
  return stat?.isFIFO() === true
}

async function* bytesOf(stream: Readable, path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  } catch (error) {
    const isAbort = (error as Error).name === 'AbortError'
    throw isAbort ? new TraceError('stopped; the database is as it was before') : systemError(error, path)
  }
}

function describe(path: string, file: FileInput, remove = () => {}): OpenInput {
  return {
    path,
    location: file.path,
    size: file.size,
    read: file.read,
    bytes: file.size,
    given: file.path,
    sha256: () => hashFile(file.path),
    facts: {},
    problems: [],
    close: () => {
      file.close()
      remove()
    },
  }
}

/** Bytes of each file of a set that are kept in memory: there may be hundreds. */
const PART_WINDOW = 64 * 1024

/**
 * Merges the logs of `strace -ff` into one. The SHA-256 is that of lines `TID BYTES SHA256`, one per file by thread id,
 * so that it depends on every byte and every thread, but not on what the files are called.
 */
async function openSet(
  path: string,
  parts: NonNullable<RecordingFiles['parts']>,
  options: OpenOptions,
): Promise<OpenInput> {
  const open: { tid: number; input: OpenInput }[] = []
  try {
    for (const part of parts) {
      const input = await openInput(part.path, { signal: options.signal, window: PART_WINDOW })
      open.push({ tid: part.tid, input })
    }
    const problems = open.flatMap(({ input }) => input.problems.map((p) => ({ ...p, at: `${input.path}:${p.at}` })))
    const total = open.reduce((sum, { input }) => sum + input.size, 0)
    const onProgress = (done: number) => options.onProgress?.(Math.min(1, done / Math.max(1, total)))
    const merged = await spool(
      path,
      mergeParts(open, { onProgress, onProblem: (p) => problems.push(p) }),
      options.signal,
    )
    const lines: string[] = []
    for (const { tid, input } of open) lines.push(`${tid} ${input.bytes} ${input.sha256()}\n`)
    const digest = createHash('sha256').update(lines.join('')).digest('hex')
    return {
      ...describe(path, openFile(merged.path, path, options.window), merged.remove),
      bytes: open.reduce((sum, { input }) => sum + input.bytes, 0),
      given: undefined,
      sha256: () => digest,
      facts: { parts: parts.length },
      problems,
    }
  } finally {
    for (const { input } of open) input.close()
  }
}
