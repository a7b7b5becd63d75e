/** All sys_enter_* and sys_exit_* events of a capture in one shape each, and their names, for the queries that ask (`@with`). */
import type { Database } from './database.ts'
import { matching } from './filled-tables.ts'
import { quoteName, quoteText } from './sql-text.ts'

const SIDES = { sys_enter: 'fd', sys_exit: 'ret' } as const

type Side = keyof typeof SIDES

/** The common table expressions, by name. Only tables that are filled: a recording has hundreds of others. */
export type SystemCallEvents = Readonly<Record<Side | 'recorded_calls', string>>

export async function systemCallEvents(
  database: Database,
  capture: number,
  filled: Iterable<string>,
): Promise<SystemCallEvents> {
  const names = matching(filled, ['syscalls.sys_enter_*', 'syscalls.sys_exit_*'])
  const columns =
    names.length === 0
      ? []
      : await database.rows(
          "SELECT table_name, column_name FROM store.columns WHERE schema_name = 'syscalls' AND column_name IN ('fd', 'ret')",
        )
  const valued = new Set(columns.map((row) => `syscalls.${row.table_name} ${row.column_name}`))
  const union = (side: Side): string => {
    const prefix = `syscalls.${side}_`
    const value = SIDES[side]
    const selects = names
      .filter((name) => name.startsWith(prefix))
      .map((name) => {
        // fd is declared 4 or 8 bytes wide, with or without sign: its lower half counts.
        const number = !valued.has(`${name} ${value}`) ? 'NULL' : value === 'fd' ? '(fd & 4294967295)' : 'ret'
        return `SELECT ts, tid, ${quoteText(name.slice(prefix.length))} AS name, ${number}::BIGINT AS ${value} FROM store.${quoteName(name)} WHERE capture = ${capture}`
      })
    return selects.join(' UNION ALL ') || NONE[side]
  }
  return { sys_enter: union('sys_enter'), sys_exit: union('sys_exit'), recorded_calls: recordedCalls(names) }
}

/** Each call once: its name, and whether entries were recorded. */
function recordedCalls(tables: readonly string[]): string {
  const calls = new Map<string, boolean>()
  for (const table of tables) {
    const [, side, name = ''] = /^syscalls\.sys_(enter|exit)_(.*)$/s.exec(table) ?? []
    calls.set(name, side === 'enter' || calls.get(name) === true)
  }
  const rows = [...calls].map(([name, hasEntry]) => `(${quoteText(name)}, ${hasEntry})`)
  return rows.length === 0 ? NONE.recorded_calls : `FROM (VALUES ${rows.join(', ')}) AS c(name, has_entry)`
}

const none = (value: string) =>
  `SELECT NULL::BIGINT AS ts, NULL::INTEGER AS tid, NULL::VARCHAR AS name, NULL::BIGINT AS ${value} WHERE false`

const NONE: SystemCallEvents = {
  sys_enter: none('fd'),
  sys_exit: none('ret'),
  recorded_calls: 'SELECT NULL::VARCHAR AS name, NULL::BOOLEAN AS has_entry WHERE false',
}

/** A query with the expressions that it asks for; without events where none are given. */
export function withEvents(sql: string, names: readonly string[], events: SystemCallEvents = NONE): string {
  if (names.length === 0) return sql
  const parts = names.map((name) => `${name} AS NOT MATERIALIZED (${events[name as keyof SystemCallEvents]})`)
  return `WITH ${parts.join(', ')} SELECT * FROM (${sql}\n)`
}
