/** A new database: schemas, reference tables, and every declared table, empty. */
import { join } from 'node:path'
import { Catalogue } from './catalogue.ts'
import { checkVersion, type Database, SCHEMA_VERSION } from './database.ts'
import { STORED_TABLES } from './declared-tables.ts'
import { createDerived, isStale, rebuildDerived } from './derive.ts'
import { withEnoughMemory } from './memory-limit.ts'
import { setOlderCallsAside } from './older-strace.ts'
import { queriesFolder } from './query-file.ts'
import type { TableSpec } from './schema.ts'
import { quoteName, quoteText } from './sql-text.ts'
import { storageType } from './stored-tables.ts'
import { captures, problems } from './tables.ts'
import { copyTemplate } from './template.ts'

/**
 * Makes an empty database ready for captures, and rebuilds derived tables that other queries made. Refuses a database
 * that is not one of tracealyze.
 */
export async function prepareDatabase(database: Database, onRebuild?: (capture: number) => void): Promise<Catalogue> {
  const version = await checkVersion(database)
  if (version > 0) {
    if (await isStale(database)) {
      await withEnoughMemory(database, () =>
        transaction(database, async () => {
          await addTables(database)
          await rebuildDerived(database, onRebuild)
          await createMetricViews(database)
        }),
      )
    }
    return Catalogue.load(database)
  }
  if (await copyTemplate(database)) return Catalogue.load(database)
  return transaction(database, () => createAll(database))
}

/** Brings the tables of a database that an older version wrote up to date. */
async function addTables(database: Database): Promise<void> {
  const fillCalls = await setOlderCallsAside(database)
  const catalogue = await Catalogue.load(database)
  await catalogue.ensure(STORED_TABLES)
  await fillCalls()
  await catalogue.refreshViews()
  const [old] = await database.rows(
    "SELECT 1 FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = 'problems' AND column_name = 'at'",
  )
  if (old) await database.run('ALTER TABLE problems RENAME COLUMN "at" TO place')
}

async function createAll(database: Database): Promise<Catalogue> {
  await database.run(`
    -- How tracealyze keeps the events: tables of numbers. Read the views outside instead.
    CREATE SCHEMA store;
    CREATE TABLE store.meta (key VARCHAR PRIMARY KEY, value VARCHAR);
    INSERT INTO store.meta VALUES ('schema', '${SCHEMA_VERSION}');
    CREATE TABLE store.tables (schema_name VARCHAR, table_name VARCHAR, detail BOOLEAN, comment VARCHAR);
    CREATE TABLE store.columns (schema_name VARCHAR, table_name VARCHAR, column_name VARCHAR, type VARCHAR, length INTEGER, comment VARCHAR);
    CREATE TABLE store.strings (id INTEGER, text VARCHAR);
    ${plainTable(captures, 'capture INTEGER PRIMARY KEY')};
    ${plainTable(problems, 'capture INTEGER')};
    ${referenceTables()}`)
  const catalogue = await Catalogue.load(database)
  await catalogue.ensure(STORED_TABLES)
  await catalogue.refreshViews()
  await createDerived(database)
  await createMetricViews(database)
  return catalogue
}

/** Loads what checks the metrics only here: a database that is made from the template needs none of it. */
async function createMetricViews(database: Database): Promise<void> {
  const { createViews } = await import('./metric.ts')
  await createViews(database)
}

function plainTable(spec: TableSpec, first: string): string {
  const table = `${spec.schema}.${quoteName(spec.name)}`
  return [
    `CREATE TABLE ${table} (${[first, ...spec.columns.map((c) => `${quoteName(c.name)} ${storageType(c.type)}`)].join(', ')})`,
    `COMMENT ON TABLE ${table} IS ${quoteText(spec.comment ?? '')}`,
    `COMMENT ON COLUMN ${table}.capture IS 'Number of the recording in this database; the key of every table.'`,
    ...spec.columns.map((c) => `COMMENT ON COLUMN ${table}.${quoteName(c.name)} IS ${quoteText(c.comment ?? '')}`),
  ].join(';\n')
}

/** The columns of the reference tables; told, since finding them out takes longer than reading the files. */
const REFERENCE = {
  ioctls: {
    columns:
      "'request': 'BIGINT', 'hex': 'BIGINT', 'name': 'VARCHAR', 'direction': 'VARCHAR', 'size': 'INTEGER', 'type': 'VARCHAR', 'number': 'INTEGER', 'driver': 'VARCHAR', 'bits': 'SMALLINT', 'variable': 'BOOLEAN', 'header': 'VARCHAR'",
    comment: "ioctl requests of the kernel's UAPI headers; several rows where drivers or word sizes differ.",
  },
  syscalls: {
    columns: "'arch': 'VARCHAR', 'number': 'INTEGER', 'name': 'VARCHAR'",
    comment: 'Numbers of system calls by architecture.',
  },
  errnos: {
    columns: "'number': 'INTEGER', 'name': 'VARCHAR', 'description': 'VARCHAR'",
    comment: 'Names of error numbers.',
  },
}

/** What numbers mean, generated from the kernel's UAPI headers (queries/reference/README.md). */
const referenceTables = (): string =>
  [
    'CREATE SCHEMA reference',
    ...Object.entries(REFERENCE).flatMap(([name, { columns, comment }]) => [
      `CREATE TABLE reference.${name} AS FROM read_csv(${quoteText(join(queriesFolder(), 'reference', `${name}.csv`))}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns}})`,
      `COMMENT ON TABLE reference.${name} IS ${quoteText(comment)}`,
    ]),
  ].join(';\n')

/** Runs `work` in one transaction: all of it or nothing. */
export async function transaction<T>(database: Database, work: () => Promise<T>): Promise<T> {
  await database.run('BEGIN TRANSACTION')
  try {
    const result = await work()
    await database.run('COMMIT')
    return result
  } catch (error) {
    await database.run('ROLLBACK').catch(() => {}) // a failed COMMIT has rolled back already
    throw error
  }
}
