/** One recording becomes one capture: events, facts, problems, derived tables. The caller owns the transaction. */
import type { DuckDBValue } from '@duckdb/node-api'
import type { Catalogue } from './catalogue.ts'
import type { Database } from './database.ts'
import { deriveCapture } from './derive.ts'
import { TraceError } from './errors.ts'
import { fillFirstThread } from './first-thread.ts'
import type { Ingested, IngestOptions } from './ingest.ts'
import type { OpenInput } from './input.ts'
import { Loader } from './loader.ts'
import type { ParseThread } from './parse-beside.ts'
import { type Parsed, parseBeside, parseHere } from './parse-into.ts'
import type { Parser } from './parser.ts'
import { ProblemLog } from './problem-log.ts'
import { selectionJson } from './selection.ts'
import { quoteName } from './sql-text.ts'
import { Strings } from './strings.ts'
import { VERSION } from './version.ts'

/** Texts that are looked up before they are stored again; more only cost space. */
const MAX_KNOWN_STRINGS = 200_000

/** `thread` parses the recording; this thread does it where there is none. */
export async function loadCapture(
  database: Database,
  catalogue: Catalogue,
  input: OpenInput,
  parser: Parser,
  options: IngestOptions,
  thread?: ParseThread,
): Promise<Ingested> {
  const [next] = await database.rows(
    `SELECT coalesce(max(capture), 0) + 1 AS capture, coalesce(max(run) FILTER (label = $label), 0) + 1 AS run
     FROM captures`,
    { label: options.label },
  )
  const capture = Number(next?.capture)
  const run = options.run ?? Number(next?.run)
  const problems = new ProblemLog(options.strict ?? false)
  const strings = await loadStrings(database)
  const loader = new Loader(database, catalogue, strings, capture)
  const target = {
    loader,
    strings,
    problems,
    onDone: (done: number) => {
      if (options.signal?.aborted) throw new TraceError('stopped; the database is as it was before')
      options.onProgress?.(Math.min(1, done / Math.max(1, input.size)), 'read')
    },
  }
  let parsed: Parsed
  let stored: Awaited<ReturnType<Loader['finish']>>
  try {
    for (const problem of input.problems) problems.add(problem)
    parsed = thread
      ? await parseBeside(thread, options.selection, target)
      : await parseHere(input, parser, options.selection, target)
    stored = await loader.finish()
  } catch (error) {
    loader.abandon()
    throw error
  }
  const { facts, skips } = parsed
  const tables = stored.filter((t) => t.spec.schema !== 'main' && !t.spec.detail)
  if (facts.firstThread) {
    const specs = tables.map(({ spec }) => spec)
    await fillFirstThread(database, capture, facts.firstThread, specs)
  }
  await catalogue.refreshViews()
  const names = tables.map((t) => `${t.spec.schema}.${t.spec.name}`)
  const events = tables.reduce((sum, t) => sum + t.rows, 0)
  const skipped = [...skips.values()].reduce((a, b) => a + b, problems.skipped)
  const losses = await countLosses(database, capture)
  await insertRow(database, 'captures', {
    capture,
    label: options.label,
    run,
    path: input.path,
    sha256: parsed.sha256 ?? input.sha256(),
    bytes: BigInt(input.bytes),
    format: facts.format ?? parser.name,
    recorder: facts.recorder ?? null,
    kernel: facts.kernel ?? null,
    machine: facts.machine ?? null,
    cpus: facts.cpus ?? null,
    clock: facts.clock ?? null,
    clock_unit: facts.clockUnit ?? 'ns',
    resolution: BigInt(facts.resolution ?? 1),
    ...(await timeRange(database, capture, names)),
    records: BigInt(events + skipped),
    events: BigInt(events),
    skipped: BigInt(skipped),
    skip_reasons: JSON.stringify(Object.fromEntries([...skips, ...problems.skippedByKind])),
    lost_events: losses.known,
    unknown_losses: losses.unknown,
    selection: selectionJson(options.selection) ?? null,
    facts: JSON.stringify({ ...input.facts, ...facts.more }),
    tracealyze: VERSION,
  })
  options.onProgress?.(1, 'derive')
  for (const problem of await deriveCapture(database, capture)) problems.add(problem)
  await storeProblems(database, capture, problems)
  return {
    path: input.path,
    capture,
    label: options.label,
    run,
    known: false,
    format: facts.format ?? parser.name,
    events,
    skipped,
    skips: [...skips, ...problems.skippedByKind],
    lostEvents: Number(losses.known),
    unknownLosses: Number(losses.unknown),
    problems: problems.summary,
  }
}

async function loadStrings(database: Database): Promise<Strings> {
  const [top] = await database.rows('SELECT coalesce(max(id), -1) + 1 AS next FROM store.strings')
  const known = await database.rows(`SELECT id, text FROM store.strings LIMIT ${MAX_KNOWN_STRINGS}`)
  return new Strings(
    known.map((row): [number, string] => [Number(row.id), String(row.text)]),
    Number(top?.next),
  )
}

/** Events lost by the recorder: by the marks in the data where there are any, else by its own counters. */
async function countLosses(database: Database, capture: number): Promise<{ known: bigint; unknown: bigint }> {
  const [row] = await database.rows(
    `SELECT greatest(coalesce(sum(count) FILTER (source = 'page'), 0), coalesce(sum(count) FILTER (source <> 'page'), 0))::BIGINT AS known,
       count(*) FILTER (count IS NULL) AS unknown
     FROM lost_events WHERE capture = $capture`,
    { capture },
  )
  return { known: BigInt(String(row?.known)), unknown: BigInt(String(row?.unknown)) }
}

/** Tables that one statement asks: to plan it for all of many takes longer than with their number. */
const TABLES_AT_ONCE = 100

async function timeRange(database: Database, capture: number, tables: readonly string[]) {
  let start: bigint | null = null
  let end: bigint | null = null
  for (let at = 0; at < tables.length; at += TABLES_AT_ONCE) {
    const ranges = tables
      .slice(at, at + TABLES_AT_ONCE)
      .map((table) => `SELECT min(ts) AS a, max(ts) AS b FROM store.${quoteName(table)} WHERE capture = ${capture}`)
    const [row] = await database.rows(`SELECT min(a) AS a, max(b) AS b FROM (${ranges.join(' UNION ALL ')})`)
    const [a, b] = [row?.a, row?.b] as (bigint | null)[]
    if (typeof a === 'bigint' && (start === null || a < start)) start = a
    if (typeof b === 'bigint' && (end === null || b > end)) end = b
  }
  return { start_ts: start, end_ts: end }
}

async function insertRow(database: Database, table: string, values: Record<string, DuckDBValue>): Promise<void> {
  const names = Object.keys(values)
  const columns = names.map(quoteName).join(', ')
  await database.run(`INSERT INTO ${table} (${columns}) VALUES (${names.map((n) => `$${n}`).join(', ')})`, values)
}

async function storeProblems(database: Database, capture: number, problems: ProblemLog): Promise<void> {
  for (const { problem: p, count } of problems.rows) {
    await insertRow(database, 'problems', {
      capture,
      kind: p.kind,
      place: p.at,
      detail: p.detail,
      hint: p.hint ?? null,
      count,
    })
  }
}
