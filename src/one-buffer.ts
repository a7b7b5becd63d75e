/** Events that several ring buffers of one recording hold (trace-cmd record -B): what is derived takes them of one. */
import type { Database } from './database.ts'
import type { Problem } from './parser.ts'
import { quoteName, quoteText } from './sql-text.ts'

/** An event that several buffers hold. */
export interface BufferChoice {
  /** The stored table: schema.name. */
  readonly table: string
  /** The buffers, the one that counts first. The top buffer has neither name nor id (`instance` of the stored table). */
  readonly buffers: readonly { readonly name: string | null; readonly id: number | null }[]
}

/**
 * The events of the capture that several buffers hold, of these tables. One buffer counts for all events that it holds: the
 * one with most of their rows, of equals the top buffer.
 */
export async function chooseBuffers(
  database: Database,
  capture: number,
  tables: Iterable<string>,
): Promise<BufferChoice[]> {
  const held = await database.rows(
    "SELECT schema_name || '.' || table_name AS name FROM store.columns WHERE column_name = 'instance'",
  )
  const wanted = new Set(tables)
  const names = held.map((row) => String(row.name)).filter((name) => wanted.has(name))
  if (names.length === 0) return []
  const counts = names.map(
    (name) =>
      `SELECT ${quoteText(name)} AS name, instance, count(*) AS n FROM store.${quoteName(name)} WHERE capture = ${capture} GROUP BY instance`,
  )
  const rows = await database.rows(`
    SELECT c.name, c.instance AS id, s.text
    FROM (
      SELECT *, sum(n) OVER (PARTITION BY instance) AS total
      FROM (SELECT * FROM (${counts.join(' UNION ALL ')}) QUALIFY count(*) OVER (PARTITION BY name) > 1)) AS c
    LEFT JOIN store.strings AS s ON s.id = c.instance
    ORDER BY c.name, total DESC, s.text NULLS FIRST`)
  const choices = new Map<string, { name: string | null; id: number | null }[]>()
  for (const { name, id, text } of rows) {
    const buffers = choices.get(String(name)) ?? []
    choices.set(String(name), buffers)
    buffers.push({ name: text === null ? null : String(text), id: id === null ? null : Number(id) })
  }
  return [...choices].map(([table, buffers]) => ({ table, buffers }))
}

/** The query with the rows of the chosen buffer wherever it takes such an event, stored or from its view. */
export function ofOneBuffer(sql: string, choices: readonly BufferChoice[]): string {
  return choices.reduce((text, { table, buffers: [chosen] }) => {
    const stored = `store.${quoteName(table)}`
    const view = new RegExp(`(?<=\\b(?:FROM|JOIN) )${table.replace('.', '\\.')}\\b`, 'g')
    const name = chosen?.name === null ? 'NULL' : quoteText(String(chosen?.name))
    return text
      .replaceAll(stored, `(FROM ${stored} WHERE instance IS NOT DISTINCT FROM ${chosen?.id ?? 'NULL'})`)
      .replaceAll(view, `(FROM ${table} WHERE instance IS NOT DISTINCT FROM ${name})`)
  }, sql)
}

/** The problem that says so; undefined where every event is of one buffer. */
export function severalBuffers(choices: readonly BufferChoice[]): Problem | undefined {
  const [first] = choices
  if (!first) return undefined
  const title = (name: string | null | undefined) => (name == null ? 'the top buffer' : `instance ${name}`)
  const others = choices.length - 1
  const events = `${first.table}${others > 0 ? ` and ${others} other event${others > 1 ? 's' : ''}` : ''}`
  return {
    kind: 'several-buffers',
    at: first.buffers.map(({ name }) => title(name)).join(', '),
    detail: `${events}: in several buffers, derived from one: ${first.table} from ${title(first.buffers[0]?.name)}`,
    hint: 'the column instance of the event tables tells them apart',
  }
}
