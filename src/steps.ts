/**
 * Steps on the way to derived tables (`@step`): queries in files of their own that are part of the queries that need them,
 * as common table expressions. They have no table.
 */
import { type QueryFile, tagWords } from './query-file.ts'
import { quoteName } from './sql-text.ts'

export const isStep = (query: QueryFile): boolean => query.tags.has('step')

/** The queries that are no steps, with the steps that they need. `queries`: each behind those that it needs. */
export const withSteps = (queries: readonly QueryFile[]): QueryFile[] =>
  queries.filter((query) => !isStep(query)).map((query) => withStepsOf(query, queries.filter(isStep)))

/** A query (or a step) with the steps before it; it needs what these need. */
export function withStepsOf(query: QueryFile, steps: readonly QueryFile[]): QueryFile {
  const names = new Set<string>()
  const visit = (of: QueryFile): void => {
    for (const step of steps.filter(({ name }) => tagWords(of, 'needs').includes(name))) {
      names.add(step.name)
      visit(step)
    }
  }
  visit(query)
  if (names.size === 0) return query
  const needed = steps.filter(({ name }) => names.has(name))
  const needs = [query, ...needed].flatMap((of) => tagWords(of, 'needs')).filter((name) => !names.has(name))
  return {
    ...query,
    tags: new Map([...query.tags, ['needs', [...new Set(needs)]]]),
    sql: `WITH ${needed.map(({ name, sql }) => `${quoteName(name)} AS (${sql}\n)`).join(', ')} SELECT * FROM (${query.sql}\n)`,
  }
}
