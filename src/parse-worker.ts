/** The thread that parses: it knows the recording's file and nothing of the database. */
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { PARSERS } from '../parsers/index.ts'
import { RowWriter } from './batch.ts'
import { type RingMemory, RingWriter } from './batch-ring.ts'
import { TraceError } from './errors.ts'
import { openFile } from './file-input.ts'
import type { ParseMessage, ParseStart } from './parse-beside.ts'
import type { CaptureFacts, Parser, Problem } from './parser.ts'
import type { TableSpec } from './schema.ts'
import { Strings } from './strings.ts'

const post = (message: ParseMessage): void => parentPort?.postMessage(message)

parentPort?.once('message', (start: ParseStart) => {
  parse(start)
    .catch((error: unknown) => {
      const { message, stack } = error as Error
      const place = error instanceof TraceError ? { file: error.file, at: error.at, hint: error.hint } : undefined
      post({ kind: 'failed', message, stack, place })
    })
    .finally(() => parentPort?.close())
})

async function parse({ location, path, given, parser, texts, nextId, known, selection }: ParseStart): Promise<void> {
  const input = openFile(location, path)
  const hash = given === undefined ? undefined : hashBeside(given)
  const memory = new RingWriter(workerData as RingMemory)
  const strings = new Strings(texts, nextId)
  const skips = new Map<string, number>()
  let facts: Partial<CaptureFacts> = {}
  const sendTexts = () => {
    const { texts: fresh } = strings.takeFresh()
    if (fresh.length > 0) post({ kind: 'texts', texts: fresh })
  }
  const writers = new Map<TableSpec, RowWriter>()
  const send = (table: number, { row: rows, columns }: RowWriter) => {
    const place = memory.put(columns, rows)
    // Without a place the columns are copied by the message.
    post({
      kind: 'rows',
      table,
      rows,
      ...(place ? { place } : { columns: columns.map(({ values, nulls }) => ({ values, nulls })) }),
    })
  }
  const sink = {
    known,
    strings,
    table(spec: TableSpec): RowWriter {
      const open = writers.get(spec)
      if (open) return open
      const table = writers.size
      const writer = new RowWriter(spec, (w) => send(table, w))
      writers.set(spec, writer)
      post({ kind: 'table', spec })
      return writer
    },
    problem: (problem: Problem) => post({ kind: 'problem', problem }),
    facts: (more: Partial<CaptureFacts>) => {
      facts = { ...facts, ...more }
    },
    skip: (reason: string, count = 1) => {
      skips.set(reason, (skips.get(reason) ?? 0) + count)
    },
  }
  const chosen = PARSERS.find((p) => p.name === parser) as Parser
  await chosen.prepare?.()
  for (const done of chosen.parse(input, sink, selection)) {
    sendTexts()
    post({ kind: 'done', done })
  }
  for (const writer of writers.values()) writer.flush()
  sendTexts()
  post({ kind: 'end', facts, skips, sha256: await hash })
  input.close()
}

/** The SHA-256 of a file, from a thread that reads it too: it goes ahead of the parser, which finds the file in the cache. */
function hashBeside(path: string): Promise<string> {
  const hash = new Promise<string>((resolve, reject) => {
    const worker = new Worker(new URL('./hash-worker.js', import.meta.url), { workerData: path })
    worker.once('message', resolve).once('error', reject)
  })
  hash.catch(() => {}) // told at the end, where it is asked for
  return hash
}
