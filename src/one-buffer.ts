/**
 * Events that several ring buffers of one recording hold (trace-cmd record -B): what is derived takes them once, as the
 * derived table `buffers` has it (queries/derive/buffers.sql).
 */
import type { Database } from './database.ts'
import type { Problem } from './parser.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** The query of how many events each buffer holds, by event, thread and CPU; undefined where no table has buffers. */
export async function heldEvents(database: Database, capture: number): Promise<string | undefined> {
  const held = await database.rows(
    "SELECT schema_name || '.' || table_name AS name FROM store.columns WHERE column_name = 'instance' AND type = 'TEXT' AND schema_name <> 'main'",
  )
  return held.length === 0 ? undefined : held.map(({ name }) => countHeld(String(name), capture)).join(' UNION ALL ')
}

export const countHeld = (table: string, capture: number): string =>
  `SELECT ${quoteText(table)} AS event, instance AS id, tid, cpu, count(*) AS events FROM store.${quoteName(table)} WHERE capture = ${capture} GROUP BY ALL`

/** The tables (schema.name) of the events that are there several times. */
export async function sharedEvents(database: Database, capture: number): Promise<string[]> {
  const rows = await database.rows(
    'SELECT DISTINCT event FROM buffers WHERE capture = $capture AND is_shared ORDER BY event',
    { capture },
  )
  return rows.map((row) => String(row.event))
}

/** The query with each event of these tables once, wherever it takes such events, stored or from their view. */
export function ofOneBuffer(sql: string, tables: readonly string[]): string {
  const ofTable = (text: string, table: string): string => {
    const stored = `store.${quoteName(table)}`
    const once = text.replaceAll(stored, () => counted(stored, table, 'id', -1))
    if (!/^\w+\.\w+$/.test(table)) return once // the queries name no other views
    return once.replace(new RegExp(`(?<=\\b(?:FROM|JOIN) )${table}\\b`, 'g'), () =>
      counted(table, table, 'instance', "''"),
    )
  }
  return tables.reduce(ofTable, sql)
}

/** The rows that count. `top` stands for the buffer without a name. */
function counted(source: string, table: string, key: 'id' | 'instance', top: string | number): string {
  return `(SELECT t.* FROM ${source} AS t ANTI JOIN (
    SELECT tid, cpu, coalesce(${key}, ${top}) AS buffer FROM buffers
    WHERE capture = getvariable('capture') AND event = ${quoteText(table)} AND NOT is_counted) AS b
    ON b.tid = t.tid AND b.cpu = t.cpu AND b.buffer = coalesce(t.instance, ${top}) WHERE t.capture = getvariable('capture'))`
}

/** The problem that says so; none where no event is there several times. */
export async function severalBuffers(database: Database, capture: number): Promise<Problem[]> {
  const [first, ...others] = await sharedEvents(database, capture)
  if (first === undefined) return []
  const buffers = await database.rows(
    'SELECT instance, min(rank) AS rank FROM buffers WHERE capture = $capture AND is_shared GROUP BY instance ORDER BY rank',
    { capture },
  )
  const names = buffers.map(({ instance }) => (instance === null ? 'the top buffer' : `instance ${instance}`))
  const more = others.length === 0 ? '' : ` and ${others.length} other event${others.length > 1 ? 's' : ''}`
  const detail = `${first}${more}: in several buffers, derived once: from ${names[0]} first`
  const hint = 'the column instance of the event tables tells them apart'
  return [{ kind: 'several-buffers', at: names.join(', '), detail, hint }]
}
