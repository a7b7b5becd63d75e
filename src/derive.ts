/** The derived tables: one SELECT each under queries/derive/, run once per capture. */
import { join } from 'node:path'
import type { Database } from './database.ts'
import { filledTables, matching } from './filled-tables.ts'
import { limitMemory } from './memory-limit.ts'
import { countHeld, heldEvents, ofOneBuffer, severalBuffers, sharedEvents } from './one-buffer.ts'
import type { Problem } from './parser.ts'
import {
  hashQueries,
  inOrder,
  type QueryFile,
  queriesFolder,
  readQueryFiles,
  tagSentences,
  tagWords,
} from './query-file.ts'
import { rawCallProblems } from './raw-calls.ts'
import { quoteName, quoteText } from './sql-text.ts'
import { withSteps } from './steps.ts'
import { type EventQueries, NO_EVENTS, systemCallEvents, systemCallQueries, withEvents } from './system-call-events.ts'

/** The derived tables, each behind those that it needs. */
export const deriveQueries = (): QueryFile[] => withSteps(inOrder(readQueryFiles(join(queriesFolder(), 'derive'))))

/** Makes the empty derived tables and the views among them (`@view`), with their sentences. */
export async function createDerived(database: Database): Promise<void> {
  for (const query of deriveQueries()) {
    const table = `main.${quoteName(query.name)}`
    const sql = withEvents(query.sql, tagWords(query, 'with'))
    const [kind, create] = isView(query)
      ? ['VIEW', `CREATE OR REPLACE VIEW ${table} AS ${sql}`]
      : ['TABLE', `CREATE TABLE ${table} AS (${sql}\n) WITH NO DATA`]
    await named(
      query,
      database.run(
        [
          create,
          `COMMENT ON ${kind} ${table} IS ${quoteText(query.title)}`,
          ...tagSentences(query, 'column').map(
            ([name, sentence]) => `COMMENT ON COLUMN ${table}.${quoteName(name)} IS ${quoteText(sentence)}`,
          ),
        ].join(';\n'),
      ),
    )
  }
  await database.run("INSERT OR REPLACE INTO store.meta VALUES ('queries', $hash)", { hash: queriesVersion() })
}

const isView = (query: QueryFile): boolean => query.tags.has('view')

/** Says which query failed. */
async function named<T>(query: QueryFile, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new Error(`queries/derive/${query.name}.sql: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Joins are made in the order in which the queries name the tables, the right one kept in memory: tables filled in the
 * same transaction look empty to the optimiser, and it would keep the large ones.
 */
export const AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"

/** Recordings with fewer events are derived in less memory than any limit. */
const SMALL = 300_000

/** Fills the derived tables for one capture. Returns what they tell of the recording. */
export async function deriveCapture(database: Database, capture: number): Promise<Problem[]> {
  const [row] = await database.rows('SELECT events, format FROM captures WHERE capture = $capture', { capture })
  const events = Number(row?.events ?? 0)
  const isLog = String(row?.format).startsWith('strace')
  const endLimit = events < SMALL ? async () => {} : await limitMemory(database, events, isLog)
  try {
    await database.run(`SET VARIABLE capture = ${capture}::INTEGER; SET VARIABLE is_lossy = false; ${AS_WRITTEN}`)
    return await fillTables(database, capture)
  } finally {
    await database.run('RESET disabled_optimizers').catch(() => {}) // a transaction that failed takes no statement
    await endLimit().catch(() => {})
  }
}

async function fillTables(database: Database, capture: number): Promise<Problem[]> {
  const queries = deriveQueries().filter((query) => !isView(query))
  const sources = queries.flatMap((query) => tagWords(query, 'from'))
  const filled = await filledTables(database, capture, sources)
  const held = await heldEvents(database, capture)
  const events: EventQueries = {
    ...(await systemCallEvents(database, capture, filled)),
    held_events: held ?? NO_EVENTS.held_events,
  }
  const fill = async (query: QueryFile, shared: readonly string[]): Promise<void> => {
    const from = tagWords(query, 'from')
    if (from.length > 0 && matching(filled, from).length === 0) return
    const sql = ofOneBuffer(withEvents(query.sql, tagWords(query, 'with'), events), shared)
    const [done] = await named(query, database.rows(`INSERT INTO main.${quoteName(query.name)} BY NAME (${sql}\n)`))
    if (Number(done?.Count) === 0) return
    filled.add(query.name)
    // Joins with no loss at all would cost a sort of everything: the queries leave them out.
    if (query.name === 'loss_intervals') await database.run('SET VARIABLE is_lossy = true')
  }
  // The others take each event once, by what this one finds.
  const isFirst = ({ name }: QueryFile): boolean => name === 'buffers'
  if (held !== undefined) for (const query of queries.filter(isFirst)) await fill(query, [])
  const shared = held === undefined ? [] : await sharedEvents(database, capture)
  for (const query of queries.filter((query) => !isFirst(query))) await fill(query, shared)
  return [
    ...(shared.length > 0 ? await severalBuffers(database, capture) : []),
    ...(filled.has('call_numbers') ? await rawCallProblems(database, capture) : []),
  ]
}

/** What the program puts into the queries, for one example each. */
export const madeQueries = (): string[] => [
  countHeld('a.b', 1),
  ofOneBuffer('FROM store."a.b", a.b', ['a.b']),
  ...Object.values(
    systemCallQueries(
      new Map(['sys_enter_a', 'sys_exit_a'].map((name) => [`syscalls.${name}`, ['__syscall_nr', 'fd', 'ret']])),
      1,
    ),
  ),
]

/** Which version of the measurement this is: a hash over all queries. */
export const queriesVersion = (): string => hashQueries(readQueryFiles(queriesFolder()), madeQueries())

/** Whether the derived tables and views were made by other queries than these. */
export async function isStale(database: Database): Promise<boolean> {
  const [row] = await database.rows("SELECT value FROM store.meta WHERE key = 'queries'")
  return row?.value !== queriesVersion()
}

/** Drops and rebuilds the derived tables of all captures. The caller owns the transaction. */
export async function rebuildDerived(database: Database, onCapture?: (capture: number) => void): Promise<void> {
  const old = await database.rows(
    "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND table_name NOT IN ('captures', 'problems')",
  )
  for (const { table_name } of old) await database.run(`DROP TABLE main.${quoteName(String(table_name))}`)
  await createDerived(database)
  for (const row of await database.rows('SELECT capture FROM captures ORDER BY capture')) {
    const capture = Number(row.capture)
    onCapture?.(capture)
    for (const problem of await deriveCapture(database, capture)) await tell(database, capture, problem)
  }
}

/** Adds a problem that the recording does not have yet: older versions told fewer. */
async function tell(database: Database, capture: number, { kind, at, detail, hint }: Problem): Promise<void> {
  await database.run(
    `INSERT INTO problems (capture, kind, place, detail, hint, count) SELECT $capture, $kind, $at, $detail, $hint, 1
     WHERE NOT EXISTS (FROM problems WHERE capture = $capture AND kind = $kind AND place = $at)`,
    { capture, kind, at, detail, hint: hint ?? null },
  )
}
