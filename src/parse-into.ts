/** Parses a recording into a loader: in this thread, or in one beside it. */
import { BATCH_ROWS, elementColumns } from './batch.ts'
import type { OpenInput } from './input.ts'
import type { Loader } from './loader.ts'
import type { ParseThread } from './parse-beside.ts'
import type { CaptureFacts, Parser, Problem } from './parser.ts'
import type { ProblemLog } from './problem-log.ts'
import type { ColumnSpec } from './schema.ts'
import type { Selection } from './selection.ts'
import type { Strings } from './strings.ts'
import type { Batch } from './table-appender.ts'

/** Where everything goes. */
export interface ParseTarget {
  readonly loader: Loader
  readonly strings: Strings
  readonly problems: ProblemLog
  /** Told the bytes done now and then; throws to stop. */
  onDone(done: number): void
}

/** What is known at the end. */
export interface Parsed {
  readonly facts: Partial<CaptureFacts>
  /** Records that are no row of their own, by reason. */
  readonly skips: ReadonlyMap<string, number>
  /** Of the bytes as given, where they were hashed on the way. */
  readonly sha256?: string | undefined
}

export async function parseHere(
  input: OpenInput,
  parser: Parser,
  selection: Selection | undefined,
  { loader, strings, problems, onDone }: ParseTarget,
): Promise<Parsed> {
  const skips = new Map<string, number>()
  let facts: Partial<CaptureFacts> = {}
  const sink = {
    known: loader.known,
    strings,
    table: loader.table.bind(loader),
    problem: (p: Problem) => problems.add(p),
    facts: (f: Partial<CaptureFacts>) => {
      facts = { ...facts, ...f }
    },
    skip: (reason: string, count = 1) => {
      skips.set(reason, (skips.get(reason) ?? 0) + count)
    },
  }
  for (const done of parser.parse(input, sink, selection)) {
    await loader.settle()
    await breathe()
    onDone(done)
  }
  return { facts, skips }
}

/** Stores what a thread parses. Its texts have the ids that `strings` would have given them. */
export async function parseBeside(
  thread: ParseThread,
  selection: Selection | undefined,
  { loader, strings, problems, onDone }: ParseTarget,
): Promise<Parsed> {
  const tables: { columns: readonly ColumnSpec[]; store: (batch: Batch) => void }[] = []
  for await (const message of thread.begin({
    texts: strings.known,
    nextId: strings.firstNew,
    known: loader.known,
    selection,
  })) {
    if (message.kind === 'end') return message
    if (message.kind === 'table') {
      const { spec } = message
      tables.push({ columns: spec.columns.flatMap(elementColumns), store: loader.batches(spec) })
    } else if (message.kind === 'problem') problems.add(message.problem)
    else if (message.kind === 'done') onDone(message.done)
    else if (message.kind === 'texts') {
      strings.add(message.texts)
      if (strings.fresh.length >= BATCH_ROWS) await loader.settle()
    } else {
      const { rows, place, columns = [] } = message
      const { columns: specs, store } = tables[message.table] as (typeof tables)[number]
      // The tables are made together, when the first of them is full.
      if (!loader.isSettled) await loader.settle()
      store({ rows, columns: place ? thread.ring.columns(specs, place, rows) : columns })
      if (place) thread.ring.release(place)
    }
  }
  throw new Error('the parser thread ended early')
}

/** Lets timers and signals (Ctrl-C) be handled between two batches. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
