/** The DuckDB file: opening it, its version, and what can go wrong with it. */
import { existsSync, statSync } from 'node:fs'
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { TraceError } from './errors.ts'
import { placeTemplate } from './template.ts'

/** The layout of the database that this version writes. A file with a higher number is refused. */
export const SCHEMA_VERSION = 1

export type Row = Record<string, DuckDBValue>

/** An open database. One thread owns it: opening the file twice in one process corrupts it (INGEST.md). */
export interface Database {
  readonly path: string
  readonly connection: DuckDBConnection
  /** Runs SQL whose result is not wanted. */
  run(sql: string, values?: Record<string, DuckDBValue>): Promise<void>
  /** All rows of a SELECT; BIGINT as bigint. */
  rows(sql: string, values?: Record<string, DuckDBValue>): Promise<Row[]>
  close(): void
}

export interface OpenOptions {
  readOnly?: boolean
  /** Refuse a file that does not exist, though it may be written. */
  mustExist?: boolean
  /** DuckDB settings, e.g. memory_limit. */
  settings?: Record<string, string>
}

/** Opens (and if it may be written, creates) a database file; `:memory:` is one without a file. */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<Database> {
  const inMemory = path === ':memory:'
  if ((options.readOnly || options.mustExist) && !inMemory && !existsSync(path)) {
    throw new TraceError('no such database', {
      file: path,
      hint: 'ingest a recording first: tracealyze ingest trace.dat --label before',
    })
  }
  if (!inMemory && existsSync(path) && statSync(path).isDirectory()) {
    throw new TraceError('is a directory, a database file was expected', {
      file: path,
      hint: 'name a file: --db trace.duckdb',
    })
  }
  if (!options.readOnly && !inMemory && !existsSync(path)) placeTemplate(path)
  const { DuckDBInstance } = await import('@duckdb/node-api')
  try {
    const instance = await DuckDBInstance.create(path, {
      ...(options.readOnly && !inMemory ? { access_mode: 'READ_ONLY' } : {}),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // Each row group is written when it is full, not five at once: less memory, which is what costs most to get.
      write_buffer_row_group_count: '1',
      // DuckDB 1.2 (February 2025) and later read the file. What older ones read is 2 MB larger, and slower to open.
      storage_compatibility_version: 'v1.2.0',
      ...options.settings,
    })
    const connection = await instance.connect()
    const database: Database = {
      path,
      connection,
      run: async (sql, values) => {
        await connection.run(sql, values)
      },
      rows: async (sql, values) => (await connection.runAndReadAll(sql, values)).getRowObjects() as Row[],
      close: () => {
        connection.closeSync()
        instance.closeSync()
      },
    }
    // Tables filled in the same transaction look small to the optimiser: nested loops for ASOF JOIN would take for ever.
    await connection.run('SET asof_loop_join_threshold = 0')
    return database
  } catch (error) {
    throw databaseError(error, path)
  }
}

/** DuckDB's message in words that help; a TraceError passes unchanged. */
export function databaseError(error: unknown, path: string): TraceError {
  if (error instanceof TraceError) return error
  const message = (error as Error).message ?? String(error)
  const locked = /Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(message)
  const place = { file: path }
  if (locked) {
    return new TraceError(`the database is in use by ${locked[1]} (process ${locked[2]})`, {
      ...place,
      hint: 'end that program, or write into another file with --db',
    })
  }
  if (/newer version of DuckDB|storage version|read a database file with version number/i.test(message)) {
    return new TraceError(`the database file is of another DuckDB version: ${firstLine(message)}`, {
      ...place,
      hint: 'use the tracealyze that wrote it, or ingest the recordings again into a new file with --db',
    })
  }
  if (/not a valid DuckDB database file|checksum|Corrupt database/i.test(message)) {
    return new TraceError(`not a DuckDB database, or a damaged one: ${firstLine(message)}`, {
      ...place,
      hint: 'name another file with --db',
    })
  }
  if (/No space left|disk full|ENOSPC|max_temp_directory_size/i.test(message)) {
    return new TraceError('the disk is full; the database is as it was before', {
      ...place,
      hint: 'free some space, or write to another disk with --db',
    })
  }
  if (/Permission denied|Cannot open file|Read-only file system/i.test(message)) {
    return new TraceError(`the database file cannot be opened: ${firstLine(message)}`, {
      ...place,
      hint: 'check who may write there, or choose another file with --db',
    })
  }
  return new TraceError(message, place)
}

const firstLine = (text: string): string => text.split('\n', 1)[0] as string

/** The version of the layout in the file; 0 for an empty database, undefined for somebody else's. */
export async function schemaVersion(database: Database): Promise<number | undefined> {
  try {
    const [row] = await database.rows("SELECT value FROM store.meta WHERE key = 'schema'")
    return Number(row?.value ?? Number.NaN)
  } catch (error) {
    if (!/^Catalog Error/.test((error as Error).message)) throw error
    const [row] = await database.rows('SELECT count(*) AS n FROM duckdb_tables() WHERE NOT internal')
    return row?.n === 0n ? 0 : undefined
  }
}

/** Refuses a database of a newer tracealyze or of another program. */
export async function checkVersion(database: Database): Promise<number> {
  const version = await schemaVersion(database)
  if (version === undefined || Number.isNaN(version)) {
    throw new TraceError('is a DuckDB database, but not one of tracealyze', {
      file: database.path,
      hint: 'choose another file with --db',
    })
  }
  if (version > SCHEMA_VERSION) {
    throw new TraceError(`was written by a newer tracealyze (layout ${version}, this one knows ${SCHEMA_VERSION})`, {
      file: database.path,
      hint: 'update tracealyze, or ingest the recordings into a new file with --db',
    })
  }
  return version
}

/** An error in a statement of the user: DuckDB's own words, with the position that it points at. */
export function sqlError(error: unknown): TraceError {
  const message = ((error as Error).message ?? String(error)).replace(/^Failed to extract statements: /, '')
  if (/^INTERRUPT Error/.test(message)) return new TraceError('stopped')
  const hint = /read-only/i.test(message)
    ? 'the database is opened for reading only; --write allows changes'
    : /Catalog Error|does not exist/i.test(message) && !/Did you mean/.test(message)
      ? 'tracealyze list tables shows what there is'
      : undefined
  return new TraceError(message, hint === undefined ? {} : { hint })
}
