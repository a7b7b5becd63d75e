/** What a metric observed, in a temporary table that every number of its rows is computed from. */
import type { Database } from './database.ts'
import type { Metric } from './metric.ts'
import type { Arm, Distribution } from './report.ts'
import { quoteName } from './sql-text.ts'

/** `(capture, arm)` of all arms as SQL. */
export const armValues = (arms: readonly Arm[]): string =>
  `(VALUES ${arms.flatMap((arm, i) => arm.captures.map((c) => `(${c.capture}, ${c.run}, ${i})`)).join(', ')}) AS a(capture, run, arm)`

/** The observations of a metric in these arms: columns arm, capture, run, ts, grp, value. */
export function observationsSql(metric: Metric, arms: readonly Arm[]): string {
  const group = metric.by[0] ? `m.${quoteName(metric.by[0].column)}::VARCHAR` : 'NULL::VARCHAR'
  return `SELECT a.arm, a.capture, a.run, m.ts, ${group} AS grp, m.${quoteName(metric.value.column)} AS value
FROM metric.${quoteName(metric.name)} AS m JOIN ${armValues(arms)} ON a.capture = m.capture`
}

/** Makes them the temporary table `observed`: the metric's view is evaluated once. Returns whether there are any. */
export async function observe(database: Database, metric: Metric, arms: readonly Arm[]): Promise<boolean> {
  const [made] = await database.rows(`CREATE OR REPLACE TEMP TABLE observed AS ${observationsSql(metric, arms)}`)
  return Number(made?.Count) > 0
}

/** One number per arm and group, and per run of it. */
export const SUMMARY_SQL = `SELECT arm, capture, any_value(run) AS run, grp, count(*) AS n, min(value) AS min, max(value) AS max,
  quantile_cont(value, [0.5, 0.9, 0.99]) AS q, avg(value) AS mean
FROM observed GROUP BY GROUPING SETS ((arm, grp), (arm, grp, capture)) ORDER BY arm, grp, run, capture`

export interface Summary {
  readonly arm: number
  readonly group: string | undefined
  readonly distribution: Distribution
}

const groupOf = (value: unknown): string | undefined => (value === null ? undefined : String(value))

export async function summaries(database: Database): Promise<Summary[]> {
  const rows = await database.rows(SUMMARY_SQL)
  const quantiles = (row: Record<string, unknown>) => (row.q as { items: readonly unknown[] }).items.map(Number)
  return rows
    .filter((row) => row.capture === null)
    .map((pooled) => {
      const [p50 = 0, p90 = 0, p99 = 0] = quantiles(pooled)
      const runs = rows.filter((row) => row.capture !== null && row.arm === pooled.arm && row.grp === pooled.grp)
      return {
        arm: Number(pooled.arm),
        group: groupOf(pooled.grp),
        distribution: {
          n: Number(pooled.n),
          runs: runs.length,
          min: Number(pooled.min),
          p50,
          p90,
          p99,
          max: Number(pooled.max),
          mean: Number(pooled.mean),
          perRun: runs.map((row) => ({
            capture: Number(row.capture),
            run: Number(row.run),
            n: Number(row.n),
            p50: quantiles(row)[0] as number,
            mean: Number(row.mean),
          })),
        },
      }
    })
}

export interface Count {
  readonly arm: number
  readonly group: string | undefined
  readonly low: number
  readonly n: number
}

/** Counts by powers of two. */
export async function log2Counts(database: Database): Promise<Count[]> {
  const rows = await database.rows(`
    SELECT arm, grp, CASE WHEN value < 1 THEN 0 ELSE pow(2, floor(log2(value))) END AS low, count(*) AS n
    FROM observed GROUP BY ALL ORDER BY ALL`)
  return rows.map((row) => ({
    arm: Number(row.arm),
    group: groupOf(row.grp),
    low: Number(row.low),
    n: Number(row.n),
  }))
}

/** The values of one group of one arm in order of time. */
export async function series(database: Database, arm: number, group: string | undefined): Promise<Float64Array> {
  const result = await database.connection.runAndReadAll(
    `SELECT value::DOUBLE AS v FROM observed WHERE arm = ${arm} AND grp IS NOT DISTINCT FROM $group ORDER BY ts`,
    { group: group ?? null },
  )
  return Float64Array.from(result.getColumns()[0] as number[])
}

/**
 * Arms and groups with a recording whose first second is unlike the rest of it: its median lies outside the 5th to
 * 95th percentile of what follows. At least 10 observations on both sides.
 */
export async function warmUps(database: Database): Promise<{ arm: number; group: string | undefined }[]> {
  const rows = await database.rows(`
    SELECT DISTINCT arm, grp FROM (
      SELECT arm, grp, o.capture,
        count(*) FILTER (o.ts < c.start_ts + 1000000000) AS early,
        count(*) FILTER (o.ts >= c.start_ts + 1000000000) AS later,
        median(value) FILTER (o.ts < c.start_ts + 1000000000) AS first,
        quantile_cont(value, [0.05, 0.95]) FILTER (o.ts >= c.start_ts + 1000000000) AS rest
      FROM observed AS o JOIN captures AS c ON c.capture = o.capture AND c.clock_unit = 'ns'
      GROUP BY ALL)
    WHERE early >= 10 AND later >= 10 AND (first < rest[1] OR first > rest[2])`)
  return rows.map((row) => ({ arm: Number(row.arm), group: groupOf(row.grp) }))
}
