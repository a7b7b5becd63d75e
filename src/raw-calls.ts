/** What recordings with raw_syscalls beside syscalls:sys_enter_* must be told of: queries/derive/call_numbers.sql. */
import type { Database } from './database.ts'
import type { Problem } from './parser.ts'

/** Numbers that stand beside several names, and raw entries that have none beside them and are left out. */
export async function rawCallProblems(database: Database, capture: number): Promise<Problem[]> {
  const unclear = await database.rows(
    `SELECT number, string_agg(coalesce(name, 'others with other arguments') || ' ' || pairs || ' times', ', ' ORDER BY pairs DESC, name) AS beside
     FROM call_numbers WHERE capture = $capture AND NOT is_learned
       AND number IN (SELECT number FROM syscall_names WHERE capture = $capture)
     GROUP BY number ORDER BY number`,
    { capture },
  )
  // Where events were lost, some of one kind may be missing.
  const fewer = await database.rows(
    `SELECT name, raw_calls, named_calls FROM call_numbers
     WHERE capture = $capture AND is_learned AND raw_calls > named_calls * CASE WHEN getvariable('is_lossy') THEN 1.1 ELSE 1 END
     ORDER BY name`,
    { capture },
  )
  return [
    ...unclear.map(({ number, beside }) => ({
      kind: 'unclear-syscall-number',
      at: `number ${number}`,
      detail: `raw_syscalls:sys_enter with this number stands beside sys_enter_*: ${beside}; it is counted as a call of its own`,
      hint: 'events were lost or filtered there: count the calls by the column source of syscalls',
    })),
    ...fewer.map(({ name, raw_calls, named_calls }) => ({
      kind: 'fewer-named-calls',
      at: `sys_enter_${name}`,
      detail: `was recorded ${named_calls} times, raw_syscalls:sys_enter ${raw_calls} times for the same call: syscalls has the former`,
      hint: 'were they filtered? raw_syscalls.sys_enter has all of them',
    })),
  ]
}
