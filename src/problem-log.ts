/** The problems of one capture: the first of each kind in full, all of them counted. */
import { TraceError } from './errors.ts'
import type { Problem } from './parser.ts'

/** Rows kept per kind; what comes after is one row that counts the rest. */
const MAX_PER_KIND = 100
const MAX_KINDS = 200

export class ProblemLog {
  private readonly kinds = new Map<string, { kept: Problem[]; count: number; skipped: number }>()
  private readonly strict: boolean

  constructor(strict: boolean) {
    this.strict = strict
  }

  add(problem: Problem): void {
    if (this.strict) {
      const { at, hint } = problem
      throw new TraceError(`${problem.kind}: ${problem.detail}`, hint === undefined ? { at } : { at, hint })
    }
    const name = this.kinds.has(problem.kind) || this.kinds.size < MAX_KINDS ? problem.kind : 'other'
    const kind = this.kinds.get(name) ?? { kept: [], count: 0, skipped: 0 }
    this.kinds.set(name, kind)
    kind.count++
    kind.skipped += problem.skipped ?? 0
    if (kind.kept.length < MAX_PER_KIND) kind.kept.push(problem)
  }

  /** Records that were not stored because of a problem. */
  get skipped(): number {
    return [...this.kinds.values()].reduce((sum, kind) => sum + kind.skipped, 0)
  }

  get skippedByKind(): [kind: string, count: number][] {
    return [...this.kinds].filter(([, kind]) => kind.skipped > 0).map(([name, kind]) => [name, kind.skipped])
  }

  get summary(): { kind: string; count: number; first: Problem }[] {
    return [...this.kinds].map(([kind, { count, kept }]) => ({ kind, count, first: kept[0] as Problem }))
  }

  /** The rows of the table `problems`. */
  get rows(): { problem: Problem; count: number }[] {
    return [...this.kinds].flatMap(([name, { kept, count }]) => {
      const rows = kept.map((problem) => ({ problem, count: 1 }))
      const rest = count - kept.length
      const at = kept.at(-1)?.at ?? ''
      if (rest > 0)
        rows.push({ problem: { kind: name, at, detail: `${rest} more of this kind after ${at}` }, count: rest })
      return rows
    })
  }
}
