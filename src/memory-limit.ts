/** How much DuckDB may keep in memory while a recording is stored and derived; what does not fit waits on the disk. */
import { type Database, openDatabase } from './database.ts'
import { quoteText } from './sql-text.ts'

/** Storing needs no more: it is the row groups that are not full yet. Sorting in the derived tables spills beyond it. */
const LEAST = 150 * 2 ** 20

/**
 * What cannot spill grows with the recording, slowly: 50 million events were derived in less than the least. The file
 * descriptors of logs of strace are told apart in one window, which waits in memory: 5.7 million calls need 95 MB.
 */
const PER_EVENT = 4
const PER_LOGGED_CALL = 16

/** Of databases that once had too little: how many times the limit they get. Infinity: what DuckDB takes by itself. */
const factors = new WeakMap<Database['connection'], number>()

const MORE = 4

/** What was set back, and what DuckDB made of it: it prints a rounded number, and would give a bit less each time. */
const restored = new WeakMap<Database['connection'], { set: string; shown: string }>()

/** The limits that were set and not yet ended: what was there before (else what DuckDB takes by itself), and bytes now. */
const limited = new WeakMap<Database['connection'], { usual?: string; bytes: number }>()

/**
 * Opens a database for a program that only stores recordings in it: the limit is there from the beginning and is not set
 * back at the end, which costs as much as storing 200,000 events.
 */
export async function openForIngest(path: string): Promise<Database> {
  if (path === ':memory:') return openDatabase(path)
  const database = await openDatabase(path, { settings: { memory_limit: `${LEAST}B` } })
  limited.set(database.connection, { bytes: LEAST })
  return database
}

/**
 * Lowers the limit for a database in a file. Returns what sets it to what it was; further calls of that do nothing.
 * Within such a limit it is raised where that is too low, and ends with the outer one: setting it makes DuckDB give back
 * all the memory that it does not use, which takes longer than deriving a small recording.
 */
export async function limitMemory(database: Database, events = 0, isLog = false): Promise<() => Promise<void>> {
  const { connection } = database
  const bytes = Math.max(LEAST, (isLog ? PER_LOGGED_CALL : PER_EVENT) * events) * (factors.get(connection) ?? 1)
  if (database.path === ':memory:' || bytes === Number.POSITIVE_INFINITY) return async () => {}
  const outer = limited.get(connection)
  if (outer) {
    if (outer.bytes < bytes) await database.run(`SET memory_limit = '${bytes}B'`)
    outer.bytes = Math.max(outer.bytes, bytes)
    return async () => {}
  }
  const shown = await currentLimit(database)
  const last = restored.get(connection)
  limited.set(connection, { usual: last?.shown === shown ? last.set : shown, bytes })
  await database.run(`SET memory_limit = '${bytes}B'`)
  return () => endLimit(database)
}

async function endLimit(database: Database): Promise<void> {
  const { connection } = database
  const limit = limited.get(connection)
  if (!limit) return
  const { usual } = limit
  if (usual === undefined) await database.run('RESET memory_limit') // the setting alone: DuckDB keeps to the limit
  await database.run(`SET memory_limit = ${quoteText(usual ?? (await currentLimit(database)))}`)
  limited.delete(connection)
  if (usual !== undefined) restored.set(connection, { set: usual, shown: await currentLimit(database) })
}

async function currentLimit(database: Database): Promise<string> {
  const [row] = await database.rows("SELECT current_setting('memory_limit') AS limit_now")
  return String(row?.limit_now)
}

/** Does the work, a whole transaction, once more with a higher limit where it was too low for it, at last without one. */
export async function withEnoughMemory<T>(database: Database, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!raiseLimit(database, error)) throw error
      await endLimit(database)
    }
  }
}

/** What DuckDB says then; appending leaves out the kind of the error. */
const TOO_LITTLE = /Out of Memory Error|^Failed to append: could not allocate block/

/**
 * Whether the error says that the limit was too low: then it is raised for good, and the same again may succeed. False
 * where there was none any more.
 */
export function raiseLimit({ connection }: Database, error: unknown): boolean {
  const factor = factors.get(connection) ?? 1
  if (!TOO_LITTLE.test(String((error as Error)?.message)) || factor === Number.POSITIVE_INFINITY) return false
  factors.set(connection, factor === 1 ? MORE : Number.POSITIVE_INFINITY)
  return true
}
