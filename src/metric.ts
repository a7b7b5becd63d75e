/** The metrics: one SELECT each under queries/metrics/, an observation per row; also views in the schema `metric`. */
import { join } from 'node:path'
import type { Database, Row } from './database.ts'
import { TraceError } from './errors.ts'
import { macroFiles, macroStatements } from './macros.ts'
import { inOrder, type QueryFile, queriesFolder, readQueryFiles, tagSentences, tagWords } from './query-file.ts'
import { quoteName, quoteText } from './sql-text.ts'

export interface Metric {
  readonly name: string
  readonly area: string
  readonly title: string
  readonly description: string
  /** Tables it reads. */
  readonly needs: readonly string[]
  /** What must have been recorded: each entry is a group of alternatives (`syscalls:sys_enter_ioctl|strace`). */
  readonly events: readonly string[]
  /** The column with the value, its unit and which direction is better. */
  readonly value: {
    readonly column: string
    /** rate: per second. */
    readonly unit: 'ns' | 'count' | 'rate' | 'vblanks' | 'ratio'
    readonly better: 'lower' | 'higher' | 'none'
    readonly sentence: string
  }
  /** The columns that split the observations into rows of the report. */
  readonly by: readonly { readonly column: string; readonly sentence: string }[]
  /** Shown only with --full: others in the report contain it, or nobody asks for it first. */
  readonly detail: boolean
  readonly sql: string
}

const VALUE =
  /^(?<column>[a-z_]+)\s+(?<unit>ns|count|rate|vblanks|ratio)\s+(?<better>lower|higher|none)\s+(?<sentence>.{10,})$/

/** Reads a metric's header; throws where it does not say what a metric must say. */
export function toMetric(file: QueryFile): Metric {
  const [line = ''] = file.tags.get('value') ?? []
  const value = VALUE.exec(line)?.groups as Metric['value'] | undefined
  if (!value) {
    throw new Error(
      `queries/metrics/${file.area}/${file.name}.sql: "@value ${line}" is not a column, a unit (ns, count, rate, vblanks, ratio), what is better (lower, higher, none) and a sentence`,
    )
  }
  return {
    name: file.name,
    area: file.area,
    title: file.title,
    description: file.description,
    needs: tagWords(file, 'needs'),
    events: tagWords(file, 'events'),
    value: { ...value },
    by: tagSentences(file, 'by').map(([by, text]) => ({ column: by, sentence: text })),
    detail: file.tags.has('detail'),
    sql: file.sql,
  }
}

export const readMetrics = (): Metric[] => readQueryFiles(join(queriesFolder(), 'metrics')).map(toMetric)

/** Makes the macros, the views that other queries share (`members`...), and one view per metric. */
export async function createViews(database: Database): Promise<void> {
  for (const statement of viewStatements()) await database.run(statement)
}

/** The SQL that makes them, in order. */
export function viewStatements(): string[] {
  const shared = inOrder([...macroFiles(), ...readQueryFiles(join(queriesFolder(), 'views'))])
  return [
    ...shared.map((file) =>
      file.area === 'macros'
        ? macroStatements(file)
        : describedView(`main.${quoteName(file.name)}`, file.sql, file.title, tagSentences(file, 'column')),
    ),
    'CREATE SCHEMA IF NOT EXISTS metric',
    ...readMetrics().map((metric) =>
      describedView(`metric.${quoteName(metric.name)}`, metric.sql, metric.title, [
        [metric.value.column, metric.value.sentence],
        ...metric.by.map((by): [string, string] => [by.column, by.sentence]),
      ]),
    ),
  ]
}

const describedView = (name: string, sql: string, title: string, columns: readonly [string, string][]): string =>
  [
    `CREATE OR REPLACE VIEW ${name} AS ${sql}`,
    `COMMENT ON VIEW ${name} IS ${quoteText(title)}`,
    ...columns.map(([column, text]) => `COMMENT ON COLUMN ${name}.${quoteName(column)} IS ${quoteText(text)}`),
  ].join(';\n')

/** The observations of a metric, of all recordings in the database, by capture and time. Throws for an unknown name. */
export async function runMetric(
  database: Database,
  name: string,
  options: { readonly process?: string } = {},
): Promise<Row[]> {
  if (!readMetrics().some((metric) => metric.name === name)) throw new TraceError(`there is no metric "${name}"`)
  await database.run('SET VARIABLE process = $process', { process: options.process ?? 'kwin_wayland' })
  return database.rows(`SELECT * FROM metric.${quoteName(name)} ORDER BY capture, ts`)
}
