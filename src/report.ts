/** What a comparison found: plain data, from which every form is rendered. */
import type { Summaries } from './summaries.ts'

/** One side of the comparison. */
export interface Arm {
  /** As the user named it: a label, a capture or a file. */
  readonly name: string
  readonly captures: readonly CaptureSummary[]
}

/** One recording of an arm. */
export interface CaptureSummary {
  readonly capture: number
  readonly run: number
  readonly path: string
  readonly sha256: string
  readonly format: string
  readonly recorder: string | undefined
  readonly kernel: string | undefined
  readonly machine: string | undefined
  readonly cpus: number | undefined
  readonly clock: string | undefined
  /** The smallest step of the clock in ns. */
  readonly resolution: number
  readonly seconds: number | undefined
  readonly events: number
  readonly skipped: number
  readonly lostEvents: number
  /** Intervals that are unknown because events were lost in between, by kind (view left_out); absent without a loss. */
  readonly leftOut?: Readonly<Record<string, number>>
  readonly unknownLosses: number
  readonly problems: number
  readonly sync: SyncPath
  /** Marker of the frame boundary; undefined without frames. */
  readonly marker: string | undefined
  /** The outputs that flipped, as the marker names them (view outputs). */
  readonly outputs: readonly string[]
  /** Flips of which the recording does not tell the output. */
  readonly strayFlips: number
  /** Checks whose commit and flip are not known, as several outputs were active (waits.unmatched). */
  readonly unmatchedWaits: number
  /** Records that could not be read (table problems). */
  readonly unread: number
  /** Names of the threads that take buffers from videobuf2. */
  readonly clients: readonly string[]
  /** What part of the file was ingested; undefined: all of it. */
  readonly selection: string | undefined
  /** Names of the event tables that have rows. */
  readonly recorded: readonly string[]
}

/** The row of the view sync_path. */
export type SyncPath = Readonly<Record<string, number>>

/** The distribution of one metric (and group) in one arm. */
export interface Distribution {
  /** Observations, over all runs. */
  readonly n: number
  /** Recordings that have any. */
  readonly runs: number
  readonly min: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
  readonly mean: number
  /** Each recording that has any, in order of run. */
  readonly perRun: readonly RunValue[]
}

/** What one recording says of one metric (and group). */
export interface RunValue {
  readonly capture: number
  readonly run: number
  readonly n: number
  readonly p50: number
  readonly mean: number
}

/** Nothing was observed, and why. */
export interface Nothing {
  readonly n: 0
  /** Frames in which it could have happened; undefined for what is not counted per frame. */
  readonly of: number | undefined
  readonly reason: string
  /** Whether it could have been seen; if not, 0 is no measurement. */
  readonly measurable: boolean
}

export type Outcome = Distribution | Nothing

export const isMeasured = (outcome: Outcome): outcome is Distribution => outcome.n > 0

/** What the difference of two arms is worth. */
export interface Evidence {
  /** `runs`: from one number per run. `bootstrap`: from inside one run per arm, blind to what differs between runs. */
  readonly method: 'runs' | 'bootstrap' | 'none'
  /** Hodges-Lehmann estimate of the difference, where there are several runs. */
  readonly estimate?: number
  /** Confidence interval of the difference; absent where so few runs give none. */
  readonly low?: number
  readonly high?: number
  readonly level?: number
  /** Two-sided p; absent where n is too small to test. */
  readonly p?: number
  /** p after Holm's correction over the rows of the same role. */
  readonly adjusted?: number
  readonly note: string
}

/** Whether the interval of the difference holds 0. */
export const holdsZero = (e: Evidence): boolean =>
  e.low !== undefined && e.high !== undefined && e.low <= 0 && e.high >= 0

/** One line of a table: a metric, or one group of it, in every arm. */
export interface Comparison {
  readonly metric: string
  readonly title: string
  /** The value of the metric's @by column; undefined for a metric without. */
  readonly group: string | undefined
  readonly unit: 'ns' | 'count' | 'rate' | 'vblanks' | 'ratio'
  /** Which direction is better by the metric's own header; never judged here. */
  readonly better: 'lower' | 'higher' | 'none'
  /** Shown only with --full. */
  readonly detail: boolean
  /** `primary`: named with --primary before looking; its p stands alone. */
  readonly role: 'primary' | 'exploratory'
  readonly arms: readonly Outcome[]
  /** Second arm minus first, of the typical values (src/typical.ts); undefined where an arm has nothing. */
  readonly delta: number | undefined
  /** Present where there is a delta. */
  readonly evidence: Evidence | undefined
  /** Counts by powers of two, per arm: [lower bound, count]. */
  readonly histograms: readonly (readonly (readonly [number, number])[])[]
  /** What the reader must know of this very row. */
  readonly warnings: readonly string[]
}

export interface Treatment {
  readonly fact: string
  /** Per arm: how many, or why it cannot be said. */
  readonly values: readonly (number | string)[]
}

/** One line of the correctness section: what reviewers ask of the producer's fences. */
export interface Correctness {
  readonly fact: string
  readonly unit: 'count' | 'ns'
  /** Whether anything but 0 deserves a look. */
  readonly isFault: boolean
  /** Per arm: how many or how long, or why it cannot be said. */
  readonly values: readonly (number | string)[]
}

/** k of n, with its exact 95 % interval (Clopper-Pearson), as if each were independent of the others. */
export interface Proportion {
  readonly k: number
  readonly n: number
  readonly low: number
  readonly high: number
}

export interface Share {
  readonly fact: string
  /** Per arm; undefined where n is 0. */
  readonly values: readonly (Proportion | undefined)[]
}

/** What is measured where nothing else is asked for. */
export const DEFAULTS = { process: 'kwin_wayland', producer: 'videobuf2', seed: 1 } as const

export interface Report {
  readonly process: string
  readonly producer: string
  readonly arms: readonly Arm[]
  /** What the user named, arm by arm: labels, or files. */
  readonly given: readonly string[]
  /** What was found, in sentences. */
  readonly results: readonly string[]
  readonly treatment: readonly Treatment[]
  readonly shares: readonly Share[]
  /** Metrics that count. */
  readonly perFrame: readonly Comparison[]
  /** Metrics that take time. */
  readonly latencies: readonly Comparison[]
  /** Metrics in vertical blanks, and shares of frames. */
  readonly flips: readonly Comparison[]
  readonly correctness: readonly Correctness[]
  /** Where the arms have only summaries of strace -c. */
  readonly summaries?: Summaries | undefined
  /** What the reader must know to judge the numbers. */
  readonly limits: readonly string[]
  /** What the person adds to the method (--note KEY=VALUE). */
  readonly notes: readonly (readonly [key: string, value: string])[]
  /** METRIC or METRIC/GROUP, as named with --primary. */
  readonly primary: string | undefined
  /** Frame boundary that was asked for (--frames); undefined: the best one of each recording. */
  readonly frames: string | undefined
  /** Of the bootstrap's random numbers. */
  readonly seed: number
  readonly version: string
  /** Which version of the measurement: a hash of the queries. */
  readonly queries: string
}

/** Every row of the report, in its order. */
export const allRows = (report: Pick<Report, 'perFrame' | 'latencies' | 'flips'>): Comparison[] => [
  ...report.perFrame,
  ...report.latencies,
  ...report.flips,
]

/** `METRIC/GROUP`, or `METRIC` where it has no groups: how a row is named on the command line. */
export const rowKey = (c: Pick<Comparison, 'metric' | 'group'>): string =>
  c.group === undefined ? c.metric : `${c.metric}/${c.group}`
