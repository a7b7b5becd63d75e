/** All sys_enter_* and sys_exit_* events of a capture in one shape each, and their names, for queries that ask (`@with`). */
import type { Database } from './database.ts'
import { matching } from './filled-tables.ts'
import { quoteName, quoteText } from './sql-text.ts'

const SIDES = { sys_enter: 'fd', sys_exit: 'ret' } as const

type Side = keyof typeof SIDES

const NUMBER = '__syscall_nr'
const MOST_ARGUMENTS = 6

/** The common table expressions, by name. Only tables that are filled: a recording has hundreds of others. */
export type EventQueries = Readonly<Record<Side | 'named_entries' | 'recorded_calls' | 'held_events', string>>

/** The columns of each table, by its name (schema.name), in their order. */
type Columns = ReadonlyMap<string, readonly string[]>

export async function systemCallEvents(
  database: Database,
  capture: number,
  filled: Iterable<string>,
): Promise<Omit<EventQueries, 'held_events'>> {
  const names = matching(filled, ['syscalls.sys_enter_*', 'syscalls.sys_exit_*'])
  const rows =
    names.length === 0
      ? []
      : await database.rows(
          "SELECT 'syscalls.' || table_name AS name, column_name FROM store.columns WHERE schema_name = 'syscalls' ORDER BY rowid",
        )
  const columns = new Map(names.map((name): [string, string[]] => [name, []]))
  for (const { name, column_name } of rows) columns.get(String(name))?.push(String(column_name))
  return systemCallQueries(columns, capture)
}

export function systemCallQueries(columns: Columns, capture: number): Omit<EventQueries, 'held_events'> {
  const union = (side: Side, values: (table: string) => string): string => {
    const prefix = `syscalls.${side}_`
    const selects = [...columns.keys()]
      .filter((table) => table.startsWith(prefix))
      .map(
        (table) =>
          `SELECT ts, tid, ${quoteText(table.slice(prefix.length))} AS name, ${values(table)} FROM store.${quoteName(table)} WHERE capture = ${capture}`,
      )
    return selects.join(' UNION ALL ')
  }
  const value = (side: Side) => (table: string) => {
    const column = SIDES[side]
    // fd is declared 4 or 8 bytes wide, with or without sign: its lower half counts.
    const number = !columns.get(table)?.includes(column) ? 'NULL' : column === 'fd' ? '(fd & 4294967295)' : 'ret'
    return `${number}::BIGINT AS ${column}`
  }
  return {
    sys_enter: union('sys_enter', value('sys_enter')) || NO_EVENTS.sys_enter,
    sys_exit: union('sys_exit', value('sys_exit')) || NO_EVENTS.sys_exit,
    named_entries: union('sys_enter', (table) => argumentsOf(columns.get(table) ?? [])) || NO_EVENTS.named_entries,
    recorded_calls: recordedCalls([...columns.keys()]),
  }
}

/** Columns of an entry that are no arguments of the call. */
const NO_ARGUMENTS = ['ts', 'cpu', 'tid', 'instance', 'text', NUMBER]

/** The number of the call, and its arguments as the raw event has them. */
function argumentsOf(columns: readonly string[]): string {
  const names = columns.filter((name) => !NO_ARGUMENTS.includes(name) && !name.startsWith('common_'))
  const values = Array.from({ length: MOST_ARGUMENTS }, (_, i) => {
    const name = names[i]
    return `${name === undefined ? 'NULL' : `try_cast(${quoteName(name)} AS HUGEINT)`}::HUGEINT AS a${i}`
  })
  return [`${columns.includes(NUMBER) ? NUMBER : 'NULL'}::BIGINT AS number`, ...values].join(', ')
}

/** Each call once: its name, and whether entries were recorded. */
function recordedCalls(tables: readonly string[]): string {
  const calls = new Map<string, boolean>()
  for (const table of tables) {
    const [, side, name = ''] = /^syscalls\.sys_(enter|exit)_(.*)$/s.exec(table) ?? []
    calls.set(name, side === 'enter' || calls.get(name) === true)
  }
  const rows = [...calls].map(([name, hasEntry]) => `(${quoteText(name)}, ${hasEntry})`)
  return rows.length === 0 ? NO_EVENTS.recorded_calls : `FROM (VALUES ${rows.join(', ')}) AS c(name, has_entry)`
}

const none = (values: string) =>
  `SELECT NULL::BIGINT AS ts, NULL::INTEGER AS tid, NULL::VARCHAR AS name, ${values} WHERE false`

export const NO_EVENTS: EventQueries = {
  sys_enter: none('NULL::BIGINT AS fd'),
  sys_exit: none('NULL::BIGINT AS ret'),
  named_entries: none(argumentsOf([])),
  recorded_calls: 'SELECT NULL::VARCHAR AS name, NULL::BOOLEAN AS has_entry WHERE false',
  held_events:
    'SELECT NULL::VARCHAR AS event, NULL::INTEGER AS id, NULL::INTEGER AS tid, NULL::SMALLINT AS cpu, NULL::BIGINT AS events WHERE false',
}

/** A query with the expressions that it asks for; without events where none are given. */
export function withEvents(sql: string, names: readonly string[], events: EventQueries = NO_EVENTS): string {
  if (names.length === 0) return sql
  const parts = names.map((name) => `${name} AS NOT MATERIALIZED (${events[name as keyof EventQueries]})`)
  return `WITH ${parts.join(', ')} SELECT * FROM (${sql}\n)`
}
