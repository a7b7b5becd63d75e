/** tracealyze list captures|tables|metrics|macros|formats */
import { PARSERS } from '../../parsers/index.ts'
import { openDatabase } from '../database.ts'
import { TraceError } from '../errors.ts'
import { readMacros } from '../macros.ts'
import { readMetrics } from '../metric.ts'
import type { Streams } from '../streams.ts'
import { renderRows } from './sql.ts'

const QUERIES: Record<string, string> = {
  captures: 'SELECT capture, label, run, path, format, events, lost_events FROM captures ORDER BY capture',
  tables: `
    SELECT schema_name || '.' || name AS "table", coalesce(comment, '') AS comment FROM (
      SELECT schema_name, table_name AS name, comment FROM duckdb_tables() WHERE schema_name NOT IN ('store')
      UNION ALL
      SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal)
    ORDER BY schema_name <> 'main', schema_name, name`,
}

export async function listCommand(what: string, options: { readonly db: string }, streams: Streams): Promise<void> {
  if (what === 'formats') {
    streams.out.write(
      renderRows(
        ['format', 'what it is'],
        PARSERS.map((p) => [p.name, p.title]),
        'table',
      ),
    )
    return
  }
  if (what === 'metrics') {
    streams.out.write(
      renderRows(
        ['metric', 'unit', 'what it is'],
        readMetrics().map((m) => [m.name, m.value.unit, m.title]),
        'table',
      ),
    )
    return
  }
  if (what === 'macros') {
    streams.out.write(
      renderRows(
        ['macro', 'stands for', 'what it is'],
        readMacros().map((m) => [m.signature, m.isTable ? 'a table' : 'a value', m.title]),
        'table',
      ),
    )
    return
  }
  const query = QUERIES[what]
  if (!query) {
    throw new TraceError(`there is no list of "${what}"`, { hint: 'lists: captures, tables, metrics, macros, formats' })
  }
  const database = await openDatabase(options.db, { readOnly: true })
  try {
    const result = await database.connection.runAndReadAll(query)
    streams.out.write(renderRows(result.columnNames(), result.getRowsJS() as unknown[][], 'table'))
  } finally {
    database.close()
  }
}
