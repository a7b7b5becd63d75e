/** The comparison: every metric in every arm. Reads metrics and views; all arithmetic on events is in SQL. */

import { findArm } from './arms.ts'
import type { Database } from './database.ts'
import { queriesVersion } from './derive.ts'
import { evidenceOf } from './evidence.ts'
import { describeLimits, describeResults } from './findings.ts'
import { type Metric, readMetrics } from './metric.ts'
import { whyNothing } from './reasons.ts'
import {
  type Arm,
  type Comparison,
  type Distribution,
  isMeasured,
  type Outcome,
  type Report,
  type Treatment,
} from './report.ts'
import { quoteName } from './sql-text.ts'
import { typical } from './typical.ts'
import { VERSION } from './version.ts'

export interface CompareOptions {
  /** Name of the process that is measured. */
  readonly process: string
  /** Driver whose fences are the treatment. */
  readonly producer: string
}

/** Compares arms (one or two) that are in the database. */
export async function compare(database: Database, names: readonly string[], options: CompareOptions): Promise<Report> {
  await database.run('SET VARIABLE process = $process', { process: options.process })
  await database.run('SET VARIABLE producer = $producer', { producer: options.producer })
  const arms: Arm[] = []
  for (const name of names) arms.push(await findArm(database, name))
  const comparisons: Comparison[] = []
  for (const metric of readMetrics()) comparisons.push(...(await compareMetric(database, metric, arms)))
  const partial = {
    process: options.process,
    producer: options.producer,
    arms,
    treatment: await treatment(database, arms),
    perFrame: comparisons.filter((c) => c.unit === 'count'),
    latencies: comparisons.filter((c) => c.unit !== 'count'),
    version: VERSION,
    queries: queriesVersion(),
  }
  return { ...partial, results: describeResults(partial), limits: describeLimits(partial) }
}

/** `(capture, arm)` of all arms as SQL. */
const armValues = (arms: readonly Arm[]): string =>
  `(VALUES ${arms.flatMap((arm, i) => arm.captures.map((c) => `(${c.capture}, ${i})`)).join(', ')}) AS a(capture, arm)`

async function compareMetric(database: Database, metric: Metric, arms: readonly Arm[]): Promise<Comparison[]> {
  const value = `m.${quoteName(metric.value.column)}`
  const group = metric.by[0] ? `m.${quoteName(metric.by[0].column)}` : 'NULL'
  const from = `FROM metric.${quoteName(metric.name)} AS m JOIN ${armValues(arms)} ON a.capture = m.capture`
  const rows = await database.rows(`
    SELECT arm, m.capture AS capture, ${group} AS grp, count(*) AS n, min(${value}) AS min, max(${value}) AS max,
      quantile_cont(${value}, [0.5, 0.9, 0.99]) AS q, avg(${value}) AS mean
    ${from} GROUP BY GROUPING SETS ((arm, grp), (arm, grp, m.capture)) ORDER BY arm, grp, m.capture`)
  const groups = [...new Set(rows.map((row) => (row.grp === null ? undefined : String(row.grp))))].sort()
  if (groups.length === 0) groups.push(undefined)
  const histograms = metric.value.unit === 'ns' ? await log2Counts(database, value, group, from) : []
  const comparisons: Comparison[] = []
  for (const name of groups) {
    const outcomes = arms.map((arm, i): Outcome => {
      const mine = rows.filter(
        (row) => Number(row.arm) === i && (row.grp === null ? undefined : String(row.grp)) === name,
      )
      const pooled = mine.find((row) => row.capture === null)
      return pooled
        ? distribution(
            pooled,
            mine.filter((row) => row.capture !== null),
          )
        : whyNothing(metric, arm, name)
    })
    const [before, after] = outcomes
    const both = before && after && isMeasured(before) && isMeasured(after) ? { before, after } : undefined
    const single = both?.before.runs === 1 && both.after.runs === 1
    const values = both && single ? await observations(database, metric, arms, name) : undefined
    const { unit } = metric.value
    comparisons.push({
      metric: metric.name,
      title: metric.title,
      group: name,
      unit,
      arms: outcomes,
      delta: both && typical(unit, both.after) - typical(unit, both.before),
      evidence: both && evidenceOf(both.before, both.after, unit === 'ns' ? 'median' : 'mean', values),
      histograms: arms.map((_, i) =>
        histograms.filter((h) => h.arm === i && h.group === name).map((h) => [h.low, h.n] as const),
      ),
    })
  }
  return comparisons
}

function distribution(pooled: Record<string, unknown>, runs: readonly Record<string, unknown>[]): Distribution {
  const quantiles = (row: Record<string, unknown>) => (row.q as { items: readonly unknown[] }).items.map(Number)
  const [p50 = 0, p90 = 0, p99 = 0] = quantiles(pooled)
  return {
    n: Number(pooled.n),
    runs: runs.length,
    min: Number(pooled.min),
    p50,
    p90,
    p99,
    max: Number(pooled.max),
    mean: Number(pooled.mean),
    medians: runs.map((row) => quantiles(row)[0] as number),
    means: runs.map((row) => Number(row.mean)),
  }
}

/** The observations of one group in both arms, in order of time. */
async function observations(database: Database, metric: Metric, arms: readonly Arm[], group: string | undefined) {
  const value = quoteName(metric.value.column)
  const by = metric.by[0] ? `${quoteName(metric.by[0].column)} IS NOT DISTINCT FROM $group` : '$group IS NULL'
  const read = async (arm: Arm | undefined): Promise<Float64Array> => {
    const captures = arm?.captures.map((c) => c.capture).join(', ')
    const result = await database.connection.runAndReadAll(
      `SELECT ${value}::DOUBLE AS v FROM metric.${quoteName(metric.name)} WHERE capture IN (${captures}) AND ${by} ORDER BY ts`,
      { group: group ?? null },
    )
    return Float64Array.from(result.getColumns()[0] as number[])
  }
  return { before: await read(arms[0]), after: await read(arms[1]) }
}

async function log2Counts(database: Database, value: string, group: string, from: string) {
  const rows = await database.rows(`
    SELECT arm, ${group} AS grp, CASE WHEN ${value} < 1 THEN 0 ELSE pow(2, floor(log2(${value}))) END AS low, count(*) AS n
    ${from} GROUP BY ALL ORDER BY ALL`)
  return rows.map((row) => ({
    arm: Number(row.arm),
    group: row.grp === null ? undefined : String(row.grp),
    low: Number(row.low),
    n: Number(row.n),
  }))
}

/** The facts of the view treatment, summed over the runs of each arm. */
async function treatment(database: Database, arms: readonly Arm[]): Promise<Treatment[]> {
  const rows = await database.rows(`
    SELECT step, fact, arm, sum(n) AS n FROM treatment AS t JOIN ${armValues(arms)} ON a.capture = t.capture
    GROUP BY ALL ORDER BY step, arm`)
  const facts = [...new Set(rows.map((row) => String(row.fact)))]
  return [
    ...facts.map((fact, step) => ({
      fact,
      values: arms.map((_, i) => {
        const row = rows.find((r) => r.fact === fact && Number(r.arm) === i)
        return row?.n == null ? (step === 0 ? 'not recorded' : '-') : Number(row.n)
      }),
    })),
    { fact: 'signalled with an error', values: arms.map(() => 'not traced') },
  ]
}
