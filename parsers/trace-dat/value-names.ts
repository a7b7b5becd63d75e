/** The names of values, from print formats to the table `value_names`. */
import type { Column } from '../../src/batch.ts'
import type { Sink } from '../../src/parser.ts'
import { valueNames } from '../../src/tables.ts'
import type { NamedField } from './event-meaning.ts'
import type { EventPlan } from './event-table.ts'

export function writeValueNames(plan: EventPlan, named: readonly NamedField[], sink: Sink): void {
  if (named.length === 0) return
  const writer = sink.table(valueNames)
  const [schema, table, column, mask, position, value, name, isFlag] = writer.columns as Column[] as [
    Column,
    Column,
    Column,
    Column,
    Column,
    Column,
    Column,
    Column,
  ]
  const written = new Set<string>()
  for (const entry of named) {
    const columnName = columnOf(plan, entry)
    if (columnName === undefined || written.has(columnName)) continue
    written.add(columnName)
    for (const [i, { value: number, name: text }] of entry.names.entries()) {
      const { row } = writer
      ;(schema.values as string[])[row] = plan.spec.schema
      ;(table.values as string[])[row] = plan.spec.name
      ;(column.values as string[])[row] = columnName
      if (entry.mask === undefined) (mask.nulls as Uint8Array)[row] = 1
      else (mask.values as BigInt64Array)[row] = BigInt.asIntN(64, entry.mask)
      ;(position.values as Int32Array)[row] = i + 1
      ;(value.values as BigInt64Array)[row] = BigInt.asIntN(64, number)
      ;(name.values as string[])[row] = text
      ;(isFlag.values as Uint8Array)[row] = entry.isFlag ? 1 : 0
      writer.next()
    }
  }
}

/** The column that a field is stored in; undefined where it is none of its own. */
function columnOf(plan: EventPlan, { field }: NamedField): string | undefined {
  const step = plan.steps.find((s) => s.field.name === field.name)
  if (!step) return undefined
  let column = 0
  for (const spec of plan.spec.columns) {
    if (column === step.column) return spec.length === undefined ? spec.name : undefined
    column += spec.length ?? 1
  }
  return undefined
}
