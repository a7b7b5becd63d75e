/** All sys_enter_* and sys_exit_* events of a capture in one shape each, for the queries that ask for them (`@with`). */
import type { Database } from './database.ts'
import { matching } from './filled-tables.ts'
import { quoteName, quoteText } from './sql-text.ts'

const SIDES = { sys_enter: 'fd', sys_exit: 'ret' } as const

type Side = keyof typeof SIDES

/** The common table expressions, by name. Only tables that are filled: a recording has hundreds of others. */
export type SystemCallEvents = Readonly<Record<Side, string>>

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
  return { sys_enter: union('sys_enter'), sys_exit: union('sys_exit') }
}

const none = (value: string) =>
  `SELECT NULL::BIGINT AS ts, NULL::INTEGER AS tid, NULL::VARCHAR AS name, NULL::BIGINT AS ${value} WHERE false`

const NONE: SystemCallEvents = { sys_enter: none('fd'), sys_exit: none('ret') }

/** A query with the expressions that it asks for; without events where none are given. */
export function withEvents(sql: string, sides: readonly string[], events: SystemCallEvents = NONE): string {
  if (sides.length === 0) return sql
  const parts = sides.map((side) => `${side} AS NOT MATERIALIZED (${events[side as Side]})`)
  return `WITH ${parts.join(', ')} SELECT * FROM (${sql}\n)`
}
