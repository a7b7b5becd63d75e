/** The comparison: every metric in every arm. Reads metrics and views; all arithmetic on events is in SQL. */

import { armCaptures, armOf } from './arms.ts'
import { correctness, shares, treatment } from './checks.ts'
import type { Database, Row } from './database.ts'
import { queriesVersion } from './derive.ts'
import { canBeTested, corrected, evidenceOf } from './evidence.ts'
import { describeLimits, describeResults } from './findings.ts'
import { chooseFrames } from './frame-marks.ts'
import { withKeptViews } from './kept-views.ts'
import { type Metric, readMetrics } from './metric.ts'
import { log2Counts, observe, series, summaries, warmUps } from './observations.ts'
import { whyNothing } from './reasons.ts'
import { type Arm, type Comparison, DEFAULTS, isMeasured, type Outcome, type Report, rowKey } from './report.ts'
import { summariesOf } from './summaries.ts'
import { typical } from './typical.ts'
import { VERSION } from './version.ts'
import { warningsOf } from './warnings.ts'

export interface CompareOptions {
  /** Name of the process that is measured. */
  readonly process: string
  /** Driver whose fences are the treatment. */
  readonly producer: string
  /** Frame boundary to use instead of the best one: frame_marks.marker, or a query. */
  readonly frames?: string | undefined
  /** METRIC or METRIC/GROUP that was named before looking. */
  readonly primary?: string | undefined
  /** What the method block says besides what the recordings tell. */
  readonly notes?: readonly (readonly [key: string, value: string])[]
  /** Of the bootstrap; 1 where not given. */
  readonly seed?: number
  /** What the user named, if not the arms: the files that they were made of. */
  readonly given?: readonly string[]
  /** Whether a metric is wanted; all are where not given. Where runs are tested all count (Holm's correction). */
  readonly wants?: ((metric: Metric) => boolean) | undefined
}

/** Compares arms (one or two) that are in the database. */
export async function compare(database: Database, names: readonly string[], options: CompareOptions): Promise<Report> {
  await chooseProcess(database, options)
  const { frames } = options
  if (frames !== undefined) await chooseFrames(database, frames)
  const found: (readonly [name: string, captures: readonly Row[]])[] = []
  for (const name of names) found.push([name, await armCaptures(database, name)])
  const captures = found.flatMap(([, rows]) => rows.map((row) => Number(row.capture)))
  return withKeptViews(database, captures, () => compareArms(database, found, options))
}

async function compareArms(
  database: Database,
  named: readonly (readonly [name: string, captures: readonly Row[]])[],
  options: CompareOptions,
): Promise<Report> {
  const { frames } = options
  const marker = frames?.replaceAll(/\s+/g, ' ').trim()
  const arms: Arm[] = []
  for (const [name, rows] of named) {
    const arm = await armOf(database, name, rows)
    arms.push(marker === undefined ? arm : { ...arm, captures: arm.captures.map((c) => ({ ...c, marker })) })
  }
  const found: Comparison[] = []
  const wants = options.wants && !canBeTested(arms) ? options.wants : () => true
  for (const metric of readMetrics().filter(wants))
    found.push(...(await compareMetric(database, metric, arms, options)))
  const rows = corrected(found)
  const treated = await treatment(database, arms)
  const partial = {
    process: options.process,
    producer: options.producer,
    arms,
    given: options.given ?? named.map(([name]) => name),
    treatment: treated,
    shares: shares(arms, treated),
    perFrame: rows.filter((c) => c.unit === 'count' || c.unit === 'rate'),
    latencies: rows.filter((c) => c.unit === 'ns'),
    flips: rows.filter((c) => c.unit === 'vblanks' || c.unit === 'ratio'),
    correctness: await correctness(database, arms),
    summaries: await summariesOf(database, arms),
    notes: options.notes ?? [],
    primary: options.primary,
    frames,
    seed: options.seed ?? DEFAULTS.seed,
    version: VERSION,
    queries: queriesVersion(),
  }
  return { ...partial, results: describeResults(partial), limits: describeLimits(partial) }
}

/** Sets what the views read: the process and the producer. */
export async function chooseProcess(
  database: Database,
  options: Pick<CompareOptions, 'process' | 'producer'>,
): Promise<void> {
  await database.run('SET VARIABLE process = $process', { process: options.process })
  await database.run('SET VARIABLE producer = $producer', { producer: options.producer })
}

async function compareMetric(
  database: Database,
  metric: Metric,
  arms: readonly Arm[],
  options: CompareOptions,
): Promise<Comparison[]> {
  const { unit, better } = metric.value
  const measured = (await observe(database, metric, arms)) ? await summaries(database) : []
  const isTime = unit === 'ns' && measured.length > 0
  const histograms = isTime ? await log2Counts(database) : []
  const warm = isTime ? await warmUps(database) : []
  const groups: (string | undefined)[] = [...new Set(measured.map((s) => s.group))].sort()
  if (groups.length === 0) groups.push(undefined)
  const comparisons: Comparison[] = []
  for (const group of groups) {
    const outcomes = arms.map(
      (arm, i): Outcome =>
        measured.find((s) => s.arm === i && s.group === group)?.distribution ?? whyNothing(metric, arm, group),
    )
    const [before, after] = outcomes
    const both = before && after && isMeasured(before) && isMeasured(after) ? { before, after } : undefined
    const single = both?.before.runs === 1 && both.after.runs === 1
    const values = single
      ? { before: await series(database, 0, group), after: await series(database, 1, group) }
      : undefined
    const key = rowKey({ metric: metric.name, group })
    const row = {
      metric: metric.name,
      title: metric.title,
      group,
      unit,
      better,
      detail: metric.detail,
      role:
        options.primary === key || options.primary === metric.name ? ('primary' as const) : ('exploratory' as const),
      arms: outcomes,
      delta: both && typical(unit, both.after) - typical(unit, both.before),
      evidence: both && evidenceOf(unit, both.before, both.after, values, options.seed ?? DEFAULTS.seed),
      histograms: arms.map((_, i) =>
        histograms.filter((h) => h.arm === i && h.group === group).map((h) => [h.low, h.n] as const),
      ),
    }
    const warmArms = warm.filter((w) => w.group === group).map((w) => w.arm)
    comparisons.push({ ...row, warnings: warningsOf(row, metric, arms, warmArms) })
  }
  return comparisons
}
