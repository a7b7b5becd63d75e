/**
 * The comparison as JSON: the fields of `Report` in src/report.ts, behind `format`. Names and meanings stay within a
 * format; fields may be added. An absent field means: does not apply. Times are in ns, shares from 0 to 1.
 *
 *     format            2
 *     process, producer what was measured, and whose fences are the treatment
 *     arms[]            name, captures[]: capture, run, path, sha256, format, recorder, kernel, machine, cpus, clock,
 *                       resolution (ns), seconds, events, skipped, lostEvents, leftOut, unknownLosses, problems, selection,
 *                       sync (the row of the view sync_path), marker (of frames), outputs (that flipped), strayFlips
 *                       (of no known output), unmatchedWaits (waits.unmatched: several outputs), recorded (event tables
 *                       with rows)
 *     results[]         sentences
 *     treatment[]       fact, values[] per arm: a number, or why there is none
 *     shares[]          fact, values[] per arm: k, n, low, high (Clopper-Pearson, 95 %); null: a share of nothing
 *     perFrame[] latencies[] flips[]   rows: metrics that count, that take time (ns), and of flips (vblanks, ratio):
 *       metric, group, title, unit (ns, count, rate, vblanks, ratio), better (lower, higher, none), detail (only in --full),
 *       role (primary, exploratory)
 *       arms[]          measured: n, runs, min, p50, p90, p99, max, mean, perRun[]: capture, run, n, p50, mean
 *                       nothing: n (0), of (chances), reason, measurable
 *       delta           second arm - first, of the typical values: the median of the runs' p50 (ns) or mean (else)
 *       evidence        method (runs, bootstrap, none), estimate (Hodges-Lehmann), low, high, level, p (two-sided),
 *                       adjusted (p after Holm, over the rows of the same role), note
 *       histograms[]    per arm: [lower bound, count] by powers of two (ns only)
 *       warnings[]      sentences about this row
 *     correctness[]     fact, unit (count, ns), isFault, values[] per arm as in treatment
 *     limits[]          sentences
 *     notes[]           [key, value] of --note
 *     primary, seed     as given
 *     version, queries  of tracealyze, and the hash of its queries
 */
import type { Report } from '../report.ts'

/** Grows with every change of the fields that breaks readers. */
export const JSON_FORMAT = 2

export const renderJson = (report: Report): string => `${JSON.stringify({ format: JSON_FORMAT, ...report }, null, 2)}\n`
