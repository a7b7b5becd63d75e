/**
 * Events that several ring buffers of one recording hold (trace-cmd record -B): what is derived takes them once. An event
 * is there several times where more than one buffer holds its kind of one thread on one CPU; buffers may as well share the
 * threads or CPUs among them.
 */
import type { Database } from './database.ts'
import type { Problem } from './parser.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** The top buffer has neither name nor id (`instance` of the stored tables). */
interface RingBuffer {
  readonly name: string | null
  readonly id: number | null
}

export interface BufferChoice {
  /** The stored tables (schema.name) that hold events several times. */
  readonly tables: readonly string[]
  /** The buffers: an event counts as the first of these has it, that with most of these events; of equals the top buffer. */
  readonly buffers: readonly RingBuffer[]
  /** Those of which no event counts: what they lost does not matter. */
  readonly unused: readonly RingBuffer[]
}

/** Undefined where no event is there several times. */
export async function chooseBuffers(database: Database, capture: number): Promise<BufferChoice | undefined> {
  const held = await database.rows(
    "SELECT schema_name || '.' || table_name AS name FROM store.columns WHERE column_name = 'instance' AND type = 'TEXT' AND schema_name <> 'main'",
  )
  if (held.length === 0) return undefined
  const events = held.map(
    ({ name }) =>
      `SELECT ${quoteText(String(name))} AS name, instance, tid, cpu, count(*) AS n FROM store.${quoteName(String(name))} WHERE capture = ${capture} GROUP BY ALL`,
  )
  const shared = await database.rows(`
    CREATE OR REPLACE TEMP TABLE held AS
      SELECT *, count(*) OVER (PARTITION BY name, tid, cpu) AS times FROM (${events.join(' UNION ALL ')});
    SELECT name FROM held GROUP BY name HAVING max(times) > 1 ORDER BY name`)
  const tables = shared.map((row) => String(row.name))
  const ranked =
    tables.length === 0
      ? []
      : await database.rows(`
        WITH
          totals AS (SELECT instance, coalesce(sum(n) FILTER (times > 1), 0) AS total FROM held GROUP BY instance),
          ranks AS (
            SELECT instance, s.text, row_number() OVER (ORDER BY total DESC, s.text NULLS FIRST) AS rank, total > 0 AS is_shared
            FROM totals LEFT JOIN store.strings AS s ON s.id = instance),
          used AS (
            SELECT DISTINCT rank FROM (
              SELECT min(rank) AS rank FROM held AS h JOIN ranks AS r ON r.instance IS NOT DISTINCT FROM h.instance
              GROUP BY h.name, h.tid, h.cpu))
        SELECT instance AS id, text AS name, rank IN (FROM used) AS is_used FROM ranks WHERE is_shared ORDER BY rank`)
  await database.run('DROP TABLE temp.held')
  if (tables.length === 0) return undefined
  const buffers = ranked.map(({ id, name, is_used }) => ({
    id: id === null ? null : Number(id),
    name: name === null ? null : String(name),
    isUsed: is_used === true,
  }))
  return { tables, buffers, unused: buffers.filter(({ isUsed }) => !isUsed) }
}

/** The query with each event once, wherever it takes such events, stored or from their view; and without unused losses. */
export function ofOneBuffer(sql: string, choice: BufferChoice | undefined): string {
  if (!choice) return sql
  const { tables, buffers, unused } = choice
  const ids = buffers.map(({ id }) => id ?? -1)
  const nameOf = ({ name }: RingBuffer): string => quoteText(name ?? '')
  const names = buffers.map(nameOf)
  const ofTable = (text: string, table: string): string => {
    const stored = `store.${quoteName(table)}`
    const once = text.replaceAll(stored, () => onceOnly(stored, -1, ids))
    if (!/^\w+\.\w+$/.test(table)) return once // the queries name no other views
    return once.replace(new RegExp(`(?<=\\b(?:FROM|JOIN) )${table}\\b`, 'g'), () => onceOnly(table, "''", names))
  }
  const losses = `(FROM lost_events WHERE coalesce(instance, '') NOT IN (${unused.map(nameOf).join(', ')}))`
  const text = unused.length === 0 ? sql : sql.replace(/(?<=\bFROM )lost_events\b/g, () => losses)
  return tables.reduce(ofTable, text)
}

/** Of the rows of each thread on each CPU those of the first buffer that has any. `top` stands for that without a name. */
function onceOnly(table: string, top: string | number, buffers: readonly (string | number)[]): string {
  const rank = `list_position([${buffers.join(', ')}], coalesce(instance, ${top}))`
  const mine = `capture = getvariable('capture')`
  return `(SELECT t.* FROM ${table} AS t JOIN (
    SELECT tid AS of_tid, cpu AS of_cpu, min(${rank}) AS of_rank FROM ${table} WHERE ${mine} GROUP BY tid, cpu)
    ON of_tid = t.tid AND of_cpu = t.cpu AND of_rank IS NOT DISTINCT FROM ${rank} WHERE ${mine})`
}

/** The problem that says so. */
export function severalBuffers({ tables, buffers }: BufferChoice): Problem {
  const [first] = tables
  const others = tables.length - 1
  const names = buffers.map(({ name }) => (name === null ? 'the top buffer' : `instance ${name}`))
  return {
    kind: 'several-buffers',
    at: names.join(', '),
    detail: `${first}${others > 0 ? ` and ${others} other event${others > 1 ? 's' : ''}` : ''}: in several buffers, derived once: from ${names[0]} first`,
    hint: 'the column instance of the event tables tells them apart',
  }
}
