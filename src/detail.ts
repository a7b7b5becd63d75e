/** What a drawn report needs beside its numbers: distributions, timelines, and the SQL behind each number. All capped, and said so. */
import { join } from 'node:path'
import { chooseProcess } from './compare.ts'
import type { Database } from './database.ts'
import { framesSql } from './frame-marks.ts'
import { withKeptViews } from './kept-views.ts'
import { type Metric, readMetrics } from './metric.ts'
import { observationsSql, observe, SUMMARY_SQL } from './observations.ts'
import { queriesFolder, readQueryFiles } from './query-file.ts'
import { allRows, type Comparison, isMeasured, type Report, rowKey } from './report.ts'
import { quoteText } from './sql-text.ts'
import { loadTimeline, type Timeline } from './timeline.ts'

/** Steps of a drawn distribution function; arms with fewer observations are drawn whole. */
export const MOST_POINTS = 300
const BINS = 48
/** Recordings per arm whose timelines are kept. */
export const MOST_RUNS = 3

export interface Distributions {
  /** rowKey of the row. */
  readonly row: string
  /** Whether the values span so much that a logarithmic axis shows them better. */
  readonly isLog: boolean
  /** Per arm: [value, share of the observations up to it]. */
  readonly ecdf: readonly (readonly (readonly [number, number])[])[]
  /** Bounds of the histogram's bins, one more than bins. */
  readonly edges: readonly number[]
  /** Per arm: observations per bin; the first and last hold what lies beyond. */
  readonly counts: readonly (readonly number[])[]
}

export interface Sql {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly sql: string
}

export interface Detail {
  readonly distributions: readonly Distributions[]
  /** Per arm. */
  readonly timelines: readonly (readonly Timeline[])[]
  /** By metric: its SELECT, and what the report computes of it. */
  readonly metrics: readonly Sql[]
  /** The views that the other tables come from. */
  readonly views: readonly Sql[]
}

export async function loadDetail(database: Database, report: Report): Promise<Detail> {
  await chooseProcess(database, report)
  const captures = report.arms.flatMap((arm) => arm.captures.map((c) => c.capture))
  return withKeptViews(database, captures, () => detailOf(database, report))
}

async function detailOf(database: Database, report: Report): Promise<Detail> {
  const metrics = readMetrics()
  const distributions: Distributions[] = []
  for (const metric of metrics) {
    const rows = allRows(report).filter((c) => c.metric === metric.name && c.arms.some(isMeasured))
    if (rows.length === 0) continue
    await observe(database, metric, report.arms)
    for (const row of rows) distributions.push(await distributionOf(database, row))
  }
  const timelines: Timeline[][] = []
  for (const arm of report.arms) {
    const loaded: Timeline[] = []
    for (const capture of arm.captures.slice(0, MOST_RUNS)) loaded.push(await loadTimeline(database, capture))
    timelines.push(loaded)
  }
  const files = readQueryFiles(join(queriesFolder(), 'views'))
  return {
    distributions,
    timelines,
    metrics: metrics.map((metric) => ({ ...texts(metric), sql: statement(metric, report) })),
    views: files.filter((f) => ['treatment', 'correctness', 'sync_path'].includes(f.name)).map(texts),
  }
}

const texts = ({ name, title, description, sql }: Sql): Sql => ({ name, title, description, sql })

/** What is run for the rows of a metric, so that `tracealyze sql` prints the same numbers. */
const statement = (metric: Metric, report: Report): string =>
  [
    `SET VARIABLE process = ${quoteText(report.process)};`,
    ...(report.frames === undefined ? [] : [`${framesSql(report.frames)};`]),
    `CREATE OR REPLACE TEMP TABLE observed AS ${observationsSql(metric, report.arms)};`,
    `${SUMMARY_SQL};`,
    '',
    `-- metric.${metric.name}:`,
    metric.sql,
  ].join('\n')

async function distributionOf(database: Database, row: Comparison): Promise<Distributions> {
  const group = { group: row.group ?? null }
  const points = await database.rows(
    `SELECT arm, value::DOUBLE AS value, rank / n AS share FROM (
      SELECT arm, value, row_number() OVER (PARTITION BY arm ORDER BY value) AS rank, count(*) OVER (PARTITION BY arm) AS n
      FROM observed WHERE grp IS NOT DISTINCT FROM $group)
    WHERE n <= ${MOST_POINTS} OR rank IN (1, n) OR rank * ${MOST_POINTS} // n <> (rank - 1) * ${MOST_POINTS} // n
    ORDER BY arm, rank`,
    group,
  )
  const [bounds] = await database.rows(
    `SELECT quantile_cont(value, 0.005)::DOUBLE AS low, quantile_cont(value, 0.995)::DOUBLE AS high
    FROM observed WHERE grp IS NOT DISTINCT FROM $group`,
    group,
  )
  const low = Number(bounds?.low ?? 0)
  const high = Number(bounds?.high ?? 0)
  const isLog = row.unit === 'ns' && low > 0 && high / low > 20
  const edges = edgesOf(row.unit, low, high, isLog)
  const counts = await database.rows(
    `SELECT arm, greatest(0, least(${edges.length - 2}, len(list_filter([${edges.join(', ')}]::DOUBLE[], lambda e: e <= value)) - 1)) AS bin, count(*) AS n
    FROM observed WHERE grp IS NOT DISTINCT FROM $group GROUP BY ALL`,
    group,
  )
  return {
    row: rowKey(row),
    isLog,
    ecdf: row.arms.map((_, i) =>
      points.filter((p) => Number(p.arm) === i).map((p) => [Number(p.value), Number(p.share)] as const),
    ),
    edges,
    counts: row.arms.map((_, i) => {
      const bins = new Array<number>(edges.length - 1).fill(0)
      for (const c of counts) if (Number(c.arm) === i) bins[Number(c.bin)] = Number(c.n)
      return bins
    }),
  }
}

/** Whole numbers have a bin each where there are few; times have bins of equal width, or of equal ratio. */
function edgesOf(unit: Comparison['unit'], low: number, high: number, isLog: boolean): number[] {
  if (unit !== 'ns' && high - low <= BINS) {
    const first = Math.floor(low) - 0.5
    return Array.from({ length: Math.floor(high - first) + 2 }, (_, i) => first + i)
  }
  if (high <= low) return [low - 0.5, low + 0.5]
  const at = (i: number) => (isLog ? low * (high / low) ** (i / BINS) : low + ((high - low) * i) / BINS)
  return Array.from({ length: BINS + 1 }, (_, i) => at(i))
}
