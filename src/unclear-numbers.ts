/** Numbers of system calls that stand beside several names: queries/derive/call_numbers.sql. */
import type { Database } from './database.ts'
import type { Problem } from './parser.ts'

export async function unclearNumbers(database: Database, capture: number): Promise<Problem[]> {
  const rows = await database.rows(
    `SELECT number, string_agg(coalesce(name, 'others with other arguments') || ' ' || pairs || ' times', ', ' ORDER BY pairs DESC, name) AS beside
     FROM call_numbers WHERE capture = $capture AND NOT is_learned
       AND number IN (SELECT number FROM syscall_names WHERE capture = $capture)
     GROUP BY number ORDER BY number`,
    { capture },
  )
  return rows.map(({ number, beside }) => ({
    kind: 'unclear-syscall-number',
    at: `number ${number}`,
    detail: `raw_syscalls:sys_enter with this number stands beside sys_enter_*: ${beside}; it is counted as a call of its own`,
    hint: 'events were lost or filtered there: count the calls by the column source of syscalls',
  }))
}
