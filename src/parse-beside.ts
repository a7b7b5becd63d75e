/** Parses a large recording in a thread of its own, while this one stores what was parsed. */
import { statSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Worker } from 'node:worker_threads'
import { PARSERS } from '../parsers/index.ts'
import { createRing, type Place, RingReader, type StoredColumn } from './batch-ring.ts'
import { type ErrorPlace, TraceError } from './errors.ts'
import { openFile } from './file-input.ts'
import type { OpenInput } from './input.ts'
import { KERNEL_EVENTS } from './kernel-events.ts'
import { type CaptureFacts, HEAD_BYTES, type Parser, type Problem } from './parser.ts'
import type { TableSpec } from './schema.ts'
import type { Selection } from './selection.ts'

/** What is parsed. */
interface ParseSource {
  /** Where the bytes are, and how the user named them. */
  readonly location: string
  readonly path: string
  /** The file to hash on the way: the bytes as given. */
  readonly given: string | undefined
  /** The parser's name. */
  readonly parser: string
}

/** What the thread begins with. */
export interface ParseStart extends ParseSource {
  /** Texts that the database has, and the first free id. */
  readonly texts: readonly (readonly [id: number, text: string])[]
  readonly nextId: number
  /** Event tables that it has. */
  readonly known: readonly TableSpec[]
  readonly selection: Selection | undefined
}

/** What it says, in the order in which a parser would have called its sink. */
export type ParseMessage =
  | { readonly kind: 'table'; readonly spec: TableSpec }
  | {
      readonly kind: 'rows'
      readonly table: number
      readonly rows: number
      readonly place?: Place
      readonly columns?: readonly StoredColumn[]
    }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'done'; readonly done: number }
  | {
      readonly kind: 'end'
      readonly facts: Partial<CaptureFacts>
      readonly skips: ReadonlyMap<string, number>
      readonly sha256: string | undefined
    }
  | {
      readonly kind: 'failed'
      readonly message: string
      readonly stack: string | undefined
      readonly place: { [K in keyof ErrorPlace]: ErrorPlace[K] | undefined } | undefined
    }

/** Recordings below this are parsed sooner than a thread starts. */
const WORTH_A_THREAD = 16 << 20

/** Threads run compiled files only: not the sources under vitest. */
const WORKER = import.meta.url.endsWith('.js') ? new URL('./parse-worker.js', import.meta.url) : undefined

/** What the thread is told of a new database: no texts, and the tables of events that each one has. */
const NEW_DATABASE = { texts: [], nextId: 0, known: KERNEL_EVENTS }

/** A thread that was started for a recording to come. */
let spare: ParseThread | undefined

/**
 * Starts the thread for a recording on the disk that will be ingested soon, while the database is opened. Where that is a
 * new one, the thread does not wait for it.
 */
export function expectRecording(path: string, isNew: boolean, selection?: Selection): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (!WORKER || spare || size < WORTH_A_THREAD) return
  spare = new ParseThread(WORKER)
  const parser = isNew ? parserOf(path) : undefined
  if (parser) spare.start({ location: path, path, given: path, parser: parser.name, ...NEW_DATABASE, selection })
}

function parserOf(path: string): Parser | undefined {
  try {
    const file = openFile(path, path, HEAD_BYTES)
    try {
      const head = file.read(0, HEAD_BYTES)
      return PARSERS.find((parser) => parser.sniff(head))
    } finally {
      file.close()
    }
  } catch {
    return undefined // what is wrong with it is told when it is opened to be ingested
  }
}

/** A parser in a thread of its own. It is started early, so that its modules are loaded by the time of `begin`. */
export class ParseThread {
  private readonly file: URL
  private source: ParseSource | undefined
  private worker!: Worker
  private queue: ParseMessage[] = []
  private wake = () => {}
  private failure: unknown
  private reader!: RingReader
  /** With what it was started. */
  private started: ParseStart | undefined

  /** A thread for this recording, if it is worth one. */
  static for(input: OpenInput, parser: Parser): ParseThread | undefined {
    const { location, path, given, size } = input
    if (!WORKER || location === undefined || size < WORTH_A_THREAD) return undefined
    const thread = spare ?? new ParseThread(WORKER)
    spare = undefined
    thread.source = { location, path, given, parser: parser.name }
    return thread
  }

  constructor(file: URL) {
    this.file = file
    this.launch()
  }

  private launch(): void {
    const memory = createRing()
    const worker = new Worker(this.file, { workerData: memory })
    // The program may end without having used it.
    worker.unref()
    worker.on('message', (message: ParseMessage) => {
      if (worker !== this.worker) return
      this.queue.push(message)
      this.wake()
    })
    worker.on('error', (error) => {
      if (worker !== this.worker) return
      this.failure = error
      this.wake()
    })
    this.reader = new RingReader(memory)
    this.queue = []
    this.failure = this.started = undefined
    this.worker = worker
  }

  get ring(): RingReader {
    return this.reader
  }

  start(start: ParseStart): void {
    this.started = start
    this.worker.postMessage(start)
  }

  /** What the parser says, until it has ended. Throws what the parser throws. */
  async *begin(start: Omit<ParseStart, keyof ParseSource>): AsyncGenerator<Exclude<ParseMessage, { kind: 'failed' }>> {
    const wanted = { ...(this.source as ParseSource), ...start }
    // It may have begun with what was guessed.
    if (this.started && !isDeepStrictEqual(this.started, wanted)) {
      await this.worker.terminate()
      this.launch()
    }
    if (!this.started) this.start(wanted)
    this.worker.ref()
    for (;;) {
      for (const message of this.queue.splice(0)) {
        if (message.kind === 'failed') throw errorOf(message)
        yield message
        if (message.kind === 'end') return
      }
      if (this.failure) throw this.failure
      if (this.queue.length === 0) {
        await new Promise<void>((resolve) => {
          this.wake = resolve
        })
      }
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate()
  }
}

function errorOf({ message, stack, place }: Extract<ParseMessage, { kind: 'failed' }>): Error {
  if (place) {
    const { file, at, hint } = place
    return new TraceError(message, {
      ...(file === undefined ? {} : { file }),
      ...(at === undefined ? {} : { at }),
      ...(hint === undefined ? {} : { hint }),
    })
  }
  const error = new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
