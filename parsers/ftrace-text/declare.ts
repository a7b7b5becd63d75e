/**
 * The table of an event that is not among the formats: its columns are what its first line has. Where the database has
 * the event from a recording that tells its format (trace.dat), its schema and its types are taken from there.
 */
import type { ColumnSpec, ColumnType, TableSpec } from '../../src/schema.ts'
import { isBareField } from './bare-fields.ts'
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

/** `hrtimer_wakeup (0xffffffffaa1a2f00)`: trace-cmd report -R. */
const ADDRESS = /^\S+ \((0x[\da-f]+)\)$/

/** Types that a text's number can be stored as. */
const NUMBERS: readonly ColumnType[] = ['BIGINT', 'UBIGINT', 'INTEGER', 'UINTEGER', 'SMALLINT', 'USMALLINT', 'UTINYINT']

export class Declarations {
  /** By the name of the event; undefined where two systems have one of that name. */
  private readonly known = new Map<string, TableSpec | undefined>()

  constructor(known: readonly TableSpec[]) {
    for (const spec of known) this.known.set(spec.name, this.known.has(spec.name) ? undefined : spec)
  }

  /** The format of an event by its name and the text of its first line. */
  formatOf(name: string, text: string): EventFormat {
    const format = FORMATS.get(name)
    if (format) return format
    if (name.startsWith('sys_enter_') || name.startsWith('sys_exit_')) return syscallFormat(name, text)
    const known = this.known.get(name)
    const columns: ColumnSpec[] = []
    const fields: Record<string, FieldOptions> = {}
    const taken = new Set(TAKEN)
    // trace-cmd then prints the fields, numbers in decimal.
    const isRaw = text.startsWith('[FAILED TO PARSE]')
    for (const { key, value } of pairsOf(text).slice(0, MOST_COLUMNS)) {
      if (columns.some((c) => fields[c.name]?.keys?.includes(key))) continue
      const column = uniqueName(key.replaceAll(/[-.]/g, '_'), taken)
      const other = known?.columns.find((c) => c.name.toLowerCase() === column.toLowerCase())
      const isNamed = SYMBOLIC.has(key) && !(other && ADDRESS.test(value))
      const bare = !isRaw && isBareField(name, key, value)
      const type = isNamed ? 'TEXT' : bare ? 'UBIGINT' : typeOf(value.replace(ADDRESS, '$1'))
      columns.push({
        name: column,
        type: other && holds(other, type) ? other.type : type,
        comment: other?.comment ?? `The field ${key} of the event's text.`,
      })
      fields[column] = { keys: [key], bare }
    }
    return { schema: known?.schema ?? schemaOf(name), name, columns, fields, read: readPairs }
  }
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

/** Whether a column as another recording declares it can hold the values of a text. */
const holds = ({ type, length }: ColumnSpec, value: ColumnType): boolean =>
  length === undefined && (type === 'TEXT' || (value !== 'TEXT' && NUMBERS.includes(type)))

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
  if (word === '(nil)') return 'UBIGINT'
  if (/^0\d{7,}$/.test(word) || value.slice(word.length).startsWith(',')) return 'TEXT'
  if (/^0x[\da-f]{9,16}$/i.test(word)) return 'UBIGINT'
  return /^(-?\d{1,18}|0x[\da-f]{1,8})$/i.test(word) ? 'BIGINT' : 'TEXT'
}
