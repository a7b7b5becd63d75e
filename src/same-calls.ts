/**
 * The same system calls in two recordings, by their order and by the rhythm of their times.
 *
 * Programs repeat themselves: a stretch of calls of one recording is found at many places of the other. Only at the right
 * place do the times differ by the same amount throughout.
 */

/** The calls of one thread in order of time: what each was, and when in ns. */
export interface Calls {
  readonly keys: readonly string[]
  readonly times: readonly bigint[]
}

/** A stretch of calls that both have. */
export interface Stretch {
  /** Mean of `a` - `b` in ns. */
  readonly offset: number
  /** Mean distance of a call from that, in ns. */
  readonly deviation: number
  /** When it began, in ns of `b`. */
  readonly start: number
  /** `a` - `b` of each call in ns, by its place in `b`; stretches may share calls. */
  readonly differences: ReadonlyMap<number, bigint>
}

/** Fewer calls in a row say nothing. */
export const FEWEST = 20
/** Calls in a row that must be equal to be compared by time. */
const LENGTH = 16
/** Calls by which a place is judged. */
const WINDOW = 256
/** Stretches of `b` that are looked for in `a`. */
const PROBES = 24
/** A place is the right one where the times of every other fit worse by more than this. */
const CLEARLY = 2
/** Places nearer than this in ns are the same one. */
const SAME_PLACE = 100_000

interface Place {
  readonly i: number
  readonly j: number
  readonly length: number
  readonly offset: number
  readonly deviation: number
}

/** Finds stretches of `b` in `a`; those whose place is not clear are only counted. */
export function sameCalls(a: Calls, b: Calls): { stretches: Stretch[]; unclear: number } {
  const stretches: Stretch[] = []
  let unclear = 0
  const base = [a.times[0] ?? 0n, b.times[0] ?? 0n] as const
  const [numbersA, numbersB] = numbered(a.keys, b.keys)
  const one = { keys: numbersA, times: a.times.map((t) => Number(t - base[0])) }
  const two = { keys: numbersB, times: b.times.map((t) => Number(t - base[1])) }
  const index = indexOf(one.keys)
  const step = Math.max(LENGTH, Math.floor(two.keys.length / PROBES))
  for (let j = 0; j + LENGTH <= two.keys.length; j += step) {
    const places = (index.get(hashAt(two.keys, j)) ?? [])
      .map((i) => placeOf(one, two, i, j))
      .filter((place) => place.length >= FEWEST)
      .sort((p, q) => p.deviation - q.deviation)
    const [best] = places
    if (!best) continue
    const rival = places.find((p) => Math.abs(p.offset - best.offset) > SAME_PLACE)
    if (rival && rival.deviation <= CLEARLY * best.deviation) unclear++
    else {
      const { offset, deviation, length } = best
      const differences = new Map<number, bigint>()
      for (let k = 0; k < length; k++) {
        differences.set(j + k, (a.times[best.i + k] as bigint) - (b.times[j + k] as bigint))
      }
      stretches.push({
        offset: offset + Number(base[0] - base[1]),
        deviation,
        start: Number(base[1]) + (two.times[j] as number),
        differences,
      })
    }
  }
  return { stretches, unclear }
}

/** The same text has the same number in both. */
function numbered(a: readonly string[], b: readonly string[]): [Int32Array, Int32Array] {
  const numbers = new Map<string, number>()
  const numbersOf = (keys: readonly string[]) =>
    Int32Array.from(keys, (key) => {
      const known = numbers.get(key) ?? numbers.size
      numbers.set(key, known)
      return known
    })
  return [numbersOf(a), numbersOf(b)]
}

function hashAt(keys: Int32Array, at: number): number {
  let hash = 0
  for (let k = at; k < at + LENGTH; k++) hash = (Math.imul(hash, 31) + (keys[k] as number)) | 0
  return hash
}

/** Where each stretch of LENGTH calls begins, by its hash. */
function indexOf(keys: Int32Array): Map<number, number[]> {
  const index = new Map<number, number[]>()
  for (let i = 0; i + LENGTH <= keys.length; i++) {
    const hash = hashAt(keys, i)
    const places = index.get(hash)
    if (places) places.push(i)
    else index.set(hash, [i])
  }
  return index
}

interface Numbered {
  readonly keys: Int32Array
  readonly times: readonly number[]
}

/** How well the calls from `i` and `j` on fit, as far as they are equal. */
function placeOf(a: Numbered, b: Numbered, i: number, j: number): Place {
  const most = Math.min(WINDOW, a.keys.length - i, b.keys.length - j)
  let length = 0
  let sum = 0
  while (length < most && a.keys[i + length] === b.keys[j + length]) {
    sum += (a.times[i + length] as number) - (b.times[j + length] as number)
    length++
  }
  const offset = length > 0 ? sum / length : 0
  let distance = 0
  for (let k = 0; k < length; k++) {
    distance += Math.abs((a.times[i + k] as number) - (b.times[j + k] as number) - offset)
  }
  return { i, j, length, offset, deviation: length > 0 ? distance / length : 0 }
}
