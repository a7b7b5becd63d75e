/** The moving-block bootstrap: an interval from inside one run per arm. */
import { blockLength } from './autocorrelation.ts'
import { quantile, sorted } from './quantile.ts'
import { randomUnit } from './random.ts'
import type { Interval } from './shift.ts'

/** Longer runs are resampled with this many values, */
const ENOUGH_VALUES = 10_000
/** and at least this many blocks. */
const ENOUGH_BLOCKS = 20

/** A number of one sample; it may reorder the values. */
export type Statistic = (sample: Float64Array) => number

export interface BootstrapOptions {
  readonly seed?: number
  readonly resamples?: number
  /** Values per block in both arms; by `blockLength` of each where not given. 1 resamples single values. */
  readonly blockLength?: number
  readonly level?: number
}

export interface Bootstrap {
  /** Statistic after - statistic before. */
  readonly estimate: number
  readonly interval: Interval
  readonly blockLength: { readonly before: number; readonly after: number }
  readonly resamples: number
  readonly seed: number
  /** `scaled`: resamples are shorter than the runs, see `movingBlockBootstrap`. */
  readonly method: 'moving blocks' | 'moving blocks, scaled'
}

/**
 * Percentile interval of the difference of a statistic between two series in order of time. Kuensch 1989 ("The
 * jackknife and the bootstrap for general stationary observations"): each resample is made of blocks of consecutive
 * values that start anywhere, the arms independently. Blind to what differs between runs.
 *
 * Runs above 10000 values are resampled with 10000 (or 20 blocks, if that is more), and the resampled statistic's
 * distance from the run's is multiplied by sqrt(10000 / n) (m out of n bootstrap, Bickel, Goetze & van Zwet 1997).
 */
export function movingBlockBootstrap(
  arms: { readonly before: ArrayLike<number>; readonly after: ArrayLike<number> },
  statistic: Statistic,
  options: BootstrapOptions = {},
): Bootstrap {
  const { seed = 1, resamples = 2000, level = 0.95 } = options
  const random = randomUnit(seed)
  const before = resampler(arms.before, statistic, options.blockLength, random)
  const after = resampler(arms.after, statistic, options.blockLength, random)
  const differences = sorted(Float64Array.from({ length: resamples }, () => after.draw() - before.draw()))
  const low = quantile(differences, (1 - level) / 2)
  const high = quantile(differences, (1 + level) / 2)
  return {
    estimate: after.observed - before.observed,
    interval: { low, high, level },
    blockLength: { before: before.block, after: after.block },
    resamples,
    seed,
    method: before.scaled || after.scaled ? 'moving blocks, scaled' : 'moving blocks',
  }
}

function resampler(input: ArrayLike<number>, statistic: Statistic, given: number | undefined, random: () => number) {
  const values = Float64Array.from(input)
  const n = values.length
  if (n === 0) throw new RangeError('a bootstrap without values')
  const block = Math.min(n, given ?? blockLength(values))
  if (!(Number.isInteger(block) && block > 0)) throw new RangeError(`a block of ${block} values`)
  const observed = statistic(values.slice())
  const sample = new Float64Array(Math.min(n, Math.max(ENOUGH_VALUES, ENOUGH_BLOCKS * block)))
  const scale = Math.sqrt(sample.length / n)
  const draw = () => {
    for (let at = 0; at < sample.length; at += block) {
      const start = Math.floor(random() * (n - block + 1))
      const end = start + Math.min(block, sample.length - at)
      for (let i = start, to = at; i < end; i++, to++) sample[to] = values[i]!
    }
    const drawn = statistic(sample)
    return scale === 1 ? drawn : observed + scale * (drawn - observed)
  }
  return { observed, block, draw, scaled: scale < 1 }
}

export function mean(sample: Float64Array): number {
  let sum = 0
  for (let i = 0; i < sample.length; i++) sum += sample[i]!
  return sum / sample.length
}
