/** The table of an event that is not known: its columns are what its first line has. */
import type { ColumnSpec, ColumnType } from '../../src/schema.ts'
import type { EventFormat } from './event-table.ts'
import type { FieldOptions } from './field.ts'
import { FORMATS, syscallReader } from './formats.ts'
import { pairsOf, readPairs } from './pairs.ts'
import { argumentsOf } from './syscall-text.ts'
import { schemaOf } from './systems.ts'

/** Columns that an event gets at most; more are in its text only. */
const MOST_COLUMNS = 64

/** Names that every table has already. */
const TAKEN = ['capture', 'ts', 'cpu', 'tid', 'instance', 'text']

/** Fields that are symbols, and addresses only where the symbol is not known. */
const SYMBOLIC = new Set(['function', 'callsite', 'caller', 'func'])

/** The format of an event by its name and the text of its first line. */
export function formatOf(name: string, text: string): EventFormat {
  const known = FORMATS.get(name)
  if (known) return known
  if (name.startsWith('sys_enter_') || name.startsWith('sys_exit_')) return syscallFormat(name, text)
  const columns: ColumnSpec[] = []
  const fields: Record<string, FieldOptions> = {}
  const taken = new Set(TAKEN)
  for (const { key, value } of pairsOf(text).slice(0, MOST_COLUMNS)) {
    if (columns.some((c) => fields[c.name]?.keys?.includes(key))) continue
    const column = uniqueName(key.replaceAll(/[-.]/g, '_'), taken)
    columns.push({
      name: column,
      type: SYMBOLIC.has(key) ? 'TEXT' : typeOf(value),
      comment: `The field ${key} of the event's text.`,
    })
    fields[column] = { keys: [key] }
  }
  return { schema: schemaOf(name), name, columns, fields, read: readPairs }
}

/** Columns as the kernel declares them in the formats of sys_enter_* and sys_exit_*. */
function syscallFormat(name: string, text: string): EventFormat {
  const names = name.startsWith('sys_exit_')
    ? ['ret']
    : text.startsWith('__syscall_nr=')
      ? pairsOf(text).map(({ key }) => key)
      : argumentsOf(text)
  const type = name.startsWith('sys_exit_') ? 'BIGINT' : 'UBIGINT'
  const columns: ColumnSpec[] = [{ name: '__syscall_nr', type: 'INTEGER', comment: "The kernel's field __syscall_nr." }]
  const fields: Record<string, FieldOptions> = {}
  const taken = new Set([...TAKEN, '__syscall_nr'])
  for (const key of new Set(names.slice(0, MOST_COLUMNS))) {
    if (key === '__syscall_nr') continue
    const column = uniqueName(key, taken)
    columns.push({ name: column, type, comment: `The kernel's field ${key}.` })
    fields[column] = { keys: [key], bare: key !== 'ret' }
  }
  return { schema: 'syscalls', name, columns, fields, read: syscallReader(name) }
}

/** DuckDB's names ignore case; a field that is called like another column gets `_field` behind it. */
function uniqueName(name: string, taken: Set<string>): string {
  let unique = name
  while (taken.has(unique.toLowerCase())) unique += '_field'
  taken.add(unique.toLowerCase())
  return unique
}

/** Integers of at most 18 digits, decimal or with 0x, pointers; those without 0x begin with zeros or hold letters. */
function typeOf(value: string): ColumnType {
  const [word = ''] = value.split(/[ ,]/, 1)
  if (/^0\d{7,}$/.test(word)) return 'TEXT'
  if (value.slice(word.length).startsWith(',')) return 'TEXT'
  if (/^0x[\da-f]{9,16}$/i.test(word)) return 'UBIGINT'
  return /^(-?\d{1,18}|0x[\da-f]{1,8})$/i.test(word) ? 'BIGINT' : 'TEXT'
}
